import Pages
import Recipes
import Reporting

extension Plan {
    /// Every schedule over the clock, and the beginning of phases whose batches grow.
    var curvePictures: String {
        let columns = columns
        let axis = ClockAxis(
            columns.map { stages in
                let names = stages.map(\.plan.name)
                return ClockAxis.Column(
                    name: names.count == 1 ? names[0] : commonName(names),
                    tokens: Double(stages.map(\.plan.tokens).max() ?? 1), variants: names.count)
            })
        return figure(
            "Schedules", CurveStack(axis, schedules.map { chart($0, in: columns) }).html,
            legend: stageLegend,
            caption: "Each phase has its own clock, in tokens, and is as wide as it is long, but "
                + "wide enough to be seen. Variants of a phase overlap where they are "
                + "alike.") + warmups
    }

    /// What is drawn over the clock.
    private struct Schedule {
        let title: String
        /// The value at a point of the schedules; nil for none.
        let value: (StagePlan, TimelinePoint) -> Double?
        let text: (Double) -> String
        var spread = CurveStack.Chart.Spread.fromZero
    }

    private typealias Column = [(index: Int, plan: StagePlan)]

    /// The phases, each with its stage or its variants.
    private var columns: [Column] {
        var columns: [Column] = []
        for (index, stage) in stages.enumerated() {
            if stage.isVariant, columns.last?.first?.plan.isVariant == true {
                columns[columns.count - 1].append((index, stage))
            } else {
                columns.append([(index, stage)])
            }
        }
        return columns
    }

    private func commonName(_ names: [String]) -> String {
        names[0].split(separator: "-").first.map(String.init) ?? names[0]
    }

    private func chart(_ schedule: Schedule, in columns: [Column]) -> CurveStack.Chart {
        CurveStack.Chart(
            title: schedule.title, text: schedule.text, spread: schedule.spread,
            curves: columns.enumerated().flatMap { column, stages in
                stages.map { index, stage in
                    let points = stage.timeline.compactMap { point in
                        schedule.value(stage, point).map { (Double(point.tokens), $0) }
                    }
                    let ends = [points.first, points.last].compactMap { $0.map(\.1) }
                    return CurveStack.Curve(
                        column: column, style: "s\(index % 6)",
                        tooltip:
                            "\(stage.name): \(ends.map(schedule.text).joined(separator: " → "))",
                        points: points)
                }
            })
    }

    private var schedules: [Schedule] {
        [
            .init(title: "Learning rate", value: { $1.learningRate }, text: rate),
            .init(
                title: "Masked tokens", value: { $1.maskRatio },
                text: { "\(shortNumber(100 * $0)) %" }),
            .init(title: "Batch, tokens", value: { Double($1.batchTokens) }, text: count),
            .init(
                title: "Context, tokens", value: { stage, _ in Double(stage.context) },
                text: count),
            .init(title: "Temperature τ", value: { $1.temperature }, text: shortNumber),
            .init(
                title: "Languages, code included", value: { Double($1.languages) }, text: count,
                spread: .logarithmic),
        ]
    }

    private func rate(_ value: Double) -> String {
        value == 0 ? "0" : Quantity.text(Double(shortNumber(value)) ?? value)
    }

    private func count(_ value: Double) -> String {
        shortCount(whole(value))
    }

    /// Picture and table of each batch warm-up.
    private var warmups: String {
        stages.enumerated().filter { $1.batches.count > 1 }.map { index, stage in
            let chart = PointChart(
                series: [.init(style: "s\(index % 6)", points: Self.growth(stage.batches))],
                horizontal: .init(title: "Tokens done", isLogarithmic: false, text: count),
                vertical: .init(title: "Tokens of a batch", isLogarithmic: false, text: count),
                isLine: true)
            let rows = stage.batches.map { segment in
                [
                    grouped(segment.batchTokens), grouped(segment.microbatches),
                    grouped(segment.toTokens), grouped(segment.steps),
                ]
            }
            let table = PageTable(
                name: "batches-\(index)",
                headings: ["batch", "microbatches", "until", "steps"], rows: rows,
                leftColumns: 0)
            return tag(
                "div", ["class": "pair"],
                figure(
                    "Batches of \(stage.name)", chart.html,
                    caption: "A size lasts for tokens in proportion to it: for equally many steps.")
                    + tag("div", ["class": "beside"], table.html))
        }.joined()
    }

    /// Batch sizes over the tokens in which they grow, and a little further.
    private static func growth(_ segments: [BatchSegment]) -> [(x: Double, y: Double)] {
        let end = 1.05 * Double(segments.dropLast().last?.toTokens ?? 1)
        return segments.flatMap { segment in
            [segment.fromTokens, segment.toTokens].map { tokens in
                (min(Double(tokens), end), Double(segment.batchTokens))
            }
        }
    }
}
