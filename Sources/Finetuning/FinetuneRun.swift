import Autograd
import Diagnostics
import Formats
import Foundation
import Host
import Inference
import ModelFolders
import Randomness
import Recipes
import Reporting
import Runs
import TensorCore
import Training

/// A fine-tuning run in its folder: trains a head and a model on labelled data, measures the
/// development set on the way, and ends with a model folder, predictions and scores.
///
/// All that changes is in the weights, the optimizer and the state, which a checkpoint holds; the
/// rest is a function of the recipe. So a run that is killed and resumed ends with the same bytes,
/// and the number of threads changes none.
public final class FinetuneRun {
    /// How a call of `run` ended.
    public enum Outcome: Sendable, Equatable {
        /// The model and its scores are written.
        case finished
        /// `stopAfter` was reached; a checkpoint is saved.
        case paused
        /// A signal asked to stop; a checkpoint is saved.
        case stopped(signal: Int32)
    }

    let setup: FinetuneSetup
    let weights: FinetuneWeights
    let parallel: Parallel
    let folder: RunFolder
    var state: FinetuneState
    /// Copies of the best weights, where the best are kept.
    var best: [Matrix<Float>]?
    let options: FinetuneOptions
    private let store: FinetuneStore
    private var monitor: FinetuneMonitor
    private let step: TaskStep
    private let examples: [TaskExample]
    private let lock: FileLock
    private var lastSave = ContinuousClock.now
    private var stepsSinceSave = 0
    let pool = BufferPool()

    /// Reads and checks all that the recipe names, opens the run's folder and resumes where it was.
    ///
    /// - Throws: `InputError` for whatever a person can put right.
    public init(_ recipe: FinetuneRecipe, _ options: FinetuneOptions) throws {
        let parallel = Parallel(threads: options.threads)
        (self.options, self.parallel) = (options, parallel)
        setup = try FinetuneSetup(recipe, parallel: parallel)
        folder = RunFolder(path: options.runFolder ?? "runs/\(recipe.name)")
        lock = try folder.open()
        store = try FinetuneStore(folder: folder.checkpoints)
        weights = try FinetuneWeights(setup, parallel: parallel)
        let memoryWarning = try MemoryCheck.warning(
            weights.stepBytes, of: recipe.name,
            remedy: "Lower batch.microbatch or length, train a part, or use a larger machine.")
        state = FinetuneState(
            recipe: recipe.resolvedYAML(), hashes: setup.hashes, origin: try setup.originHash())
        let rows = weights.rows
        examples = setup.train.flatMap(\.examples).map(rows.mapped)
        step = TaskStep(
            model: weights.model, optimizer: weights.optimizer, trained: recipe.trained,
            rule: recipe.vectors.rule,
            precision: options.precision(recipe.precision),
            microbatchTokens: recipe.batch.microbatch, pool: pool, parallel: parallel)
        var resumed: String?
        let (checkpoint, damages) = try store.newest()
        if let checkpoint {
            let found = try store.state(of: checkpoint)
            try Self.check(found, against: state, in: folder.path)
            state = found
            best = try store.restore(weights, from: checkpoint)
            resumed = checkpoint.name
        }
        monitor = try FinetuneMonitor(
            folder: folder, recipe: recipe, state: state, options: options)
        for damage in damages { monitor.warn("\(damage)") }
        if let repair = store.repair { monitor.warn(repair) }
        if let memoryWarning { monitor.warn(memoryWarning) }
        try recordStart(resumed)
    }

    /// Steps of the run.
    var totalSteps: Int { setup.plan.total }

    /// Trains to the end, or until a signal or `stopAfter` ends it before.
    ///
    /// - Throws: `FinetuneFailure` where the loss is not a number; `InputError` for a full disk.
    public func run() throws -> Outcome {
        let isOver = { [self] in
            state.step >= totalSteps || state.hasLostPatience(setup.recipe.evaluate.patience)
        }
        let end = options.stopAfter.map { state.step + $0 }
        if let scores = try finishedScores() {
            monitor.end()
            monitor.show(scores)
            monitor.note("\(folder.path) is finished: remove it, or name another with --run")
            return .finished
        }
        // A measurement that a signal interrupted is made up for.
        if state.step > 0, isMeasurementDue, state.measurements.last?.step != state.step {
            guard try measure() else { return try stop() }
        }
        while !isOver() {
            guard try takeStep() else { return try stop() }
            if isMeasurementDue { guard try measure() else { return try stop() } }
            if let end, state.step >= end, !isOver() { return try pause() }
            if isSaveOverdue { try save() }
        }
        guard options.stopSignal?.number == nil else { return try stop() }
        try finish()
        return .finished
    }

    /// Whether the development set is measured after the step that was taken last.
    private var isMeasurementDue: Bool {
        guard state.step < totalSteps else { return true }
        guard let steps = setup.recipe.evaluate.everySteps else {
            return setup.plan.isEndOfEpoch(after: state.step)
        }
        return state.step % steps == 0
    }

    private var isSaveOverdue: Bool {
        guard let minutes = setup.recipe.checkpointMinutes else { return false }
        return ContinuousClock.now - lastSave >= .seconds(60 * minutes)
    }

