import Checkpoints
import Diagnostics
import Encoders
import Formats
import Foundation
import Logging
import Optimizers
import Recipes
import Streaming
import TensorCore

/// The start of a run without the run: everything that a start checks, every hash of the shards on
/// this machine, and one step. Nothing is written, but what a cache of remote shards keeps.
public struct Rehearsal {
    private let recipe: Recipe
    private let options: TrainingOptions
    private let logger: Logger
    /// Told what was found, a line at a time.
    private let note: (String) -> Void
    /// Told how long work goes on.
    private let progress: (String) -> Void

    /// The rehearsal of a run of `recipe` with the same options.
    public init(
        recipe: Recipe, options: TrainingOptions, logger: Logger,
        note: @escaping (String) -> Void, progress: @escaping (String) -> Void
    ) {
        (self.recipe, self.options, self.logger) = (recipe, options, logger)
        (self.note, self.progress) = (note, progress)
    }

    /// Checks, reads, and takes a step.
    ///
    /// - Throws: `InputError` for whatever the user can mend; `TrainingFailure` where the step's
    ///   loss is no number.
    public func run() throws {
        let logger = logger
        let setup = try RunSetup(recipe, on: options.processor) { logger.notice("\($0.text)") }
        note(
            """
            recipe: \(setup.stages.count) stages, \
            \(shortCount(setup.tokensLeft(stage: 0, done: 0))) tokens, \
            \(shortCount(setup.configuration.parameterCount)) parameters in \(setup.precision)
            """)
        let spare = setup.configuration.vocabularySize - setup.tokenizer.vocabularySize
        note(
            "tokenizer: \(setup.tokenizer.vocabularySize) pieces, as the shards have and the model"
                + (spare > 0 ? ", which has \(spare) rows more" : ""))
        let folder = RunFolder(path: options.runFolder ?? "runs/\(recipe.name)")
        let start = try lookAt(folder, setup)
        note(try setup.checkDiskSpace(at: folder.nearestExisting))
        let memory = try setup.checkMemory()
        if let warning = memory.warning { logger.warning("\(warning)") }
        note("memory: a step takes about \(gibibytes(memory.needed))")
        try verifyData(setup)
        try takeStep(setup, start)
        note("nothing is in the way of this run")
    }

    /// The run folder is free, and what is in it can be gone on from.
    private func lookAt(_ folder: RunFolder, _ setup: RunSetup) throws -> ResumePoint {
        try folder.check()
        let store = CheckpointStore(reading: folder.checkpoints)
        let start = try ResumePoint(options.resume, store: store, logger: logger)
        guard let state = start.state else {
            note("run folder: \(folder.path), the run begins there")
            return start
        }
        try state.check(
            against: recipe,
            environment: RunRecord.environment(options.processor, precision: setup.precision),
            at: start.checkpoint?.folder ?? "", logger: logger)
        try StageEnds(recipe: recipe, stages: setup.stages, state: state, store: store).check()
        note("run folder: \(folder.path), goes on from \(start.checkpoint?.name ?? "")")
        return start
    }

    private func verifyData(_ setup: RunSetup) throws {
        let (catalogue, sources) = try setup.catalogue()
        let hashes = setup.stages.contains { $0.phase.data.verifiesHashes }
        if hashes {
            try catalogue.verifyHashes { done, total in
                progress("comparing hashes: \(100 * done / max(1, total)) %")
            }
        }
        let remote = sources.filter(\.isRemote).count
        note(
            "data: \(sources.count) sources, "
                + (hashes ? "shards as their indexes' hashes say" : "sizes compared, hashes not")
                + (remote > 0 ? "; of \(remote) at web servers only the indexes were read" : ""))
    }

    /// One step of the stage that the run is in, with the weights it has there.
    private func takeStep(_ setup: RunSetup, _ start: ResumePoint) throws {
        progress("taking a step")
        let parallel = Parallel(threads: options.threads)
        let model = try setup.makeModel(parallel: parallel)
        let optimizer = StableAdamW(
            parameters: model.parameters, configuration: setup.optimizerConfiguration)
        try start.checkpoint?.restore(model: model, optimizer: optimizer)
        let clock = start.state?.clock
        let index = start.state?.stage ?? 0
        guard index < setup.stages.count else {
            return note("step: none is left, the run is finished")
        }
        let stage = setup.stages[index]
        model.setRotaryBases(
            global: stage.phase.rotaryBases.global, local: stage.phase.rotaryBases.local)
        optimizer.configuration.peakLearningRate = stage.phase.learningRate.peak
        let stageTokens = clock?.stageTokens ?? 0
        let data = setup.data[index]
        let loader = try BatchLoader(
            configuration: data.streamConfiguration(
                stage, seed: recipe.seed, lanes: recipe.lanes, tokenizer: setup.tokenizer,
                cache: setup.cache),
            laneStates: stageTokens > 0 ? start.state?.lanes : nil, tokensDone: stageTokens,
            prefetch: 1
        ) { data.request(of: stage, at: $0) }
        defer { loader.close() }
        let batch = try loader.next()
        let settings = stage.settings(at: stageTokens)
        let pool = BufferPool()
        let step = TrainingStep(
            model: model, optimizer: optimizer, precision: setup.precision,
            recomputesActivations: recipe.activationCheckpointing, pool: pool, parallel: parallel)
        let began = ContinuousClock.now
        let result: TrainingStep.Result
        do {
            result = try step(
                batch, learningRate: settings.learningRate, seed: recipe.seed,
                step: clock?.step ?? 0)
        } catch let value as NonFiniteValue {
            throw TrainingFailure(
                value, stage: stage.name, step: (clock?.step ?? 0) + 1, tokens: stageTokens,
                lastCheckpoint: start.checkpoint?.name)
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let peak = Machine.current.peakMemory.map { ", \(gibibytes($0)) of memory at most" } ?? ""
        note(
            """
            step: \(stage.name), loss \(String(format: "%.3f", result.loss)), \
            \(shortCount(Int(Double(batch.tokens) / seconds))) tokens/s\(peak)
            """)
        let evaluator = Evaluator(
            heldOut: try setup.heldOutSet(), precision: setup.precision, pool: pool,
            parallel: parallel)
        if let loss = evaluator.lossOfOneBatch(of: model), !loss.isFinite {
            throw TrainingFailure(
                NonFiniteValue(what: "the held-out loss", value: loss, place: "after that step"),
                stage: stage.name, step: (clock?.step ?? 0) + 1, tokens: stageTokens,
                lastCheckpoint: start.checkpoint?.name)
        }
    }
}
