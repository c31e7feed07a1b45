import Checkpoints
import Curriculum
import Diagnostics
import Encoders
import Recipes
import Streaming

extension Trainer {
    /// Trains `stage` to its end, evaluates and saves.
    ///
    /// - Returns: nil at the stage's end; otherwise why the run ends before it.
    func train(_ stage: Stage) throws -> Outcome? {
        try begin(stage)
        let loader = try loader(for: stage)
        defer { loader.close() }
        let step = TrainingStep(
            model: model, optimizer: optimizer, precision: setup.precision,
            recomputesActivations: setup.recipe.activationCheckpointing, pool: pool,
            parallel: parallel)
        while state.clock.stageTokens < stage.phase.tokens {
            let before = state.clock
            guard try take(step, of: stage, from: loader) else {
                // Asked to stop while data are waited for.
                try saveWhatIsNew(in: stage)
                return reasonToStop()
            }
            let isStageEnd = state.clock.stageTokens >= stage.phase.tokens
            if !isStageEnd,
                state.clock.hasReached(every: setup.recipe.evaluate.everyTokens, since: before)
            {
                try evaluate(as: stage.name, isStageEnd: false)
            }
            let outcome = reasonToStop()
            let isRegular = state.clock.hasReached(
                every: setup.recipe.checkpoint.everyTokens, since: before)
            if !isStageEnd, outcome != nil || isRegular {
                try save(
                    named: stage.name, isStageEnd: false,
                    isMerged: isRegular && setup.recipe.merges(stage, at: state.clock))
            }
            if !isStageEnd, let outcome { return outcome }
        }
        try end(stage)
        return reasonToStop()
    }

    /// Brings model, optimizer and clock to where the stage begins, or goes on.
    private func begin(_ stage: Stage) throws {
        if state.clock.stageTokens == 0 {
            if stage.variant != nil {
                let checkpoint = try stageEnds.checkpoint(ofStage: stage.parent)
                try checkpoint.restore(model: model, optimizer: optimizer)
                state.clock = try checkpoint.trainerState().clock
            }
            state.lanes = nil
            state.tokensBySource = Array(
                repeating: 0, count: setup.data[stage.index].sources.count)
        }
        model.setRotaryBases(
            global: stage.phase.rotaryBases.global, local: stage.phase.rotaryBases.local)
        optimizer.configuration.peakLearningRate = stage.phase.learningRate.peak
        optimizer.configuration.weightDecay = stage.phase.weightDecay
        try monitor.begin(
            stage, after: state.clock.step, languages: setup.data[stage.index].sources.count)
    }

    private func loader(for stage: Stage) throws -> BatchLoader {
        let data = setup.data[stage.index]
        return try BatchLoader(
            configuration: data.streamConfiguration(
                stage, seed: setup.recipe.seed, lanes: setup.recipe.lanes,
                tokenizer: setup.tokenizer, cache: setup.cache),
            laneStates: state.lanes, tokensDone: state.clock.stageTokens
        ) { tokensDone in data.request(of: stage, at: tokensDone) }
    }

    /// One optimizer step, counted and logged; false if the run is to stop before it.
    private func take(
        _ step: TrainingStep, of stage: Stage, from loader: BatchLoader
    ) throws -> Bool {
        let started = ContinuousClock.now
        guard let batch = try nextBatch(of: stage, from: loader) else { return false }
        let learningRate = stage.settings(at: state.clock.stageTokens).learningRate
        let result: TrainingStep.Result
        do {
            result = try step(
                batch, learningRate: learningRate, seed: setup.recipe.seed, step: state.clock.step)
        } catch let value as NonFiniteValue {
            throw try failure(value, stage: stage.name, step: state.clock.step + 1)
        }
        state.clock.advance(by: batch.tokens)
        state.lanes = batch.laneStates
        state.count(batch)
        tokensOfThisProcess += batch.tokens
        stepsOfThisProcess += 1
        stepsSinceSave += 1
        try monitor.log(
            StepRecord(batch, of: stage, at: state.clock, result, learningRate: learningRate),
            tokensLeft: setup.tokensLeft(stage: stage.index, done: state.clock.stageTokens),
            seconds: started.duration(to: .now) / .seconds(1))
        return true
    }

    /// The batch of the next step, or nil if a signal comes while it is waited for. Where the data
    /// are damaged, what was trained so far is saved.
    private func nextBatch(of stage: Stage, from loader: BatchLoader) throws -> StepBatch? {
        do {
            return try loader.next(unless: { stopSignal.number != nil })
        } catch let damage as InputError {
            try saveWhatIsNew(in: stage)
            throw damage
        }
    }

    private func saveWhatIsNew(in stage: Stage) throws {
        if stepsSinceSave > 0, state.clock.stageTokens > 0 {
            try save(named: stage.name, isStageEnd: false)
        }
    }

    /// Evaluates, logs what was read, and saves the stage's last checkpoint, which is kept.
    private func end(_ stage: Stage) throws {
        try evaluate(as: stage.name, isStageEnd: true)
        let languages = setup.data[stage.index].sources.map(\.language)
        try monitor.log(
            StageRecord(
                stage: stage.name, steps: state.clock.stageStep, tokens: state.clock.stageTokens,
                tokensByLanguage: Dictionary(
                    zip(languages, state.tokensBySource), uniquingKeysWith: +)))
        state.stage += 1
        state.clock.beginStage()
        state.lanes = nil
        try save(named: stage.name, isStageEnd: true)
    }

    private func reasonToStop() -> Outcome? {
        if let signal = stopSignal.number { return .stopped(signal: signal) }
        switch options.stopAfter {
        case .tokens(let tokens) where tokensOfThisProcess >= tokens: return .paused
        case .steps(let steps) where stepsOfThisProcess >= steps: return .paused
        default: return nil
        }
    }
}

extension Recipe {
    /// Whether the merge needs the checkpoint that is saved when a step of `stage` has brought the
    /// clock there: it is one of the last ones of the merge's only input.
    fileprivate func merges(_ stage: Stage, at clock: TokenClock) -> Bool {
        guard let merge, merge.checkpoints > 1, stage.variant == merge.inputs.first else {
            return false
        }
        let end = clock.totalTokens - clock.stageTokens + stage.phase.tokens
        // One more than counted: the stage's last step may pass a multiple too.
        return checkpoint.count(from: clock.totalTokens, to: end) <= merge.checkpoints
    }
}

extension TrainerState {
    /// Adds the batch's tokens to the counts of its sources.
    mutating func count(_ batch: StepBatch) {
        for microbatch in batch.microbatches {
            for sequence in 0..<microbatch.sequenceCount {
                tokensBySource[Int(microbatch.sequenceSources[sequence])] +=
                    microbatch.rows(ofSequence: sequence).count
            }
        }
    }
}
