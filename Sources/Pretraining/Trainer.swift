import Checkpoints
import Diagnostics
import Encoders
import Formats
import Foundation
import Host
import Logging
import Recipes
import Reporting
import Runs
import TensorCore
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
    /// Where the run is; another one after it was renamed.
    var folder: RunFolder
    var isRenamed = false
    var isReportRefused = false
    let stopSignal: StopSignal
    let logger: Logger

    var monitor: RunMonitor
    var tokensOfThisProcess = 0
    var stepsOfThisProcess = 0
    var stepsSinceSave = 0
    var lastSave = ContinuousClock.now
    private let lock: FileLock
    let heldFolder: HeldFolder

    var setup: RunSetup { training.setup }

    /// Checks everything that can be checked before computing, opens the run folder and resumes
    /// where `options.resume` says.
    ///
    /// Where there are several ranks, rank 0 makes it; the others call `Follower.run`, and read
    /// the recipe too.
    ///
    /// - Throws: `InputError` for whatever the user can fix.
    public init(
        recipe: @autoclosure () throws -> Recipe, options: TrainingOptions, stopSignal: StopSignal,
        logger: Logger
    ) throws {
        let isQuiet = options.quiet
        let setup = try RunSetup(reading: recipe, with: options, logger: logger) { notice in
            if notice.isWarning {
                logger.warning("\(notice.text)")
            } else if !isQuiet {
                logger.notice("\(notice.text)")
            }
        }
        let recipe = setup.recipe
        let folder = RunFolder(path: options.runFolder ?? "runs/\(recipe.name)")
        lock = try folder.open()
        heldFolder = try HeldFolder(path: folder.path)
        let store = try CheckpointStore(folder: folder.checkpoints, keep: recipe.checkpoint.keep)
        if let repair = store.repair { logger.warning("\(repair)") }
        var start = try ResumePoint(options.resume, store: store, logger: logger)
        let state = try start.state(of: setup, with: options, logger: logger)
        _ = try setup.checkDiskSpace(at: folder.path)
        if let warning = try setup.checkMemory(for: options.ranks).warning {
            logger.warning("\(warning)")
        }
        let newest = try store.checkpoints().last?.name
        try start.takeOver(into: folder, store: store)
        training = try TrainingRun(
            setup, state: state, checkpoint: start.checkpoint, store: store,
            threads: options.threads, ranks: options.ranks)
        monitor = try RunMonitor(
            folder: folder, setup: setup, state: state, quiet: options.quiet
        ) { logger.warning("\($0)") }
        (self.options, self.folder) = (options, folder)
        (self.stopSignal, self.logger) = (stopSignal, logger)
        try training.stageEnds.check()
        for doubt in recipe.doubts { logger.warning("\(doubt)") }
        if let warning = setup.heldOutWarning { logger.warning("\(warning)") }
        if start.checkpoint == nil {
            if let warning = try setup.newHeadWarning() { logger.warning("\(warning)") }
            if let note = setup.initialTokensNote { monitor.note(note) }
        }
        try recordStart(start)
        if let newest, !start.changes.isEmpty,
            let place = try folder.setModelAside(as: "model-\(newest)")
        {
            monitor.note("the model that the run ended with before is in \(place)")
        }
    }

    /// Trains until the run is finished, paused or stopped.
    ///
    /// - Throws: `TrainingFailure` where the loss is not a number; `InputError` for damaged shards
    ///   or a full disk. The last checkpoint stays as it is.
    public func run() throws -> Outcome {
        let outcome = try blamingFolder { try reachEnd() }
        let saved =
            isRenamed
            ? "Saved. With --run \(folder.path) the same command resumes from here"
            : "Saved. The same command resumes from here: \(folder.path)"
        switch outcome {
        case .finished:
            monitor.note("The final model is in \(folder.model)")
            if !isReportRefused { monitor.note("The curves are in \(folder.report)") }
            monitor.note(
                """
                Try it: mmbert fill-mask --model \(folder.model) \
                --text "… \(setup.tokenizer.piece(setup.tokenizer.special.mask)) …"
                """)
        case .paused: monitor.note(saved)
        case .stopped(let signal):
            monitor.note("Stopped by \(StopSignal.name(of: signal)). \(saved)")
            let isBySlurm = ProcessInfo.processInfo.environment["SLURM_STEP_ID"] != nil
            if options.ranks.engine.hasPrefix("Open MPI"), !isBySlurm,
                [SIGTERM, SIGINT].contains(signal)
            {
                monitor.note(
                    """
                    Open MPI's mpirun leaves a run one second to save after SIGTERM and Ctrl-C: \
                    kill -USR1 of mpirun leaves as much as it takes
                    """)
            }
        }
        return outcome
    }

    private func reachEnd() throws -> Outcome {
        if let outcome = try begin() { return outcome }
        while training.state.stage < setup.stages.count {
            if let outcome = try train(setup.stages[training.state.stage]) { return outcome }
        }
        return try followingFolder { try finish() }
    }

    /// Measures the initial weights, and saves them where variants start from them.
    ///
    /// - Returns: nil, also for a run that has begun before; otherwise why the run ends here.
    private func begin() throws -> Outcome? {
        let state = training.state
        guard
            state.clock.step == 0, state.completedStages.isEmpty, state.initialCheckpoint == nil
        else { return nil }
        // A checkpoint of the beginning has metrics where it was saved after the evaluation.
        if state.metricsBytes == 0,
            try !evaluate(as: setup.stages[0].name, isStageEnd: false)
        {
            return try stop(in: setup.stages[0])
        }
        if setup.stages[0].variant != nil { try saveInitial() }
        return nil
    }

    /// Measures held-out loss of a model, of the one in training if none is given, and logs it.
    ///
    /// - Returns: false if a signal came before the end, and nothing is logged.
    func evaluate(
        _ evaluated: MaskedLanguageModel? = nil, as stage: String, isStageEnd: Bool
    ) throws -> Bool {
        let clock = training.state.clock
        let losses = try training.losses(of: evaluated) { stopSignal.isReceived }
        guard let losses else { return false }
        let probed = try training.probes.records(
            of: evaluated ?? training.model, stage: stage, at: clock
        ) { stopSignal.isReceived }
        guard let probed else { return false }
        for (language, loss) in losses where !loss.isFinite {
            let value = NonFiniteValue(what: "the held-out loss of \(language)", value: loss)
            throw try training.failure(value, stage: stage, step: clock.step)
        }
        guard !losses.isEmpty || !probed.isEmpty else { return true }
        try followFolder()
        guard !losses.isEmpty else {
            for record in probed { try monitor.log(record) }
            return true
        }
        let record = EvaluationRecord(
            stage: stage, step: clock.step, tokens: clock.totalTokens, isStageEnd: isStageEnd,
            losses: losses)
        try monitor.log(record)
        for record in probed { try monitor.log(record) }
        writeReport()
        monitor.note(record)
        return true
    }

    private func recordStart(_ start: ResumePoint) throws {
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
        let ranks = options.ranks
        let damage = try RunRecord.add(
            RunRecord.Start(
                processor: processor, threads: options.threads, precision: setup.precision,
                commandLine: options.commandLine, resumedFrom: start.checkpoint?.name,
                extension: start.changes.isEmpty ? nil : start.changes,
                mpi: ranks.count > 1 ? ranks.engine : nil,
                machines: ranks.count > 1 ? ranks.machines : nil),
            seed: recipe.seed, parameters: setup.configuration.parameterCount, at: folder.record)
        if let damage { logger.warning("\(damage)") }
        monitor.note(
            """
            \(recipe.name): \(shortCount(setup.configuration.parameterCount)) parameters, \
            \(counted(setup.stages.count, "stage"))
            \(processor.description(of: setup.precision, threads: options.threads))
            writes to \(folder.path); report.html in it shows the curves
            """)
        if let gain = setup.bf16Gain(
            on: processor, parallel: Parallel(threads: options.threads))
        {
            monitor.note(gain)
        }
        if ranks.count > 1 {
            monitor.note(ranks.summary(lanes: recipe.lanes, threads: options.threads))
        }
        if let checkpoint = start.checkpoint?.name {
            monitor.note("resumes from checkpoint \(checkpoint)")
        }
        for change in start.changes { monitor.note("longer: \(change)") }
    }
}
