import Recipes

extension SuiteResults {
    /// A table: a row for each model, a column for each task.
    public struct Table: Codable, Equatable, Sendable {
        /// A column.
        public struct Column: Codable, Equatable, Sendable {
            /// The task, and its metric.
            public var task, metric: String
            /// Whether the same split chose swept values and reports.
            public var isDevSelected: Bool
        }

        /// The value of a row in a column.
        public struct Cell: Codable, Equatable, Sendable {
            /// The mean; nil where it is missing.
            public var value: SuiteMean?
            /// How many of the task's files define it, and how many there are.
            public var files, expectedFiles: Int
            /// Runs that gave all examples one label.
            public var collapsedRuns: Int

            /// `81.2 ± 0.4 !`.
            var text: String {
                guard let value else { return "–" }
                return value.text
                    + (files < expectedFiles ? " (\(files) of \(expectedFiles) files)" : "")
                    + (collapsedRuns > 0 ? " !" : "")
            }
        }

        /// A row.
        public struct Row: Codable, Equatable, Sendable {
            /// The model's name.
            public var name: String
            /// Whether it is a model.
            public var isModel: Bool
            /// A value for each column.
            public var cells: [Cell]
            /// The mean over the columns; its interval is that of the means of each seed.
            public var average: SuiteMean?
            /// Over how many columns.
            public var averagedColumns: Int

            /// The average, and over how many columns where some are missing.
            var averageText: String {
                guard let average else { return "–" }
                let isWhole = averagedColumns == cells.count
                return average.text + (isWhole ? "" : " (\(averagedColumns) of \(cells.count))")
            }
        }

        /// What stands over it.
        public var title: String
        /// The columns.
        public var columns: [Column]
        /// The rows.
        public var rows: [Row]
        /// Whether the average over columns is shown.
        public var hasAverage: Bool

        init(_ table: SuiteRecipe.Table, _ plan: SuitePlan, _ tasks: [Task]) {
            title = table.title
            let wanted = table.columns.isEmpty ? tasks.map(\.name) : table.columns
            let chosen = wanted.compactMap { name in tasks.first { $0.name == name } }
            columns = chosen.map {
                Column(task: $0.name, metric: $0.metric, isDevSelected: $0.isDevSelected)
            }
            hasAverage = table.hasAverage && chosen.count > 1
            let shown = plan.rows.filter { row in
                row.model == nil || table.rows.isEmpty || table.rows.contains(row.name)
            }
            rows = shown.map { row in Row(row, chosen) }.filter { row in
                row.isModel || row.cells.contains { $0.value != nil }
            }
        }
    }
}

extension SuiteResults.Table.Row {
    fileprivate init(_ row: SuiteRow, _ tasks: [SuiteResults.Task]) {
        name = row.name
        isModel = row.model != nil
        let results = tasks.map { task in task.rows.first { $0.name == row.name } }
        cells = zip(tasks, results).map { task, result in
            SuiteResults.Table.Cell(
                value: result?.average, files: result?.definedFiles ?? 0,
                expectedFiles: task.files.count, collapsedRuns: result?.collapsedRuns ?? 0)
        }
        let present = results.compactMap(\.self).filter { $0.average != nil }
        averagedColumns = present.count
        let expected = present.map(\.expectedRuns).max() ?? 0
        average = SuiteMean(
            of: Self.averages(of: present), expected: expected)
        // Where runs of the tasks share no seed, there is a mean, but no interval.
        if average == nil, let middle = mean(present.compactMap { $0.average?.mean }) {
            average = SuiteMean(of: [middle], expected: 1)
        }
    }

    /// The mean over tasks for each seed that all of them have; a run without a seed counts for
    /// every seed.
    private static func averages(of rows: [SuiteResults.Row]) -> [Double] {
        let seeds = Set(rows.flatMap { $0.runs.map(\.seed) })
        let named = seeds.compactMap(\.self).sorted()
        return (named.isEmpty ? [nil] : named.map(Optional.some)).compactMap { seed in
            let values = rows.compactMap { row in
                row.runs.first { $0.seed == seed || $0.seed == nil }?.average
            }
            return values.count == rows.count && !rows.isEmpty ? mean(values) : nil
        }
    }
}
