import Pages
import Reporting
import Runs

/// What differs between the recipes of runs: a key, and its value in each; nil where one has none.
struct RecipeDifference {
    let key: String
    let values: [String?]
}

extension Report {
    /// The keys in which the recipes differ; the run's name is not one.
    var differences: [RecipeDifference] {
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
    var incomparable: [String] {
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

    /// Groups of languages that all runs evaluated, by the first run's stages.
    var commonGroups: [LossTable.Group] {
        let finals = runs.compactMap(\.final)
        guard finals.count == runs.count else { return [] }
        return runs[0].evaluatedGroups.compactMap { group in
            let languages = group.languages.filter { language in
                finals.allSatisfy { $0.losses[language] != nil }
            }
            return languages.isEmpty
                ? nil : LossTable.Group(name: group.name, languages: languages)
        }
    }

    /// Each group's final loss in each run, beside the first run's.
    var finalRows: [(name: String, losses: [Double?])] {
        let finals = runs.compactMap(\.final)
        let groups = commonGroups
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
        guard let base = runs[0].final else { return "" }
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
        let moments = runs.map { run in
            "\(run.name): \(run.final.map(run.name) ?? "nothing yet")"
        }
        let table = PageTable(
            name: "finals", headings: ["languages"] + runs.map(\.name), rows: rows)
        let panels = runs.dropFirst().map { run in
            extremes(from: base.losses, to: run.final?.losses ?? [:], title: run.name)
        }
        return table.html + tag("div", ["class": "triple"], panels.joined())
            + tag(
                "p", ["class": "small"],
                escaped(
                    "Losses by the last evaluation (\(moments.joined(separator: "; "))), in nats; "
                        + "in brackets and as bars the difference from \(runs[0].name): below 0 "
                        + "is better."))
    }
}
