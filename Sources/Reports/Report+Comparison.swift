import Pages
import Reporting
import Runs

/// What differs between the recipes of runs: a key, and its value in each; nil where one has none.
package struct RecipeDifference {
    package let key: String
    package let values: [String?]
}

extension Report {
    /// The keys in which the recipes differ; the run's name is not one.
    package var differences: [RecipeDifference] {
        let base = runs[0].recipe
        let pairs = runs.dropFirst().map { run in
            base.differences(from: run.recipe).filter { $0.path != "name" }
        }
        var keys: [String] = []
        for pair in pairs.joined() where !keys.contains(pair.path) { keys.append(pair.path) }
        return keys.map { key in
            let here = pairs.joined().first { $0.path == key }?.here
            let others = pairs.map { differences in
                differences.first { $0.path == key }.map(\.there) ?? here
            }
            return RecipeDifference(key: key, values: [here] + others)
        }
    }

    /// Keys on which held-out losses depend beside the weights.
    package var incomparable: [String] {
        differences.map(\.key).filter { key in
            [
                "evaluate.mask_ratio", "evaluate.tokens_per_language", "evaluate.manifest",
                "tokenizer",
            ]
            .contains(key) || key == "model.vocabulary" || key.hasSuffix(".context")
        }
    }

    /// The recipes' differences as a table.
    var recipeDifferences: String {
        let differences = differences
        guard !differences.isEmpty else {
            return tag("p", [:], "The recipes are the same in every key.")
        }
        let table = PageTable(
            name: "differences", headings: ["key"] + runs.map(\.name),
            rows: differences.map { [$0.key] + $0.values.map { $0.map(shortened) ?? "–" } },
            leftColumns: 1 + runs.count)
        let warning =
            incomparable.isEmpty
            ? ""
            : tag(
                "p", ["class": "warning"],
                escaped(
                    "Held-out losses may not be comparable: they depend on "
                        + incomparable.joined(separator: ", ") + "."))
        return table.html + warning
    }

    private func shortened(_ value: String) -> String {
        value.count <= 120 ? value : value.prefix(117) + "…"
    }

    /// The evaluations by which the runs are compared, one of each: at the last stage's end, or of
    /// the merge, that all have come to; else the last of each. None where one has no evaluation.
    var compared: [EvaluationRecord] {
        let names = runs[0].milestones.filter { $0.isStageEnd && $0.step > 0 }.map(\.stage)
        for name in names.reversed() {
            let records = runs.compactMap { run in
                run.milestones.last { $0.stage == name && $0.isStageEnd && $0.step > 0 }
            }
            if records.count == runs.count { return records }
        }
        let finals = runs.compactMap(\.final)
        return finals.count == runs.count ? finals : []
    }

    /// Groups of languages that all runs evaluated, by the first run's stages.
    private func commonGroups(_ compared: [EvaluationRecord]) -> [LossTable.Group] {
        runs[0].evaluatedGroups.compactMap { group in
            let languages = group.languages.filter { language in
                compared.allSatisfy { $0.losses[language] != nil }
            }
            return languages.isEmpty
                ? nil : LossTable.Group(name: group.name, languages: languages)
        }
    }

    /// Each group's final loss in each run, beside the first run's.
    package var finalRows: [(name: String, losses: [Double?])] {
        let finals = compared
        let groups = finals.isEmpty ? [] : commonGroups(finals)
        guard !groups.isEmpty else { return [] }
        let rows = groups.map { group in
            (
                "\(grouped(group.languages.count)) from \(group.name)",
                finals.map { $0.mean(of: group.languages) }
            )
        }
        let all = groups.flatMap(\.languages)
        return groups.count < 2
            ? rows : rows + [("all \(grouped(all.count))", finals.map { $0.mean(of: all) })]
    }

    /// The final losses as a table, and the languages that differ most from the first run.
    var finalLosses: String {
        let compared = compared
        let rows = finalRows.map { name, losses in
            [name]
                + losses.enumerated().map { index, loss in
                    let text = loss.map { decimal($0, places: 3) } ?? "–"
                    return index == 0 ? text : "\(text)  (\(difference(loss, losses[0])))"
                }
        }
        guard !rows.isEmpty else {
            return tag("p", [:], "No language was evaluated in all of the runs.")
        }
        let table = PageTable(
            name: "finals", headings: ["languages"] + runs.map(\.name), rows: rows)
        let panels = zip(runs, compared).dropFirst().map { run, record in
            extremes(from: compared[0].losses, to: record.losses, title: run.name)
        }
        return table.html + tag("div", ["class": "triple"], panels.joined())
            + tag(
                "p", ["class": "small"],
                escaped(
                    "Mean held-out losses in nats, \(momentText); in brackets and as bars the "
                        + "difference from \(runs[0].name): below 0 is better."))
    }

    /// Of which moment the compared losses are.
    package var momentText: String {
        let names = zip(runs, compared).map { run, record in run.name(of: record) }
        guard let first = names.first else { return "none yet" }
        if Set(names).count == 1 {
            return first == EvaluationRecord.merge
                ? "of the merged models" : "at the end of \(first)"
        }
        return zip(runs, names).map { "\($0.name) at \($1)" }.joined(separator: ", ")
    }
}
