/// Several models on several tasks: what is trained or probed, on which data, with which seeds, and
/// how the scores are put into tables.
///
/// Read from YAML with `SuiteRecipe.read`. Every task has its defaults filled in, every path is
/// absolute.
public struct SuiteRecipe: Sendable, Equatable {
    /// A model that is measured.
    public struct Model: Sendable, Equatable {
        /// What it is called.
        public var name = ""
        /// Its folder.
        public var folder = ""
        /// Whether weights are random, of the shape of the folder's model.
        public var startsAtRandom = false
    }

    /// What is measured beside the models, without one.
    public enum Baseline: String, Sendable, CaseIterable {
        /// The most frequent label of the training set for everything.
        case majority
        /// Logistic regression on the counts of a tokenizer's pieces; of tagged words, the most
        /// frequent tag of each.
        case pieces
    }

    /// A key of a task's recipe and the values that it is tried with.
    public struct Sweep: Sendable, Equatable {
        /// The key's path, such as `learning_rate.peak`.
        public var key: String
        /// The values, as they are written.
        public var values: [String]
    }

    /// A table of scores: a row for each model, a column for each task.
    public struct Table: Sendable, Equatable {
        /// What stands over it.
        public var title = ""
        /// The models; empty for all.
        public var rows: [String] = []
        /// The tasks; empty for all.
        public var columns: [String] = []
        /// Whether there is a column with the mean over the tasks.
        public var hasAverage = true

        /// A table of all models and tasks, without title.
        public init() {}
    }

    /// Name of the suite, and of its folder.
    public var name = ""
    /// The models, in the order of the rows.
    public var models: [Model] = []
    /// The seeds that every task is run with.
    public var seeds: [UInt64] = [1, 2, 3, 4, 5]
    /// What is measured beside the models.
    public var baselines = Baseline.allCases
    /// Keys that are tried with several values in every task that is trained.
    public var sweep: [Sweep] = []
    /// The tasks, in the order of the columns.
    public var tasks: [SuiteTask] = []
    /// The tables.
    public var tables: [Table] = []
    /// Whether the models of all runs are kept, or only those that another task starts from.
    public var keepsModels = false
    /// Whether vectors of texts are kept on disk.
    public var keepsVectors = true

    /// The task of a name.
    public subscript(task name: String) -> SuiteTask? { tasks.first { $0.name == name } }

    /// The tasks in an order in which each stands behind the one that it starts from, and otherwise
    /// as in the recipe.
    public var ordered: [SuiteTask] {
        var done: Set<String> = []
        var ordered: [SuiteTask] = []
        while ordered.count < tasks.count {
            let ready = tasks.first { task in
                !done.contains(task.name) && (task.startsFrom.map(done.contains) ?? true)
            }
            guard let ready else { return tasks }
            done.insert(ready.name)
            ordered.append(ready)
        }
        return ordered
    }

    /// What the languages that are learned from are called among the files of a task; of one that
    /// learns from none, those of its start.
    public func trainingLanguages(of task: SuiteTask) -> [String] {
        guard task.kind == .measure, task.language == nil else { return task.trainingLanguages }
        return (line(of: task).first { $0.kind != .measure } ?? task).trainingLanguages
    }

    /// The task and those that it starts from, beginning with itself.
    public func line(of task: SuiteTask) -> [SuiteTask] {
        var line = [task]
        while let start = line.last?.startsFrom.flatMap({ self[task: $0] }),
            line.count <= tasks.count
        {
            line.append(start)
        }
        return line
    }
}

/// A task of a suite.
public struct SuiteTask: Sendable, Equatable {
    /// What is done with a model.
    public enum Kind: String, Sendable, CaseIterable {
        /// It is trained with a head.
        case finetune
        /// Classes are learned from its vectors by logistic regression; it stays as it is.
        case probe
        /// The model of another task is measured as it is.
        case measure
        /// Documents are found for queries by the vectors of both.
        case retrieval
        /// The candidates of queries are put into an order by their vectors.
        case reranking
        /// How near the vectors of pairs are is compared with scores.
        case similarity
        /// Pairs that belong together are told from others by how near their vectors are.
        case pairs
        /// Translations are found among sentences of another language.
        case mining
        /// Classes are learned from the vectors of a few examples of each, several times.
        case classification
        /// Any number of labels for each text are learned so.
        case multilabel
        /// Vectors are put into clusters, which are compared with classes.
        case clustering

        /// Whether a model's vectors are measured as they are.
        public var measuresVectors: Bool {
            switch self {
            case .finetune, .probe, .measure: false
            default: true
            }
        }

        /// Whether something is learned from training files.
        public var learns: Bool {
            switch self {
            case .finetune, .probe, .classification, .multilabel: true
            default: false
            }
        }
    }

    /// A combination of values of the keys that are swept.
    public struct Point: Sendable, Equatable {
        /// The values by their keys, as they are written; empty without a sweep.
        public var settings: [(key: String, value: String)]
        /// The task's recipe with them. It has no name, model or seed yet.
        public var recipe: FinetuneRecipe

        /// Equal in all.
        public static func == (a: Point, b: Point) -> Bool {
            a.recipe == b.recipe && a.settings.elementsEqual(b.settings, by: ==)
        }
    }

    /// What it is called.
    public var name = ""
    /// What is done.
    public var kind = Kind.finetune
    /// The task whose model of the same seed is started from; nil for the suite's models.
    public var startsFrom: String?
    /// What the language of the training files is called among the files that are measured; nil for
    /// `en`, or what the task that it starts from says.
    public var language: String?
    /// Keys that are tried with several values, with those of the suite.
    public var sweep: [SuiteRecipe.Sweep] = []
    /// How it is trained, read and measured, before a sweep. It has no name, model or seed yet.
    public var recipe = FinetuneRecipe()
    /// How vectors are measured, in the kinds that do.
    public var vectors = VectorTask()
    /// The recipes that are tried: one, but for a sweep.
    public var points: [Point] = []

    /// What the languages that are learned from are called among the files that are measured.
    public var trainingLanguages: [String] {
        // Vectors learn from no language, or from each its own.
        if kind.measuresVectors, !kind.learns || recipe.data.train.count > 1 {
            return language.map { [$0] } ?? []
        }
        let names = recipe.data.train.map(\.name).filter { !$0.isEmpty }
        return names.isEmpty ? [language ?? "en"] : names
    }
}
