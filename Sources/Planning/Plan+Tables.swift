import Recipes
import Reporting

/// A table of a plan, which the text and the page can both show.
struct PlanTable {
    /// Names of the columns.
    let headings: [String]
    /// Cells as text.
    let rows: [[String]]
    /// Columns that are flush left; the others are flush right.
    var leftColumns = 1
}

extension Plan {
    /// The phases with their settings.
    var phaseTable: PlanTable {
        PlanTable(
            headings: [
                "phase", "tokens", "context", "rotary θ", "mask", "τ", "learning rate", "batch",
                "steps",
            ],
            rows: stages.map { stage in
                [
                    stage.name, Quantity.text(stage.tokens), grouped(stage.context),
                    stage.rotaryText, stage.maskText, stage.temperatureText,
                    stage.learningRateText, grouped(stage.fullBatchTokens), grouped(stage.steps),
                ]
            })
    }

    /// How long the phases take; nil without a calibration.
    var timeTable: PlanTable? {
        guard let days, let daysOnMachines else { return nil }
        func cells(_ one: [String], _ many: String) -> [String] {
            machines > 1 || ranks != nil ? one + [many] : one
        }
        func row(_ name: String, _ speed: String, _ one: Double, _ many: Double) -> [String] {
            cells([name, speed, estimatedDuration(days: one)], estimatedDuration(days: many))
        }
        let rows = stages.compactMap { stage in
            stage.cost.map { cost in
                row(
                    stage.name, grouped(Int(cost.tokensPerSecond.rounded())), cost.days,
                    cost.daysOnMachines)
            }
        }
        return PlanTable(
            headings: cells(
                ["phase", "tokens a second", "one machine"],
                ranks?.text ?? "\(grouped(machines)) machines"),
            rows: rows + [row("in all", "", days, daysOnMachines)])
    }

    /// The languages that are read most over all stages, the most read first, with their tokens.
    func mostRead(_ count: Int) -> [(language: String, tokens: Double)] {
        var totals: [String: Double] = [:]
        for language in stages.flatMap(\.languages) {
            totals[language.language, default: 0] += language.tokens
        }
        return totals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count)
            .map { ($0.key, $0.value) }
    }
}

extension PlanTable {
    /// The table as plain text, each line indented by two spaces.
    var text: String {
        var table = TextTable(headings: headings, leftColumns: leftColumns)
        for row in rows { table.add(row) }
        return table.text(indentation: 2)
    }
}
