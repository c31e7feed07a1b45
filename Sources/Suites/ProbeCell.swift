import Diagnostics
import Encoders
import Finetuning
import Formats
import Foundation
import Host
import Inference
import LabelledText
import ModelFolders
import Probes
import Recipes
import Runs
import TensorCore
import Tokenization

/// A run that learns classes from a model's vectors, which stays as it is: logistic regression on
/// the mean of a text's tokens, or the first one's.
struct ProbeCell {
    private let recipe: FinetuneRecipe
    private let place: RunFolder
    private let progress: SuiteProgress

    /// The run of a recipe whose model is probed.
    init(
        _ cell: SuiteCell, _ recipe: FinetuneRecipe, in place: RunFolder, progress: SuiteProgress
    ) throws {
        (self.recipe, self.place, self.progress) = (recipe, place, progress)
    }

    /// Learns and measures every file; false if a signal ended it before.
    func run(threads: Int, stopSignal: StopSignal?) throws -> Bool {
        let files = try MeasuredFiles(recipe, in: place)
        let train = TaskSet.limited(
            try recipe.data.train.map { try TaskSet($0, recipe, needsLabels: true) },
            to: recipe.data.examples)
        let encoder = try ProbedModel(recipe, threads: threads)
        let vectors = try train.flatMap { try encoder.vectors(of: $0, progress).vectors }
        let probe = try ClassProbe(
            train, recipe, DenseRows(vectors), parallel: Parallel(threads: threads))
        return try files.run(trainExamples: vectors.count, stopSignal: stopSignal) { set, path in
            let (vectors, cut) = try encoder.vectors(of: set, progress)
            var scores = try probe.score(set, DenseRows(vectors), writingTo: path)
            scores.cut = cut
            return scores
        }
    }
}

/// A model whose vectors are probed.
private struct ProbedModel {
    private let model: EncoderModel
    private let encoder: TaskEncoder
    private let pooling: Pooling

    init(_ recipe: FinetuneRecipe, threads: Int) throws {
        model = try EncoderModel(
            folder: recipe.model, precision: .fp32, threads: threads, processor: .current,
            randomSeed: recipe.startsAtRandom ? recipe.seed : nil)
        model.batchTokens = recipe.batch.microbatch
        guard let tokenizer = model.tokenizer else {
            throw InputError(
                at: recipe.model, expected: "a tokenizer", found: "none",
                remedy: "Put the model's tokenizer into the folder.")
        }
        var shape = TaskFile()
        shape.length = recipe.text.length
        encoder = try TaskEncoder(
            tokenizer, shape: shape, positions: model.configuration.maximumPositions, at: "length")
        pooling = recipe.pooling == .cls ? .cls : .mean
    }

    /// The vectors of a set's texts or pairs, and how many of these were cut.
    func vectors(
        of set: TaskSet, _ progress: SuiteProgress
    ) throws -> (vectors: [[Float]], cut: Int) {
        let inputs = set.classifiedTexts.map { TextInput($0.text, $0.pair) }
        let encoded = encoder.sequences(of: inputs, on: Parallel(threads: model.threads))
        let sequences = try encoded.map {
            try model.sequence(of: $0.sequence.ids, types: $0.sequence.types, at: set.path)
        }
        let total = max(1, sequences.reduce(0) { $0 + $1.ids.count })
        let name = set.name.isEmpty ? Folder.name(of: set.path) : set.name
        let locations = set.locations
        let vectors = try model.embed(
            sequences, options: EmbeddingOptions(pooling: pooling),
            progress: { done in progress.update { "reads \(name), \(100 * done / total) %" } },
            naming: { locations[$0] })
        return (vectors, encoded.count { $0.cut > 0 })
    }
}

/// Classes of texts or pairs from features, learned by logistic regression.
struct ClassProbe {
    private let task: TaskHead
    private let regression: LogisticRegression

    /// Learns.
    ///
    /// - Parameters:
    ///   - train: the training files.
    ///   - rows: the features of all their texts, in their order.
    /// - Throws: `InputError` where there are no two labels.
    init(
        _ train: [TaskSet], _ recipe: FinetuneRecipe, _ rows: some FeatureRows, parallel: Parallel
    ) throws {
        let labels = recipe.newLabels(of: train)
        task = TaskHead(.sequence, labels: labels)
        let places = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
        let classes = train.flatMap(\.classifiedTexts).map { text in
            text.label?.className.flatMap { places[$0] } ?? 0
        }
        guard Set(classes).count > 1 else {
            throw InputError(
                at: recipe.data.train.first?.path ?? "data.train",
                expected: "examples of two labels or more", found: "\(Set(classes).count)",
                remedy: "Check the column of labels.")
        }
        regression = LogisticRegression(learning: rows, labels: classes, parallel: parallel)
    }

    /// Predicts a set, writes the predictions, and measures them.
    func score(
        _ set: TaskSet, _ rows: some FeatureRows, writingTo path: String
    ) throws -> FinetuneScores.File {
        let predictions = TaskPredictions.texts(
            regression.probabilities(of: rows).map { shares in
                var logits = [Float](repeating: -.infinity, count: task.labels.count)
                for (place, share) in zip(regression.classes, shares) {
                    logits[place] = Float(max(log(share), -1e4))
                }
                return Classification(logits, of: task, cut: 0)
            })
        try predictions.write(of: set, task: task, to: path)
        return FinetuneScores.File(set, predictions, task: task)
    }
}
