import Checkpoints
import Encoders
import Optimizers
import Ranks
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
    let pool: BufferPool
    let parallel: Parallel
    /// Who computes the run together; rank 0 leads.
    let ranks: RankGroup
    var state: TrainerState
    /// The signal that asked another rank to stop, if any.
    var signalOfOthers: Int32?
    /// What is to be said of a rank that was slow in the last steps; said once.
    private(set) var slowRank: RankPace.Slow?
    /// Looks out for a rank for which the others always wait.
    private var pace = RankPace()

    /// The run at its beginning, or as `checkpoint` left it with `state`.
    ///
    /// Where there are several ranks, rank 0 calls it, and the others follow as `Follower` does.
    ///
    /// - Throws: `InputError` for weights or held-out text that do not belong to the recipe.
    convenience init(
        _ setup: RunSetup, state: TrainerState, checkpoint: Checkpoint?, store: CheckpointStore,
        threads: Int, ranks: RankGroup
    ) throws {
        try ranks.command(.begin(state))
        try self.init(setup, state: state, store: store, threads: threads, ranks: ranks)
        if let checkpoint { try restore(checkpoint) } else { try spreadWeights() }
    }

    /// The run before weights and moments are restored, or come from rank 0; all ranks make it.
    ///
    /// - Throws: as above, on rank 0; `StepAside` on the others.
    init(
        _ setup: RunSetup, state: TrainerState, store: CheckpointStore, threads: Int,
        ranks: RankGroup
    ) throws {
        (self.setup, self.state, self.store) = (setup, state, store)
        (parallel, self.ranks) = (Parallel(threads: threads), ranks)
        let (parallel, pool) = (parallel, BufferPool())
        self.pool = pool
        (evaluator, model, probes) = try ranks.together(during: "the start") {
            (
                Evaluator(
                    heldOut: try setup.heldOutSet(), precision: setup.precision, pool: pool,
                    parallel: parallel, ranks: ranks),
                try ranks.isFirst
                    ? setup.makeModel(parallel: parallel)
                    : MaskedLanguageModel(configuration: setup.configuration),
                try RunProbes(
                    ranks.isFirst ? setup.recipe.evaluate.probes : [], tokenizer: setup.tokenizer,
                    positions: setup.configuration.maximumPositions, precision: setup.precision,
                    parallel: parallel)
            )
        }
        let exchange =
            ranks.count > 1
            ? GradientExchange(
                counts: model.parameters.map(\.count), lanes: setup.recipe.lanes, ranks: ranks)
            : nil
        optimizer = StableAdamW(
            parameters: model.parameters, configuration: setup.optimizerConfiguration,
            exchange: exchange)
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
                try restore(checkpoint)
                state.clock = try checkpoint.trainerState().clock
            }
            state.lanes = nil
            state.tokensBySource = Array(repeating: 0, count: data.sources.count)
        }
        try ranks.command(.open(state))
        return try openSession(prefetch: prefetch)
    }

    /// Opens the data of the state's stage where its clock and its lanes stand; all ranks do.
    func openSession(prefetch: Int = 2) throws -> StageSession {
        let (stage, data) = (setup.stages[state.stage], setup.data[state.stage])
        let step = TrainingStep(
            model: model, optimizer: optimizer, precision: setup.precision,
            recomputesActivations: setup.recipe.activationCheckpointing, pool: pool,
            parallel: parallel, ranks: ranks)
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
        return try ranks.together(during: "opening \(stage.name)") {
            try StageSession(
                step, settings: settings, clock: state.clock, lanes: state.lanes,
                prefetch: prefetch)
        }
    }

    /// The step of `session` on `batch`, whose clock and cursors become the state's.
    ///
    /// - Parameter stops: asked before each microbatch whether the step is given up; not asked
    ///   where other ranks compute it too.
    /// - Throws: `TrainingFailure` where the loss or a gradient is not a number;
    ///   `CancellationError` for a step that was given up.
    func take(
        _ batch: StepBatch, of session: StageSession, unless stops: () -> Bool = { false }
    ) throws -> StageSession.Taken {
        do {
            try ranks.command(.step)
            let taken = try session.take(batch) { ranks.count == 1 && stops() }
            state.clock = session.clock
            state.lanes = session.lanes
            state.stageEnd = nil
            state.count(batch)
            let dealing = LaneDealing(batch)
            slowRank = pace.slowRank(
                computing: taken.result.computing,
                microbatches: taken.result.computing.indices.map {
                    dealing.microbatches(of: $0, among: ranks.count).count
                })
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
        try compareWeights()
        try store.save(
            name: name, isProtected: isProtected, model: model, optimizer: optimizer, state: state,
            tokenizer: setup.tokenizerFiles
        ) { try ranks.command(.sendMoments) }
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
