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

/// Trains as a recipe says: stage after stage, evaluating and saving on the way, and merges the
/// variants at the end.
///
/// Everything that changes is in the model, the optimizer and `state`; a checkpoint holds the
/// three, so a run that is resumed takes the same steps to the same bits.
public final class Trainer {
    /// How a call of `run` ended.
    public enum Outcome: Sendable, Equatable {
        /// All stages are trained and the final model is written.
        case finished
        /// `stopAfter` was reached; a checkpoint is saved.
        case paused
        /// A signal asked to stop; a checkpoint is saved.
        case stopped(signal: Int32)
    }

    let setup: RunSetup
    let options: TrainingOptions
    let folder: RunFolder
    let store: CheckpointStore
    let stopSignal: StopSignal
    let parallel: Parallel
    let pool = BufferPool()
    let evaluator: Evaluator
    let logger: Logger

    let model: MaskedLanguageModel
    let optimizer: StableAdamW
    var state: TrainerState
    var monitor: RunMonitor
    var tokensOfThisProcess = 0
    var stepsOfThisProcess = 0
    var stepsSinceSave = 0
    private let lock: FileLock

    /// Checks everything that can be checked before computing, opens the run folder and takes up
    /// the work where `options.resume` says.
    ///
    /// - Throws: `InputError` for whatever the user can mend.
    public init(
        recipe: Recipe, options: TrainingOptions, stopSignal: StopSignal, logger: Logger
    ) throws {
        let isQuiet = options.quiet
        let setup = try RunSetup(recipe, on: options.processor) { notice in
            if notice.isWarning {
                logger.warning("\(notice.text)")
            } else if !isQuiet {
                logger.notice("\(notice.text)")
            }
        }
        let folder = RunFolder(path: options.runFolder ?? "runs/\(recipe.name)")
        lock = try folder.open()
        store = try CheckpointStore(folder: folder.checkpoints, keep: recipe.checkpoint.keep)
        parallel = Parallel(threads: options.threads)
        evaluator = Evaluator(
            heldOut: try setup.heldOutSet(), precision: setup.precision, pool: pool,
            parallel: parallel)

        var start = try ResumePoint(options.resume, store: store, logger: logger)
        let processor = options.processor
        let environment = RunRecord.environment(processor, precision: setup.precision)
        state = TrainerState(recipe: recipe.resolvedYAML(), environment: environment)
        if let saved = start.state {
            try saved.check(
                against: recipe, environment: environment, at: start.checkpoint?.folder ?? "",
                logger: logger)
            state = saved
        }
        _ = try setup.checkDiskSpace(at: folder.path)
        if let warning = try setup.checkMemory().warning { logger.warning("\(warning)") }
        try start.takeOver(into: folder, store: store)
        model = try setup.makeModel(parallel: parallel)
        optimizer = StableAdamW(
            parameters: model.parameters, configuration: setup.optimizerConfiguration)
        try start.checkpoint?.restore(model: model, optimizer: optimizer)
        monitor = try RunMonitor(
            folder: folder, state: state, everySteps: recipe.log.everySteps, quiet: options.quiet)
        (self.setup, self.options, self.folder) = (setup, options, folder)
        (self.stopSignal, self.logger) = (stopSignal, logger)
        try stageEnds.check()
        try recordStart(on: processor, resumedFrom: start.checkpoint?.name)
    }

    /// Trains until the run is finished, paused or stopped.
    ///
    /// - Throws: `TrainingFailure` where the loss is no number; `InputError` for damaged shards or
    ///   a full disk. The last checkpoint stays as it is.
    public func run() throws -> Outcome {
        let isBeginning = state.completedStages.isEmpty && state.initialCheckpoint == nil
        if isBeginning, state.clock.step == 0 {
            try evaluate(as: setup.stages[0].name, isStageEnd: false)
            if setup.stages[0].variant != nil { try saveInitial() }
        }
        while state.stage < setup.stages.count {
            if let outcome = try train(setup.stages[state.stage]) {
                monitor.note("Saved. The same command goes on from here: \(folder.path)")
                return outcome
            }
        }
        try finish()
        return .finished
    }

