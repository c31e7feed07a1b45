import Diagnostics
import Encoders
import Finetuning
import Inference
import LabelledText
import ModelFolders
import Recipes
import Runs
import TensorCore
import Tokenization

/// A run that needs no model: the most frequent label for everything, or what counts of a
/// tokenizer's pieces say.
struct BaselineCell {
    private let cell: SuiteCell
    private let recipe: FinetuneRecipe
    private let training: FinetuneRecipe
    private let place: RunFolder

    /// The run of a recipe.
    ///
    /// - Parameter training: the recipe of the task whose training files are learned from.
    init(
        _ cell: SuiteCell, _ recipe: FinetuneRecipe, training: FinetuneRecipe, in place: RunFolder
    ) {
        (self.cell, self.recipe, self.training, self.place) = (cell, recipe, training, place)
    }

    /// Learns and measures every file; false if a signal ended it before.
    func run(threads: Int, stopSignal: StopSignal?) throws -> Bool {
        let files = try MeasuredFiles(recipe, in: place)
        let train = TaskSet.limited(
            try training.data.train.map { try TaskSet($0, training, needsLabels: true) },
            to: training.data.examples)
        let score = try scorer(train, parallel: Parallel(threads: threads))
        return try files.run(
            trainExamples: train.reduce(0) { $0 + $1.count }, stopSignal: stopSignal, score)
    }

    /// What predicts a set, writes the predictions, and measures them.
    private func scorer(
        _ train: [TaskSet], parallel: Parallel
    ) throws -> (TaskSet, String) throws -> FinetuneScores.File {
        guard case .pieces(let model) = cell.row.content else {
            let label = Self.majority(train)
            let task = TaskHead(recipe.task.headKind, labels: training.newLabels(of: train))
            return { set, path in try score(set, constant(label, set, task), task, path) }
        }
        guard let tokenizer = try ModelFolder(path: model.folder).tokenizer else {
            throw InputError(
                at: model.folder, expected: "a tokenizer", found: "none",
                remedy: "Put the model's tokenizer into the folder.")
        }
        if recipe.task == .tokens {
            let tags = FrequentTags(
                learning: train.flatMap(\.sentences), tokenizer: tokenizer, parallel: parallel)
            let task = TaskHead(.tokens, labels: training.newLabels(of: train))
            return { set, path in
                let found = tags.tags(
                    of: set.sentences, tokenizer: tokenizer, parallel: parallel)
                return try score(set, .sentences(found.map(Tagging.init(tags:))), task, path)
            }
        }
        let features = PieceFeatures(
            learning: train.flatMap(\.classifiedTexts), tokenizer: tokenizer, parallel: parallel)
        let probe = try ClassProbe(train, training, features.rows, parallel: parallel)
        return { set, path in
            try probe.score(set, features.rows(of: set.classifiedTexts), writingTo: path)
        }
    }

    private func score(
        _ set: TaskSet, _ predictions: TaskPredictions, _ task: TaskHead, _ path: String
    ) throws -> FinetuneScores.File {
        try predictions.write(of: set, task: task, to: path)
        return FinetuneScores.File(set, predictions, task: task)
    }

    /// The most frequent label of texts, or tag of words.
    private static func majority(_ train: [TaskSet]) -> String {
        var counts: [String: Int] = [:]
        for text in train.flatMap(\.classifiedTexts) {
            if let name = text.label?.className { counts[name, default: 0] += 1 }
        }
        for tag in train.flatMap(\.sentences).flatMap({ $0.tags ?? [] }) {
            counts[tag, default: 0] += 1
        }
        return FrequentTags.mostFrequent(counts) ?? ""
    }

    /// One label for everything.
    private func constant(_ label: String, _ set: TaskSet, _ task: TaskHead) -> TaskPredictions {
        if recipe.task == .tokens {
            return .sentences(
                set.sentences.map { Tagging(tags: $0.words.map { _ in label }) })
        }
        let logits = task.labels.map { $0 == label ? Float(0) : -1e4 }
        return .texts(set.classifiedTexts.map { _ in Classification(logits, of: task, cut: 0) })
    }
}
