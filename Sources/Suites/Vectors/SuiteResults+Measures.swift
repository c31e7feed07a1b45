import Recipes

extension SuiteResults.Task {
    /// All that is measured of vectors, as means over runs and files.
    static func measures(of task: SuiteTask, _ book: SuiteBook) throws -> [Measure] {
        var scores: [(row: String, scores: CellScores)] = []
        for cell in book.plan.cells(of: task) {
            if let found = try book.scores(of: cell) { scores.append((cell.row.name, found)) }
        }
        return task.vectorMetrics.map { metric in
            var values: [String: [Double]] = [:]
            for (row, scores) in scores {
                if let value = scores.mean(of: metric, split: "test") {
                    values[row, default: []].append(value)
                }
            }
            return Measure(name: metric, values: values.compactMapValues(mean))
        }
    }

    /// All that is measured of vectors as a table; nil for other kinds.
    var measureTable: SuiteTable? {
        guard let measures, measures.contains(where: { !$0.values.isEmpty }) else { return nil }
        return SuiteTable(
            title: "\(name), all measures", headings: ["measure"] + rows.map(\.name),
            rows: measures.map { measure in
                [measure.name] + rows.map { Self.text(measure.values[$0.name]) }
            })
    }
}
