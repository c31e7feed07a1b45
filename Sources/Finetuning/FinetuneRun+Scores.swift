import Autograd
import Diagnostics
import Formats
import Foundation
import Host
import Inference
import Measures
import ModelFolders
import Recipes
import Reporting
import Runs
import TensorCore

extension FinetuneRun {
    /// The scores of a run that is finished; nil for one that is not.
    func finishedScores() throws -> FinetuneScores? {
        guard state.step > 0, try Folder.exists(folder.scores), try Folder.exists(folder.model)
        else { return nil }
        let scores = try? JSONFile.read(folder.scores, as: FinetuneScores.self)
        return scores?.recipeHash == recipeHash ? scores : nil
    }

    /// The SHA-256 of the resolved recipe.
    private var recipeHash: String { Checksum.sha256.digest(of: Array(state.recipe.utf8)) }

    /// The development set, measured with the present weights; nil if `stops` turns true before
    /// the end.
    func measurement(unless stops: () -> Bool) throws -> FinetuneMeasurement? {
        var files: [String: [String: Double]] = [:]
        var values: [Double] = []
        let metric = setup.recipe.mainMetric
        var isCollapsed = false
        for set in setup.dev {
            guard let predictions = predictions(of: set, unless: stops) else { return nil }
            guard
                let evaluation = set.source.evaluation(
                    of: predictions, task: setup.task,
                    mayBeNone: setup.recipe.text.allowsNoAnswer)
            else { continue }
            files[set.source.name.isEmpty ? "dev" : set.source.name] = evaluation.table
            if let value = evaluation[metric] { values.append(value) }
            isCollapsed = isCollapsed || set.source.isCollapsed(predictions)
        }
        return FinetuneMeasurement(
            step: state.step, epoch: setup.plan.epochs(after: state.step),
            trainLoss: state.lossSum / Double(max(1, state.lossSteps)), metric: metric,
            value: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), files: files,
            isCollapsed: isCollapsed
                && state.step
                    > setup.recipe.learningRate.warmupSteps(
                        of: totalSteps)
        )
    }

    /// What the model in training says of a set whose tokens are among its rows.
    private func predictions(of set: EncodedSet, unless stops: () -> Bool) -> TaskPredictions? {
        let sequences = set.sequences.map(weights.rows.mapped)
        let tape = Tape<Float>(parallel: parallel, pool: pool, recording: false)
        let logits = weights.model.logits(
            of: sequences, budget: setup.recipe.batch.microbatch, on: tape
        ) { _ in !stops() }
        return logits.map { set.predictions(of: $0, search: setup.search) }
    }

    /// Writes the model, then reads it again, measures every file with it, and writes predictions
    /// and scores.
    ///
    /// - Parameter values: the best weights; nil for the present ones.
    func writeResults(values: [Matrix<Float>]?, keptStep: Int) throws -> FinetuneScores {
        var file = setup.shape
        file.recipe = recipeHash
        try AtomicFolder.write(to: folder.model, replacing: true) { temporary in
            let decay = values == nil ? state.unreadDecay : state.bestUnreadDecay
            try weights.write(values, decay: decay, file: file, into: temporary)
        }
        let model = try setup.writtenModel(in: folder.model, parallel: parallel)
        model.batchTokens = setup.recipe.batch.microbatch
        var scores = FinetuneScores(
            setup, state, keptStep: keptStep, recipeHash: recipeHash,
            precision: options.precision(setup.recipe.precision))
        try Folder.create(folder.predictions)
        for (split, sets) in [("dev", setup.dev.map(\.source)), ("test", setup.test)] {
            for set in sets {
                let scored = try TaskScorer(model, search: setup.search).score(
                    set, mayBeNone: setup.recipe.text.allowsNoAnswer)
                let name = set.name.isEmpty ? split : "\(split)-\(set.name)"
                try scored.predictions.write(
                    of: set, task: setup.task, to: folder.predictions + "/\(name).jsonl")
                scores.files[name] = scored.scores
            }
        }
        scores.modelHash = try Checksum.sha256.digest(
            ofFileAt: folder.model + "/" + ModelFolder.weightsName)
        file.measured = scores.files.mapValues(\.metrics)
        try file.write(into: folder.model)
        try JSONFile.write(scores, to: folder.scores)
        return scores
    }
}

/// `scores.json`: what a run ended with, and what it was made of.
package struct FinetuneScores: Codable, Equatable, Sendable {
    /// What was measured on a file.
    package struct File: Codable, Equatable, Sendable {
        /// Examples with labels, and all.
        package var scored = 0, examples = 0
        /// Examples, or words of sentences, that were cut off.
        package var cut = 0
        package var lostWords: Int?
        /// Of vectors: texts that were read, of which `cut` are; nil where examples are the texts.
        package var texts: Int?
        /// Of vectors: what else is to be known, such as documents that are missing, with numbers.
        package var notes: [String: Int]?
        /// Every metric that is defined.
        package var metrics: [String: Double] = [:]
        /// The bounds of 95 % of 1,000 resamples of the examples.
        package var intervals: [String: [Double]] = [:]
        /// Of classes: how often each label is given to examples of each, `[reference][label]`.
        package var confusion: [String: [String: Int]]?
        /// Whether all examples got one label.
        package var isCollapsed = false

        /// Nothing measured.
        package init() {}
    }

    package let task: String
    package let labels: [String]
    package let seed: UInt64
    package let length: Int
    package let pooling: String
    package let precision: String
    package let metric: String?
    /// Examples that are learned from, and those of which tokens were cut off.
    package let trainExamples, trainCut: Int
    /// Steps of the run, and the step whose model is kept.
    package let steps, keptStep: Int
    /// Measurements of the development set on the way.
    package let measurements: [FinetuneMeasurement]
    /// By split: `dev`, `test-de`.
    package var files: [String: File] = [:]
    /// SHA-256 of the recipe, of the labelled files, and of the model's weights.
    package let recipeHash: String
    package let dataHashes: [String: String]
    package var modelHash = ""
    package let version: String

    init(
        _ setup: FinetuneSetup, _ state: FinetuneState, keptStep: Int, recipeHash: String,
        precision: Precision
    ) {
        task = setup.recipe.task.rawValue
        labels = setup.task.labels
        (seed, length) = (setup.recipe.seed, setup.encoder.length)
        pooling = setup.task.pooling.rawValue
        self.precision = precision.rawValue
        metric = state.measurements.last?.metric
        trainExamples = setup.train.reduce(0) { $0 + $1.source.count }
        trainCut = setup.train.reduce(0) { $0 + $1.cutExamples }
        (steps, self.keptStep) = (state.step, keptStep)
        measurements = state.measurements
        self.recipeHash = recipeHash
        dataHashes = setup.hashes
        version = frameworkVersion
    }
}

extension RunFolder {
    /// What the run ended with.
    package var scores: String { path + "/scores.json" }
    /// What the kept model says of every example.
    package var predictions: String { path + "/predictions" }
}

extension Evaluation {
    /// The metrics that are defined, by their names.
    package var table: [String: Double] {
        Dictionary(zip(names, values).compactMap { name, value in value.map { (name, $0) } }) {
            first, _ in first
        }
    }
}

extension FinetuneSetup {
    /// SHA-256 of the weights that training starts from.
    func originHash() throws -> String {
        guard !recipe.startsAtRandom else { return "random" }
        let files = try Folder.contents(of: recipe.model).filter { $0.hasSuffix(".safetensors") }
        let hashes = try files.sorted().map {
            try Checksum.sha256.digest(ofFileAt: Folder.join(recipe.model, $0))
        }
        return hashes.joined(separator: " ")
    }
}
