import Finetuning
import Recipes
import Reporting

/// The scores of a suite: per run, per language, per task, and in tables. Values are shares, not
/// percent; what is missing is not there.
public struct SuiteResults: Codable, Equatable, Sendable {
    /// A run that failed.
    public struct Failure: Codable, Equatable, Sendable {
        /// The run, and why.
        public var run, reason: String
    }

    /// The suite's name.
    public var name: String
    /// The version of mmbert.
    public var version: String
    /// The seeds.
    public var seeds: [UInt64]
    /// How many runs there are, and how many are finished.
    public var runs, finishedRuns: Int
    /// Every task, in the order of the suite.
    public var tasks: [Task]
    /// The tables.
    public var tables: [Table]
    /// The runs that failed now.
    public var failures: [Failure]

    /// The scores so far.
    package init(_ book: SuiteBook) throws {
        let plan = book.plan
        let cells = plan.recipe.tasks.flatMap(plan.cells(of:))
        name = plan.recipe.name
        version = frameworkVersion
        seeds = plan.recipe.seeds
        runs = cells.count
        finishedRuns = try cells.count { try book.scores(of: $0) != nil }
        let tasks = try plan.recipe.tasks.map { try Task($0, book) }
        self.tasks = tasks
        let wanted =
            plan.recipe.tables.isEmpty
            ? [SuiteRecipe.Table.all(plan.recipe.name)] : plan.recipe.tables
        tables = wanted.map { Table($0, plan, tasks) }
        failures = book.failures.map { Failure(run: $0.cell.title, reason: $0.message) }
    }
}

extension SuiteRecipe.Table {
    /// All models and tasks.
    static func all(_ title: String) -> SuiteRecipe.Table {
        var table = SuiteRecipe.Table()
        table.title = title
        return table
    }
}

extension SuiteResults {
    /// The scores of a task.
    public struct Task: Codable, Equatable, Sendable {
        /// A file that was measured: a language, or the only one, whose name is empty.
        public struct File: Codable, Equatable, Sendable {
            /// Its name.
            public var name: String
            /// Examples, and those with labels.
            public var examples, scored: Int
        }

        /// Another metric of a task that measures vectors.
        public struct Measure: Codable, Equatable, Sendable {
            /// Its name.
            public var name: String
            /// The means over runs and files, by the names of rows.
            public var values: [String: Double]
        }

        /// Its name, what is done, and the task in the sense of fine-tuning.
        public var name, kind, task: String
        /// The metric that is reported.
        public var metric: String
        /// The split that is reported: `test`, or `dev`.
        public var split: String
        /// The languages that are learned from, as files are named.
        public var trainingLanguages: [String]
        /// Examples that are learned from.
        public var trainExamples: Int?
        /// The files that are measured, by their names.
        public var files: [File]
        /// The models, then what is measured without one.
        public var rows: [Row]
        /// Of vectors: all that is measured; nil for other kinds.
        public var measures: [Measure]?

        /// Whether the same split chose swept values and reports.
        public var isDevSelected: Bool { split == "dev" && rows.contains { !$0.sweep.isEmpty } }
        /// Whether there are languages to be told apart.
        var hasLanguages: Bool { files.count > 1 }

        init(_ task: SuiteTask, _ book: SuiteBook) throws {
            name = task.name
            kind = task.kind.rawValue
            self.task = task.kind.measuresVectors ? kind : task.recipe.task.rawValue
            metric = task.recipe.mainMetric
            split = task.recipe.data.test.isEmpty ? "dev" : "test"
            trainingLanguages = book.plan.recipe.trainingLanguages(of: task)
            let cells = book.plan.cells(of: task)
            let scores = try cells.compactMap { try book.scores(of: $0) }
            trainExamples = scores.lazy.compactMap(\.trainExamples).first
            let wanted = split == "dev" ? task.recipe.data.dev : task.recipe.data.test
            let split = split
            files = wanted.map { file in
                let found = scores.lazy.compactMap { $0.files(of: split)[file.name] }.first
                return File(
                    name: file.name, examples: found?.examples ?? 0, scored: found?.scored ?? 0)
            }
            rows = []
            for row in book.plan.rows where !book.plan.cells(of: task, row: row).isEmpty {
                rows.append(try Row(task, row, book, of: self))
            }
            if task.kind.measuresVectors { measures = try Self.measures(of: task, book) }
        }
    }

    /// The scores of a model, or of what is measured without one, on a task.
    public struct Row: Codable, Equatable, Sendable {
        /// One run.
        public struct Run: Codable, Equatable, Sendable {
            /// Its seed; nil where nothing is random.
            public var seed: UInt64?
            /// The values of the files by their names.
            public var values: [String: Double]
            /// Of a run that trains nothing: the bounds of 95 % of 1,000 resamples of the examples,
            /// by the files' names.
            public var intervals: [String: [Double]]?
            /// The mean over all files.
            public var average: Double?
            /// The mean over the files of languages that are not learned from.
            public var averageOfOthers: Double?
            /// The training languages' value less the mean of the others.
            public var transferGap: Double?
            /// Whether all examples were given one label.
            public var isCollapsed: Bool
            /// The run's folder.
            public var folder: String
        }

        /// A combination of swept values.
        public struct Point: Codable, Equatable, Sendable {
            /// The keys with their values.
            public var settings: [String: String]
            /// The mean over seeds on the development files.
            public var dev: SuiteMean?
        }

        /// The mean of a file's values.
        public struct Language: Codable, Equatable, Sendable {
            /// The file's name.
            public var name: String
            /// Its mean; nil where no run defines it.
            public var value: SuiteMean?
        }

        /// Its name.
        public var name: String
        /// Whether it is a model.
        public var isModel: Bool
        /// The runs that are finished.
        public var runs: [Run]
        /// How many runs there should be.
        public var expectedRuns: Int
        /// The swept values of the runs that are reported.
        public var settings: [String: String]
        /// All combinations; empty without a sweep.
        public var sweep: [Point]
        /// The means of the files.
        public var languages: [Language]
        /// The mean over all files; its interval is that of the runs' means.
        public var average: SuiteMean?
        /// The mean over the files of languages that are not learned from.
        public var averageOfOthers: SuiteMean?
        /// The training languages' value less the mean of the others.
        public var transferGap: SuiteMean?
        /// How many files define the value, of those that are measured.
        public var definedFiles: Int
        /// The share of examples of the measured files of which tokens were cut off.
        public var cutShare: Double
        /// Runs that gave all examples one label.
        public var collapsedRuns: Int

        /// `81.2 ± 0.4 (1 of 2 files) !`: the average, with what is to be known of it.
        func text(of files: Int) -> String {
            guard average != nil else { return average.text }
            return average.text
                + (definedFiles < files ? " (\(definedFiles) of \(files) files)" : "")
                + (collapsedRuns > 0 ? " !" : "")
        }
    }
}
