import Checkpoints
import Diagnostics
import Encoders
import Formats
import Foundation
import Host
import Logging
import Recipes
import Reporting
import Training

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

    /// Model, optimizer and state.
    let training: TrainingRun
    let options: TrainingOptions
    let folder: RunFolder
    let stopSignal: StopSignal
    let logger: Logger

    var monitor: RunMonitor
    var tokensOfThisProcess = 0
    var stepsOfThisProcess = 0
    var stepsSinceSave = 0
    private let lock: FileLock

    var setup: RunSetup { training.setup }

    /// Checks everything that can be checked before computing, opens the run folder and resumes
    /// where `options.resume` says.
    ///
    /// - Throws: `InputError` for whatever the user can fix.
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
        let store = try CheckpointStore(folder: folder.checkpoints, keep: recipe.checkpoint.keep)
        var start = try ResumePoint(options.resume, store: store, logger: logger)
        let state = try start.state(of: setup, on: options.processor, logger: logger)
        _ = try setup.checkDiskSpace(at: folder.path)
        if let warning = try setup.checkMemory().warning { logger.warning("\(warning)") }
        try start.takeOver(into: folder, store: store)
        training = try TrainingRun(
            setup, state: state, checkpoint: start.checkpoint, store: store,
            threads: options.threads)
        monitor = try RunMonitor(
            folder: folder, state: state, everySteps: recipe.log.everySteps, quiet: options.quiet)
        (self.options, self.folder) = (options, folder)
        (self.stopSignal, self.logger) = (stopSignal, logger)
        try training.stageEnds.check()
        try recordStart(resumedFrom: start.checkpoint?.name)
    }

    /// Trains until the run is finished, paused or stopped.
    ///
    /// - Throws: `TrainingFailure` where the loss is not a number; `InputError` for damaged shards
    ///   or a full disk. The last checkpoint stays as it is.
    public func run() throws -> Outcome {
        let state = training.state
        let isBeginning = state.completedStages.isEmpty && state.initialCheckpoint == nil
        if isBeginning, state.clock.step == 0 {
            try evaluate(as: setup.stages[0].name, isStageEnd: false)
            if setup.stages[0].variant != nil { try saveInitial() }
        }
        while training.state.stage < setup.stages.count {
            if let outcome = try train(setup.stages[training.state.stage]) {
                monitor.note("Saved. The same command resumes from here: \(folder.path)")
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
        let clock = training.state.clock
        let losses = training.evaluator.losses(of: evaluated ?? training.model)
        for (language, loss) in losses where !loss.isFinite {
            let value = NonFiniteValue(
                what: "the held-out loss of \(language)", value: loss, place: "after that step")
            throw try training.failure(value, stage: stage, step: clock.step)
        }
        guard !losses.isEmpty else { return }
        try monitor.log(
            EvaluationRecord(
                stage: stage, step: clock.step, tokens: clock.totalTokens,
                isStageEnd: isStageEnd, losses: losses))
    }

    /// Saves the weights from which the variants start where no phase comes before them.
    private func saveInitial() throws {
        training.state.initialCheckpoint = checkpointName(stage: "initial")
        try saveCheckpoint(named: checkpointName(stage: "initial"), isProtected: true)
    }

    /// Saves a checkpoint of the present state, and keeps it for good at a stage's end.
    ///
    /// - Parameter isMerged: whether the merge needs it, though it is not the stage's end.
    /// - Throws: `TrainingFailure` for a model whose loss is not a number, which is not saved;
    ///   `InputError` where the disk is full.
    func save(named stage: String, isStageEnd: Bool, isMerged: Bool = false) throws {
        try training.checkModel(in: stage)
        let name = checkpointName(stage: stage)
        if isStageEnd {
            training.state.completedStages.append(.init(name: stage, checkpoint: name))
        }
        if isMerged {
            training.state.mergedCheckpoints = (training.state.mergedCheckpoints ?? []) + [name]
        }
        try saveCheckpoint(named: name, isProtected: isStageEnd || isMerged)
    }

    private func saveCheckpoint(named name: String, isProtected: Bool) throws {
        training.state.metricsBytes = try monitor.synchronize()
        try training.save(name: name, isProtected: isProtected)
        stepsSinceSave = 0
    }

    private func checkpointName(stage: String) -> String {
        "\(stage)-\(String(format: "%09d", training.state.clock.step))"
    }

    private func recordStart(resumedFrom checkpoint: String?) throws {
        let (recipe, processor) = (setup.recipe, options.processor)
        try AtomicFile.write(recipe.resolvedYAML(), to: folder.recipe)
        let warnings = processor.warnings(
            for: recipe.precision, threads: options.threads,
            environment: ProcessInfo.processInfo.environment)
        for warning in warnings {
            logger.warning("\(warning)")
        }
        if setup.precision != recipe.precision {
            logger.warning(
                """
                precision: \(recipe.precision) needs bf16 products, which are not available here: \
                training in \(setup.precision)
                """)
        }
        try RunRecord.add(
            RunRecord.Start(
                processor: processor, threads: options.threads, precision: setup.precision,
                commandLine: options.commandLine, resumedFrom: checkpoint),
            seed: recipe.seed, parameters: setup.configuration.parameterCount, at: folder.record)
        monitor.note(
            """
            \(recipe.name): \(shortCount(setup.configuration.parameterCount)) parameters, \
            \(counted(setup.stages.count, "stage"))
            \(processor.description(of: setup.precision, threads: options.threads))
            """)
        if training.evaluator.heldOut.languages.isEmpty {
            logger.warning(
                """
                no held-out text in \(recipe.evaluate.manifest): nothing is evaluated; \
                mmbert data build --held-out makes some
                """)
        }
        if let checkpoint {
            monitor.note("resumes from checkpoint \(checkpoint)")
        }
    }
}
