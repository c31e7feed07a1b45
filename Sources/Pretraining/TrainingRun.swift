import Checkpoints
import Encoders
import Optimizers
import Recipes
import Streaming
import TensorCore
import Training

/// A run as it stands: the model, the optimizer and the state, which are all that changes while it
/// trains and all that a checkpoint holds.
///
/// `Trainer` takes a run through its stages; `Rehearsal` takes one step and forgets it.
final class TrainingRun {
    let setup: RunSetup
    var store: CheckpointStore
    let model: MaskedLanguageModel
    let optimizer: StableAdamW
    let evaluator: Evaluator
    let probes: RunProbes
    let pool = BufferPool()
    let parallel: Parallel
    var state: TrainerState

    /// The run at its beginning, or as `checkpoint` left it with `state`.
    ///
    /// - Throws: `InputError` for weights or held-out text that do not belong to the recipe.
    init(
        _ setup: RunSetup, state: TrainerState, checkpoint: Checkpoint?, store: CheckpointStore,
        threads: Int
    ) throws {
        (self.setup, self.state, self.store) = (setup, state, store)
        parallel = Parallel(threads: threads)
        evaluator = Evaluator(
            heldOut: try setup.heldOutSet(), precision: setup.precision, pool: pool,
            parallel: parallel)
        model = try setup.makeModel(parallel: parallel)
        probes = try RunProbes(
            setup.recipe.evaluate.probes, tokenizer: setup.tokenizer,
            positions: setup.configuration.maximumPositions, precision: setup.precision,
            parallel: parallel)
        optimizer = StableAdamW(
            parameters: model.parameters, configuration: setup.optimizerConfiguration)
        try checkpoint?.restore(model: model, optimizer: optimizer)
    }

    /// The checkpoints at the ends of stages, as far as they are trained.
    var stageEnds: StageEnds {
        StageEnds(recipe: setup.recipe, stages: setup.stages, state: state, store: store)
    }

    /// Brings model, optimizer and state to where `stage` begins, or leaves them where it
    /// continues, and opens its data.
    ///
    /// - Parameter prefetch: how many batches may be prepared ahead.
    /// - Throws: `InputError` for a damaged checkpoint or damaged data.
    func session(of stage: Stage, prefetch: Int = 2) throws -> StageSession {
        let data = setup.data[stage.index]
        if state.clock.stageTokens == 0 {
            if stage.variant != nil {
                let checkpoint = try stageEnds.checkpoint(ofStage: stage.parent)
                try checkpoint.restore(model: model, optimizer: optimizer)
                state.clock = try checkpoint.trainerState().clock
            }
            state.lanes = nil
            state.tokensBySource = Array(repeating: 0, count: data.sources.count)
        }
        let step = TrainingStep(
            model: model, optimizer: optimizer, precision: setup.precision,
            recomputesActivations: setup.recipe.activationCheckpointing, pool: pool,
            parallel: parallel)
        let settings = StageSession.Settings(
            globalRotaryBase: stage.phase.rotaryBases.global,
            localRotaryBase: stage.phase.rotaryBases.local,
            peakLearningRate: stage.phase.learningRate.peak,
            weightDecay: stage.phase.weightDecay, seed: setup.recipe.seed,
            stream: data.streamConfiguration(
                stage, seed: setup.recipe.seed, lanes: setup.recipe.lanes,
                tokenizer: setup.tokenizer, cache: setup.cache),
            request: { data.request(of: stage, at: $0) },
            learningRate: { stage.settings(at: $0).learningRate })
        return try StageSession(
            step, settings: settings, clock: state.clock, lanes: state.lanes, prefetch: prefetch)
    }

    /// The step of `session` on `batch`, whose clock and cursors become the state's.
    ///
    /// - Parameter stops: asked before each microbatch whether the step is given up.
    /// - Throws: `TrainingFailure` where the loss or a gradient is not a number;
    ///   `CancellationError` for a step that was given up.
    func take(
        _ batch: StepBatch, of session: StageSession, unless stops: () -> Bool = { false }
    ) throws -> StageSession.Taken {
        do {
            let taken = try session.take(batch, unless: stops)
            state.clock = session.clock
            state.lanes = session.lanes
            state.stageEnd = nil
            state.count(batch)
            return taken
        } catch let value as NonFiniteValue {
            throw try failure(
                value, stage: setup.stages[state.stage].name, step: state.clock.step + 1)
        }
    }

    /// Saves a checkpoint of the run as it stands.
    ///
    /// - Throws: `InputError` where the disk is full.
    func save(name: String, isProtected: Bool) throws {
        try store.save(
            name: name, isProtected: isProtected, model: model, optimizer: optimizer, state: state,
            tokenizer: setup.tokenizerFiles)
    }

    /// Checks that the model still predicts: that the loss of one held-out batch is a number.
    ///
    /// - Throws: `TrainingFailure` where it is not.
    func checkModel(in stage: String) throws {
        guard let loss = evaluator.lossOfOneBatch(of: model), !loss.isFinite else { return }
        throw try failure(
            NonFiniteValue(what: "the held-out loss", value: loss), stage: stage,
            step: state.clock.step)
    }

    /// The end of a run in which `value` is not a number.
    func failure(_ value: NonFiniteValue, stage: String, step: Int) throws -> TrainingFailure {
        TrainingFailure(
            value, stage: stage, step: step, tokens: state.clock.stageTokens,
            updates: state.clock.step, origin: setup.recipe.model.initializeFrom,
            lastCheckpoint: try store.checkpoints().last?.folder)
    }
}

extension TrainerState {
    /// Adds the batch's tokens to the counts of its sources.
    fileprivate mutating func count(_ batch: StepBatch) {
        for microbatch in batch.microbatches {
            for sequence in 0..<microbatch.sequenceCount {
                tokensBySource[Int(microbatch.sequenceSources[sequence])] +=
                    microbatch.rows(ofSequence: sequence).count
            }
        }
    }
}
