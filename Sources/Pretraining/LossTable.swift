import Foundation

/// Held-out loss per language at the end of each stage and of the merged model.
///
/// Languages stand in groups: those of the first stage, those that came in with the second, and
/// so on.
public struct LossTable {
    /// Languages that came in with the same stage.
    package struct Group {
        /// The stage's name.
        let name: String
        /// Its languages, those with the most tokens first.
        let languages: [String]

        /// `languages`, which came in with the stage `name`.
        package init(name: String, languages: [String]) {
            (self.name, self.languages) = (name, languages)
        }
    }

    let groups: [Group]
    /// What was measured, in order: before training, stage ends, the merge.
    let evaluations: [EvaluationRecord]

    /// A table with a line for each language of `groups` and a column for each of `evaluations`.
    package init(groups: [Group], evaluations: [EvaluationRecord]) {
        (self.groups, self.evaluations) = (groups, evaluations)
    }

    /// The table in full, in Markdown.
    public var markdown: String {
        var lines = [
            "| language | " + columns.joined(separator: " | ") + " |",
            "|---|" + columns.map { _ in "---:|" }.joined(),
        ]
        for group in groups {
            lines.append(row("**\(title(group))**", of: group.languages))
            lines += group.languages.map { row($0, of: [$0]) }
        }
        lines.append(row("**all \(all.count)**", of: all))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The table as a terminal shows it: the means of groups, and the languages where all of them
    /// fit in `maximumLanguages` lines.
    public func text(maximumLanguages: Int = 40) -> String {
        var rows = [["held-out loss"] + columns]
        for group in groups {
            rows.append([title(group)] + cells(of: group.languages))
            if all.count <= maximumLanguages {
                rows += group.languages.map { ["  " + $0] + cells(of: [$0]) }
            }
        }
        rows.append(["all \(all.count)"] + cells(of: all))
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private var all: [String] { groups.flatMap(\.languages) }

    private var columns: [String] {
        evaluations.map { $0.step == 0 ? "start" : $0.stage }
    }

    private func title(_ group: Group) -> String {
        "\(group.languages.count) from \(group.name)"
    }

    private func row(_ title: String, of languages: [String]) -> String {
        "| " + ([title] + cells(of: languages)).joined(separator: " | ") + " |"
    }

    /// The mean over `languages` in each column.
    private func cells(of languages: [String]) -> [String] {
        evaluations.map { evaluation in
            let losses = languages.compactMap { evaluation.losses[$0] }
            guard !losses.isEmpty else { return "–" }
            return String(format: "%.3f", losses.reduce(0, +) / Double(losses.count))
        }
    }
}
