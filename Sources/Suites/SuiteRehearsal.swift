import Diagnostics
import Encoders
import Finetuning
import Inference
import LabelledText
import ModelFolders
import Recipes
import Reporting
import Runs
import TensorCore

/// What a suite consists of, read and counted without training: `--dry-run`.
public struct SuiteRehearsal: Codable, Sendable {
    /// The files of a split.
    public struct Split: Codable, Sendable {
        /// `train`, `dev` or `test`.
        public var name: String
        /// The files with their examples, by their names.
        public var files: [File]
        /// How often each label occurs in all of them.
        public var labels: [String: Int]
        /// Tokens of all, as the model reads them, and examples of which tokens are cut off.
        public var tokens, cut: Int

        /// Examples of all.
        public var examples: Int { files.reduce(0) { $0 + $1.examples } }
    }

    /// A file.
    public struct File: Codable, Sendable {
        /// A language, or nothing.
        public var name: String
        /// Its examples.
        public var examples: Int
    }

    /// A task as a model reads it.
    public struct Reading: Codable, Sendable {
        /// The task, and the model.
        public var task, model: String
        /// The splits that have files.
        public var splits: [Split]
        /// Steps of an epoch and of the run; nil where nothing is trained.
        public var epochSteps, steps: Int?
        /// What a run would tell before it begins.
        public var notices: [String]
    }

    /// Every task with every model.
    public var readings: [Reading]
    /// The runs, in their order.
    public var runs: [String]
    /// How many runs are finished.
    public var finishedRuns: Int

    /// Reads every file.
    ///
    /// - Throws: `InputError` for whatever a person can put right.
    public init(_ recipe: SuiteRecipe, _ options: SuiteOptions) throws {
        let plan = try SuitePlan(recipe)
        let folder = options.folder ?? "runs/\(recipe.name)"
        try RunFolder(path: folder).check()
        let book = SuiteBook(plan, folder: folder + "/cells")
        let cells = recipe.ordered.flatMap(plan.cells(of:))
        runs = cells.map(\.title)
        finishedRuns = try cells.count { try book.scores(of: $0) != nil }
        let parallel = Parallel(threads: options.threads)
        readings = try recipe.ordered.flatMap { task in
            try recipe.models.map { try Reading(task, $0, recipe, parallel) }
        }
    }
}

extension SuiteRehearsal.Reading {
    fileprivate init(
        _ task: SuiteTask, _ model: SuiteRecipe.Model, _ suite: SuiteRecipe, _ parallel: Parallel
    ) throws {
        var recipe = task.recipe
        (recipe.name, recipe.model) = (task.name, model.folder)
        recipe.startsAtRandom = model.startsAtRandom
        (self.task, self.model) = (task.name, model.name)
        if task.kind.measuresVectors {
            splits = [try VectorRehearsal(task, model.folder, parallel).split(of: recipe)]
            notices = []
            return
        }
        guard task.kind != .measure else {
            let reader = try TaskReader(
                model.folder,
                as: (suite.line(of: task).first { $0.kind != .measure } ?? task).recipe,
                parallel)
            splits = try [("dev", recipe.data.dev), ("test", recipe.data.test)].map { name, files in
                SuiteRehearsal.Split(
                    name,
                    try files.map {
                        try reader.encode(TaskSet($0, task.recipe, needsLabels: false))
                    })
            }.filter { !$0.files.isEmpty }
            notices = []
            return
        }
        let setup = try FinetuneSetup(recipe, parallel: parallel)
        var splits = [
            SuiteRehearsal.Split("train", setup.train), SuiteRehearsal.Split("dev", setup.dev),
        ]
        splits.append(SuiteRehearsal.Split("test", setup.encodedTest(on: parallel)))
        self.splits = splits.filter { !$0.files.isEmpty }
        if task.kind == .finetune {
            (epochSteps, steps) = (setup.plan.firstEpoch, setup.plan.total)
        }
        notices = setup.notices.filter(\.isWarning).map(\.text)
    }

    /// In words and numbers, for a terminal.
    fileprivate var text: String {
        var table = TextTable(headings: [
            "\(task) · \(model)", "files", "examples", "tokens", "cut",
        ])
        for split in splits {
            table.add([
                split.name, grouped(split.files.count), grouped(split.examples),
                grouped(split.tokens), grouped(split.cut),
            ])
        }
        var lines = table.lines()
        for split in splits where !split.labels.isEmpty {
            let labels = split.labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let shown = labels.prefix(20).map { "\($0.key) \(grouped($0.value))" }
            let more = labels.count > 20 ? ", and \(labels.count - 20) more" : ""
            lines.append("  labels of \(split.name): \(shown.joined(separator: ", "))\(more)")
        }
        if let steps, let epochSteps {
            lines.append(
                "  \(grouped(steps)) \(agreeing(steps, "step")), \(grouped(epochSteps)) an epoch")
        }
        return (lines + notices.map { "  warning: \($0)" }).joined(separator: "\n")
    }
}

extension SuiteRehearsal.Split {
    fileprivate init(_ name: String, _ sets: [EncodedSet]) {
        self.name = name
        files = sets.map { .init(name: $0.source.name, examples: $0.source.count) }
        labels = sets.reduce(into: [:]) { sums, set in
            sums.merge(set.source.counts.labels, uniquingKeysWith: +)
        }
        tokens = sets.flatMap(\.sequences).reduce(0) { $0 + $1.ids.count }
        cut = sets.reduce(0) { $0 + $1.cutExamples }
    }
}

/// Brings files into the sequences that a model reads which was trained by another task.
private struct TaskReader {
    private let encoder: TaskEncoder
    private let task: TaskHead
    private let parallel: Parallel

    init(_ folder: String, as recipe: FinetuneRecipe, _ parallel: Parallel) throws {
        let model = try ModelFolder(path: folder)
        guard let tokenizer = model.tokenizer else {
            throw InputError(
                at: folder, expected: "a tokenizer", found: "none",
                remedy: "Put the model's tokenizer into the folder.")
        }
        encoder = try TaskEncoder(
            tokenizer, shape: FinetuneSetup.shape(of: recipe),
            positions: model.configuration.maximumPositions, at: "length")
        task = TaskHead(recipe.task.headKind, labels: [])
        self.parallel = parallel
    }

    func encode(_ set: TaskSet) -> EncodedSet {
        EncodedSet(set, task: task, encoder: encoder, learns: false, on: parallel)
    }
}

extension SuiteRehearsal {
    /// What a terminal shows.
    public var text: String {
        let list = (["runs, \(finishedRuns) of \(runs.count) finished:"] + runs.map { "  \($0)" })
            .joined(separator: "\n")
        return (readings.map(\.text) + [list]).joined(separator: "\n\n")
    }
}