    /// One optimizer step; false if a signal came before its end, which leaves everything as it
    /// was.
    private func takeStep() throws -> Bool {
        let stopSignal = options.stopSignal
        if stopSignal?.number != nil { return false }
        let recipe = setup.recipe
        let rate = recipe.learningRate.rate(at: state.step, of: totalSteps)
        let batch = batch(of: state.step)
        let started = ContinuousClock.now
        let result: TaskStep.Result
        do {
            result = try step(
                batch, learningRate: rate, seed: recipe.seed, step: state.step,
                unless: { stopSignal?.number != nil })
        } catch is CancellationError {
            return false
        } catch let value as NonFiniteValue {
            throw FinetuneFailure(value, step: state.step + 1, of: totalSteps)
        }
        state.step += 1
        state.lossSum += result.loss
        state.lossSteps += 1
        stepsSinceSave += 1
        // The table is the first parameter that is trained; its rows decay together.
        if recipe.trained == .all { state.unreadDecay *= result.kept[0] }
        try monitor.log(
            FinetuneStepRecord(
                step: state.step, epoch: setup.plan.epochs(after: state.step),
                loss: result.loss, gradientNorm: result.gradientNorm, learningRate: rate,
                tokens: batch.reduce(0) { $0 + $1.tokenCount }),
            of: totalSteps, seconds: (ContinuousClock.now - started) / .seconds(1))
        return true
    }

    /// The examples of a step.
    private func batch(of step: Int) -> [TaskExample] {
        setup.plan.examples(of: step).map { examples[$0] }
    }

    /// Measures the development set, keeps the best weights, and saves.
    ///
    /// - Returns: false if a signal came before its end, and nothing is measured.
    private func measure() throws -> Bool {
        let stopSignal = options.stopSignal
        guard let measurement = try measurement(unless: { stopSignal?.number != nil }) else {
            return false
        }
        if !setup.dev.isEmpty { try monitor.log(measurement) }
        if state.add(measurement), setup.recipe.evaluate.keep == .best {
            best = weights.trained.map { parameter in
                let value = parameter.tensor.value
                let copy = Matrix<Float>(rows: value.rows, columns: value.columns)
                copy.copy(from: value)
                return copy
            }
        }
        if measurement.isCollapsed {
            monitor.warn(
                """
                all examples of the development set get the same label: lower learning_rate.peak \
                (\(setup.recipe.learningRate.peak)), or lengthen its warmup
                """)
        }
        try save()
        return true
    }

    private func save() throws {
        state.metricsBytes = try monitor.synchronize()
        try store.save(weights, best: best, state: state)
        (lastSave, stepsSinceSave) = (.now, 0)
    }

    private func pause() throws -> Outcome {
        if stepsSinceSave > 0 { try save() }
        monitor.note("Saved. The same command resumes from here: \(folder.path)")
        return .paused
    }

    private func stop() throws -> Outcome {
        if stepsSinceSave > 0 { try save() }
        let signal = options.stopSignal?.number ?? 0
        monitor.note(
            """
            Stopped by \(StopSignal.name(of: signal)). Saved. The same command resumes from here: \
            \(folder.path)
            """)
        return .stopped(signal: signal)
    }

    /// Writes the kept model, its predictions and its scores.
    private func finish() throws {
        monitor.end()
        let kept = state.best.map { state.measurements[$0] }
        let isBest = setup.recipe.evaluate.keep == .best && best != nil
        let scores = try writeResults(
            values: isBest ? best : nil, keptStep: isBest ? kept?.step ?? state.step : state.step)
        monitor.show(scores)
        monitor.note("The model is in \(folder.model); its scores are in \(folder.scores)")
    }

    private func recordStart(_ resumed: String?) throws {
        let recipe = setup.recipe
        try AtomicFile.write(recipe.resolvedYAML(), to: folder.recipe)
        let precision = options.precision(recipe.precision)
        let damage = try RunRecord.add(
            RunRecord.Start(
                processor: .current, threads: options.threads, precision: precision,
                commandLine: options.commandLine, resumedFrom: resumed),
            seed: recipe.seed,
            parameters: weights.trained.reduce(0) { $0 + $1.count }, at: folder.record)
        if let damage { monitor.warn(damage) }
        for notice in setup.notices {
            if notice.isWarning { monitor.warn(notice.text) } else { monitor.note(notice.text) }
        }
        if precision != recipe.precision {
            monitor.warn("precision: bf16 products are not available here: training in fp32")
        }
        monitor.note(
            """
            \(recipe.name): \(counted(examples.count, "example")), \
            \(counted(totalSteps, "step")) of \(recipe.batch.examples), \
            \(shortCount(weights.trained.reduce(0) { $0 + $1.count })) numbers are trained, of the \
            token table the \(grouped(weights.rows.ids.count)) rows that occur
            \(Processor.current.description(of: precision, threads: options.threads))
            writes to \(folder.path)
            """)
        if let resumed { monitor.note("resumes from checkpoint \(resumed)") }
    }

    /// Checks that a checkpoint is of the same run.
    static func check(
        _ found: FinetuneState, against wanted: FinetuneState, in path: String
    ) throws {
        if found.recipe != wanted.recipe {
            let there = try FinetuneRecipe(resolved: found.recipe, path: path)
            let here = try FinetuneRecipe(resolved: wanted.recipe, path: "recipe")
            let changes = here.differences(from: there).map {
                "\($0.path): \($0.here ?? "none"), there \($0.there ?? "none")"
            }
            throw InputError(
                at: path, expected: "the recipe with which this run began",
                found: changes.prefix(5).joined(separator: "; "),
                remedy: "Name another folder with --run, or remove this one.")
        }
        let changed = wanted.hashes.keys.sorted().first { found.hashes[$0] != wanted.hashes[$0] }
        guard changed == nil, found.origin == wanted.origin else {
            throw InputError(
                at: path, expected: "the files with which this run began",
                found: "\(changed ?? "the weights of the model") with other content",
                remedy: "Put them back, or name another folder with --run.")
        }
    }
}