    /// Measures held-out loss of a model, of the one in training if none is given, and logs it.
    func evaluate(
        _ evaluated: MaskedLanguageModel? = nil, as stage: String, isStageEnd: Bool
    ) throws {
        let losses = evaluator.losses(of: evaluated ?? model)
        for (language, loss) in losses where !loss.isFinite {
            let value = NonFiniteValue(
                what: "the held-out loss of \(language)", value: loss, place: "after that step")
            throw try failure(value, stage: stage, step: state.clock.step)
        }
        guard !losses.isEmpty else { return }
        try monitor.log(
            EvaluationRecord(
                stage: stage, step: state.clock.step, tokens: state.clock.totalTokens,
                isStageEnd: isStageEnd, losses: losses))
    }

    /// The end of a run in which `value` is no number.
    func failure(_ value: NonFiniteValue, stage: String, step: Int) throws -> TrainingFailure {
        TrainingFailure(
            value, stage: stage, step: step, tokens: state.clock.stageTokens,
            lastCheckpoint: try store.checkpoints().last?.name)
    }

    /// Saves the weights from which the variants start where no phase comes before them.
    private func saveInitial() throws {
        state.initialCheckpoint = checkpointName(stage: "initial")
        try saveCheckpoint(named: checkpointName(stage: "initial"), isProtected: true)
    }

    /// Saves a checkpoint of the present state, and keeps it for good at a stage's end.
    ///
    /// - Parameter isMerged: whether the merge needs it, though it is not the stage's end.
    /// - Throws: `TrainingFailure` for a model whose loss is no number, which is not saved;
    ///   `InputError` where the disk is full.
    func save(named stage: String, isStageEnd: Bool, isMerged: Bool = false) throws {
        if let loss = evaluator.lossOfOneBatch(of: model), !loss.isFinite {
            let value = NonFiniteValue(
                what: "the held-out loss", value: loss, place: "after that step")
            throw try failure(value, stage: stage, step: state.clock.step)
        }
        let name = checkpointName(stage: stage)
        if isStageEnd {
            state.completedStages.append(.init(name: stage, checkpoint: name))
        }
        if isMerged { state.mergedCheckpoints = (state.mergedCheckpoints ?? []) + [name] }
        try saveCheckpoint(named: name, isProtected: isStageEnd || isMerged)
    }

    private func saveCheckpoint(named name: String, isProtected: Bool) throws {
        state.metricsBytes = try monitor.synchronize()
        try store.save(
            name: name, isProtected: isProtected, model: model, optimizer: optimizer, state: state,
            tokenizer: setup.tokenizerFiles)
        stepsSinceSave = 0
    }

    private func checkpointName(stage: String) -> String {
        "\(stage)-\(String(format: "%09d", state.clock.step))"
    }

    private func recordStart(on processor: Processor, resumedFrom checkpoint: String?) throws {
        try AtomicFile.write(setup.recipe.resolvedYAML(), to: folder.recipe)
        let warnings = processor.warnings(
            for: setup.recipe.precision, threads: options.threads,
            environment: ProcessInfo.processInfo.environment)
        for warning in warnings {
            logger.warning("\(warning)")
        }
        if setup.precision != setup.recipe.precision {
            logger.warning(
                """
                precision: \(setup.recipe.precision) needs bf16 products, which are not to be had \
                here: training in \(setup.precision)
                """)
        }
        try RunRecord.add(
            RunRecord.Start(
                processor: processor, threads: options.threads, precision: setup.precision,
                commandLine: options.commandLine, resumedFrom: checkpoint),
            seed: setup.recipe.seed, parameters: setup.configuration.parameterCount,
            at: folder.record)
        monitor.note(
            """
            \(setup.recipe.name): \(shortCount(setup.configuration.parameterCount)) parameters, \
            \(setup.stages.count) stages
            \(processor.description(of: setup.precision, threads: options.threads))
            """)
        if evaluator.heldOut.languages.isEmpty {
            logger.warning(
                """
                no held-out text in \(setup.recipe.evaluate.manifest): nothing is evaluated; \
                mmbert data build --held-out makes some
                """)
        }
        if let checkpoint {
            monitor.note("goes on from checkpoint \(checkpoint)")
        }
    }
}
