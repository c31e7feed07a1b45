import Reporting

/// Held-out loss per language at the end of each stage and of the merged model.
///
/// Languages are grouped: those of the first stage, those that the second stage added, and so on.
public struct LossTable {
    /// Languages that the same stage added.
    package struct Group {
        /// The stage's name.
        package let name: String
        /// Its languages, those with the most tokens first.
        package let languages: [String]

        /// `languages`, which the stage `name` added.
        package init(name: String, languages: [String]) {
            (self.name, self.languages) = (name, languages)
        }

        /// The languages of `stages` by the first of them that reads them; `tokens` is what a stage
        /// may read of each.
        package static func groups(
            _ stages: [(name: String, tokens: [String: Int])]
        ) -> [Group] {
            var seen: Set<String> = []
            return stages.compactMap { name, tokens in
                let new = tokens.filter { seen.insert($0.key).inserted }
                    .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                return new.isEmpty ? nil : Group(name: name, languages: new.map(\.key))
            }
        }
    }

    package let groups: [Group]
    /// What was measured, in order: before training, stage ends, the merge.
    let evaluations: [EvaluationRecord]

    /// A table with a row for each language of `groups` and a column for each of `evaluations`.
    package init(groups: [Group], evaluations: [EvaluationRecord]) {
        (self.groups, self.evaluations) = (groups, evaluations)
    }

    /// The table in full, in Markdown.
    public var markdown: String {
        var table = MarkdownTable(headings: ["language"] + columns.map(Reporting.markdown))
        for group in groups {
            table.add(["**\(Reporting.markdown(title(group)))**"] + cells(of: group.languages))
            for language in group.languages {
                table.add([Reporting.markdown(language)] + cells(of: [language]))
            }
        }
        table.add(["**all \(all.count)**"] + cells(of: all))
        return table.text + "\n"
    }

    /// The table as a terminal shows it: the means of groups, and the languages where all of them
    /// fit in `maximumLanguages` lines.
    public func text(maximumLanguages: Int = 40) -> String {
        var table = TextTable(headings: ["held-out loss"] + columns)
        for group in groups {
            table.add([title(group)] + cells(of: group.languages))
            guard all.count <= maximumLanguages else { continue }
            for language in group.languages {
                table.add(["  " + language] + cells(of: [language]))
            }
        }
        table.add(["all \(all.count)"] + cells(of: all))
        return table.text()
    }

    private var all: [String] { groups.flatMap(\.languages) }

    private var columns: [String] {
        evaluations.map { $0.step == 0 ? "start" : $0.stage }
    }

    private func title(_ group: Group) -> String {
        "\(group.languages.count) from \(group.name)"
    }

    /// The mean over `languages` in each column.
    private func cells(of languages: [String]) -> [String] {
        evaluations.map { evaluation in
            let losses = languages.compactMap { evaluation.losses[$0] }
            guard !losses.isEmpty else { return "–" }
            return decimal(losses.reduce(0, +) / Double(losses.count), places: 3)
        }
    }
}
