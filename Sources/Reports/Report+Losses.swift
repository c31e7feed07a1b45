import Pages
import Recipes
import Reporting
import Runs

extension Report {
    /// Held-out losses of one run at its milestones: by group, what variants and merge won and
    /// lost, and by language.
    var losses: String {
        let run = runs[0]
        let milestones = run.milestones
        guard !milestones.isEmpty else { return "" }
        let rows = lossRows(run, milestones).map { name, losses in
            [name] + losses.map { $0.map { decimal($0, places: 3) } ?? "–" }
        }
        let table = PageTable(
            name: "losses", headings: ["languages"] + milestones.map(run.name), rows: rows)
        return tag(
            "p", ["class": "small"],
            "Mean over languages of the masked-LM loss on held-out text, in nats a scored token.")
            + table.html + variants(run) + languageLosses(run, milestones)
    }

    /// The mean losses of each group and of all languages.
    package func lossRows(
        _ run: RunReading, _ evaluations: [EvaluationRecord]
    ) -> [(name: String, losses: [Double?])] {
        let groups = run.evaluatedGroups
        let rows = groups.map { group in
            (
                "\(grouped(group.languages.count)) from \(group.name)",
                evaluations.map { $0.mean(of: group.languages) }
            )
        }
        let all = groups.flatMap(\.languages)
        guard groups.count > 1 else { return rows }
        return rows + [("all \(grouped(all.count))", evaluations.map { $0.mean(of: all) })]
    }

    /// What each variant of the last phase, and their merge, changed.
    private func variants(_ run: RunReading) -> String {
        let ends = run.stages.filter { $0.variant != nil }.compactMap { stage in
            run.lastEvaluation(of: stage).map { (name: stage.variant ?? stage.name, record: $0) }
        }
        guard let first = run.stages.first(where: { $0.variant != nil }), !ends.isEmpty else {
            return ""
        }
        let before =
            first.parent.map { run.stages[$0] }.flatMap(run.lastEvaluation)
            ?? run.history.evaluations.first { $0.step == 0 }
        guard let before else { return "" }
        let all = ends + (run.merged.map { [("merged", $0)] } ?? [])
        let base = lossRows(run, [before])
        let changes = lossRows(run, all.map(\.record)).enumerated().map { index, row in
            let start = base[index].losses[0]
            return [row.name, start.map { decimal($0, places: 3) } ?? "–"]
                + row.losses.map { loss in difference(loss, start) }
        }
        let table = PageTable(
            name: "variants", headings: ["languages", "before"] + all.map(\.name), rows: changes)
        let panels = all.map { name, record in
            extremes(from: before.losses, to: record.losses, title: name)
        }
        return tag("h3", [:], "What the variants won and lost") + table.html
            + tag("div", ["class": "triple"], panels.joined())
            + tag(
                "p", ["class": "small"],
                "Differences from the loss before the variants: below 0 is a gain. The languages "
                    + "with the largest gains and losses of each.")
    }

    /// `−0.123`, or a dash where one of the two is not known.
    func difference(_ loss: Double?, _ base: Double?) -> String {
        guard let loss, let base else { return "–" }
        return signed(loss - base)
    }

    private func signed(_ value: Double) -> String {
        let text = decimal(abs(value), places: 3)
        return text == "0.000" ? text : (value < 0 ? "−" : "+") + text
    }

    /// The languages that differ most between two evaluations, as bars.
    func extremes(
        from base: [String: Double], to losses: [String: Double], title: String, count: Int = 5
    ) -> String {
        let changes = losses.compactMap { language, loss in
            base[language].map { (language: language, value: loss - $0) }
        }.sorted { ($0.value, $0.language) < ($1.value, $1.language) }
        guard let least = changes.first, let most = changes.last else { return "" }
        let shown =
            changes.count <= 2 * count
            ? changes : Array(changes.prefix(count) + changes.suffix(count))
        let bars = DifferenceBars(
            rows: shown.map { .init(name: $0.language, value: $0.value, text: signed($0.value)) },
            most: max(abs(least.value), abs(most.value)))
        let better = changes.count { $0.value < 0 }
        let note = "\(grouped(better)) of \(grouped(changes.count)) better"
        return tag(
            "div", [:],
            tag("h3", [:], escaped(title) + " " + tag("small", ["class": "soft"], note))
                + bars.html)
    }

    /// A row for each language, with the curve of its loss.
    private func languageLosses(_ run: RunReading, _ milestones: [EvaluationRecord]) -> String {
        let line = run.history.evaluations.filter { evaluation in
            run.stages.contains { $0.name == evaluation.stage && $0.variant == nil }
        }
        let rows = run.evaluatedGroups.flatMap { group in
            group.languages.map { language in
                let losses = milestones.map { evaluation in
                    evaluation.losses[language].map { decimal($0, places: 3) } ?? "–"
                }
                let spark = Sparkline(line.compactMap { $0.losses[language] })
                return [escaped(language), spark.svg, escaped(group.name)] + losses
            }
        }
        let table = PageTable(
            name: "by-language",
            headings: ["language", "curve", "from"] + milestones.map(run.name), rows: rows,
            leftColumns: 3, isMarkup: true)
        return folded("Every language: \(grouped(rows.count))", table.html)
    }
}
