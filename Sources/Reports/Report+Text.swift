import Reporting
import Runs

extension Report {
    /// The report as a terminal shows it.
    public var text: String {
        isOfOne
            ? ([summary(runs[0])] + runs[0].notes + [lossText(runs[0])]).filter { !$0.isEmpty }
                .joined(separator: "\n\n")
            : (runs.map(summary) + runs.flatMap(\.notes) + [differenceText, finalText])
                .joined(separator: "\n\n")
    }

    private func summary(_ run: RunReading) -> String {
        let figures = run.figures.map { "\($0.value) \($0.name)" }
        return "\(run.name) (\(run.folder.path))\n"
            + ([run.state] + figures).map { "  \($0)" }.joined(separator: "\n")
    }

    private func lossText(_ run: RunReading) -> String {
        let milestones = run.milestones
        guard !milestones.isEmpty else { return "" }
        var table = TextTable(headings: ["held-out loss"] + milestones.map(run.name))
        for (name, losses) in lossRows(run, milestones) {
            table.add([name] + losses.map { $0.map { decimal($0, places: 3) } ?? "–" })
        }
        return table.text()
    }

    private var differenceText: String {
        let differences = differences
        guard !differences.isEmpty else { return "The recipes are the same in every key." }
        var table = TextTable(
            headings: ["recipes differ in"] + runs.map(\.name), leftColumns: 1 + runs.count)
        for difference in differences {
            table.add([difference.key] + difference.values.map { String(($0 ?? "–").prefix(60)) })
        }
        let warning =
            incomparable.isEmpty
            ? ""
            : "\nHeld-out losses may not be comparable: they depend on "
                + incomparable.joined(separator: ", ") + "."
        return table.text() + warning
    }

    private var finalText: String {
        let rows = finalRows
        guard !rows.isEmpty else { return "No language was evaluated in all of the runs." }
        var table = TextTable(
            headings: ["held-out loss \(momentText)"] + runs.map(\.name))
        for (name, losses) in rows {
            table.add(
                [name]
                    + losses.enumerated().map { index, loss in
                        let text = loss.map { decimal($0, places: 3) } ?? "–"
                        return index == 0 ? text : "\(text) (\(difference(loss, losses[0])))"
                    })
        }
        return table.text()
    }
}
