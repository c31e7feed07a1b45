import Reporting

extension SuiteResults {
    /// The scores as a terminal shows them.
    public var text: String {
        (tables.map(\.shown.text) + tasks.map(\.summary.text)
            + tasks.compactMap(\.sweepTable?.text) + [notes.joined(separator: "\n")])
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// The scores in Markdown.
    public var markdown: String {
        var parts = ["# \(Reporting.markdown(name))", "Values × 100."]
        func add(_ table: SuiteTable?, level: Int) {
            guard let table else { return }
            parts.append(
                String(repeating: "#", count: level) + " " + Reporting.markdown(table.title))
            parts.append(table.markdownTable)
        }
        for table in tables { add(table.shown, level: 2) }
        for task in tasks {
            add(task.summary, level: 2)
            for table in [
                task.sweepTable, task.runTable, task.languageTable, task.measureTable,
            ] {
                add(table, level: 3)
            }
        }
        parts.append(notes.map { "- " + Reporting.markdown($0) }.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// What is to be known of the tables.
    var notes: [String] {
        var notes: [String] = []
        let rows = tasks.flatMap { task in task.rows.map { (task, $0) } }
        let means = rows.flatMap { [$1.average] + $1.languages.map(\.value) }.compactMap(\.self)
        if means.contains(where: { $0.halfWidth != nil && $0.expected == 1 }) {
            notes.append(
                "± of one run is half of the 95 % interval of 1,000 resamples of its examples.")
        }
        if rows.contains(where: { $1.average?.halfWidth != nil && $1.expectedRuns > 1 }) {
            notes.append(
                "± is half of the 95 % interval of the mean over seeds, by Student's t; that of an "
                    + "average comes from the averages of each seed.")
        }
        if tasks.contains(where: \.isDevSelected) {
            notes.append(
                "dev-selected: the values of keys were chosen on the same files that are reported, "
                    + "so that the scores are too good.")
        }
        let collapsed = rows.filter { $1.collapsedRuns > 0 }.map { task, row in
            "\(row.name) on \(task.name) (\(row.collapsedRuns) of \(row.runs.count))"
        }
        if !collapsed.isEmpty {
            notes.append(
                "! marks runs that gave all examples one label, which count like the others: "
                    + collapsed.joined(separator: ", ")
                    + ". Lower learning_rate.peak, or lengthen its warmup.")
        }
        for task in tasks where task.files.contains(where: { $0.examples > 0 }) {
            guard task.files.allSatisfy({ $0.scored == 0 }) else { continue }
            notes.append(
                "\(task.name): no example of the \(task.split) files has a label, so that nothing is "
                    + "scored.")
        }
        if finishedRuns < runs {
            notes.append(
                "– is missing: \(finishedRuns) of \(counted(runs, "run")) are finished. The same "
                    + "command goes on.")
        }
        notes += failures.map { "failed: \($0.run): \($0.reason)" }
        return notes
    }
}
