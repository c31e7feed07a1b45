import Checkpoints
import Curriculum
import Diagnostics
import Recipes
import Reporting
import Runs
import Streaming
import Training

extension Trainer {
    /// Trains `stage` to its end, evaluates and saves.
    ///
    /// - Returns: nil at the stage's end; otherwise why the run ends before it.
    func train(_ stage: Stage) throws -> Outcome? {
        let session = try training.session(of: stage)
        defer { session.close() }
        try followFolder()
        let parent = stage.parent.map { setup.stages[$0] }
        try followingFolder {
            try monitor.begin(
                stage, after: parent, at: session.clock,
                languages: setup.data[stage.index].sources.count)
        }
        if try !evaluateIfDue(in: stage) { return try stop(in: stage) }
        var before = session.clock
        while session.clock.stageTokens < stage.phase.tokens {
            before = session.clock
            guard let isTaken = try takeStepUnlessExhausted(of: stage, in: session) else { break }
            guard isTaken else { return try stop(in: stage) }
            if session.clock.stageTokens < stage.phase.tokens,
                let outcome = try lookAround(in: stage, since: before)
            {
                return outcome
            }
        }
        return try end(stage, since: before)
    }

    /// Between two steps of `stage`: evaluates and saves where that is due.
    ///
    /// - Returns: nil if the run goes on; otherwise why it ends here, after saving.
    private func lookAround(in stage: Stage, since before: TokenClock) throws -> Outcome? {
        let clock = training.state.clock
        if clock.hasReached(every: setup.recipe.evaluate.everyTokens, since: before) {
            training.state.isEvaluationDue = true
            _ = try evaluateIfDue(in: stage)
        }
        let outcome = reasonToStop()
        let isRegular = clock.hasReached(
            every: setup.recipe.checkpoint.everyTokens, since: before)
        if outcome != nil || isRegular || isSaveOverdue {
            try save(
                named: stage.name, isStageEnd: false,
                isMerged: isRegular && setup.recipe.merges(stage, at: clock))
        }
        return outcome
    }

    /// Whether `checkpoint.minutes` have passed without a checkpoint. What is saved then changes no
    /// bit of the run, so the clock may decide.
    private var isSaveOverdue: Bool {
        guard let minutes = setup.recipe.checkpoint.minutes else { return false }
        return ContinuousClock.now - lastSave >= .seconds(60 * minutes)
    }

    /// Makes up for an evaluation that a signal interrupted; false if one does again.
    private func evaluateIfDue(in stage: Stage) throws -> Bool {
        guard training.state.isEvaluationDue == true else { return true }
        guard try evaluate(as: stage.name, isStageEnd: false) else { return false }
        training.state.isEvaluationDue = nil
        return true
    }

    /// Ends the run before the next step, because a signal came: saves what is not saved.
    func stop(in stage: Stage) throws -> Outcome? {
        if training.state.clock.step == 0, training.state.initialCheckpoint == nil {
            try save(named: stage.name, isStageEnd: false)
        } else {
            try saveWhatIsNew(in: stage)
        }
        return reasonToStop()
    }

    /// `takeStep`, or nil where every source was read as often as it may be, which is told.
    private func takeStepUnlessExhausted(
        of stage: Stage, in session: StageSession
    ) throws -> Bool? {
        do {
            return try takeStep(of: stage, in: session)
        } catch is DataExhausted {
            let left = stage.phase.tokens - session.clock.stageTokens
            logger.warning(
                """
                \(stage.name) ends \(counted(left, "token")) early: every source was read \
                max_epochs times
                """)
            return nil
        }
    }

    /// One optimizer step, counted and logged; false if a signal came before its end, which leaves
    /// everything as it was before the step.
    private func takeStep(of stage: Stage, in session: StageSession) throws -> Bool {
        let started = ContinuousClock.now
        guard let batch = try nextBatch(of: stage, in: session) else { return false }
        let taken: StageSession.Taken
        do {
            taken = try training.take(batch, of: session) { stopSignal.isReceived }
        } catch is CancellationError {
            return false
        }
        if let slow = training.slowRank {
            logger.warning(
                """
                \(training.ranks.name(of: slow.rank)) is slow: \(decimal(slow.seconds, places: 2)) s \
                a microbatch, the others \(decimal(slow.usual, places: 2)) s; all wait for it
                """)
        }
        tokensOfThisProcess += batch.tokens
        stepsOfThisProcess += 1
        stepsSinceSave += 1
        try monitor.log(
            StepRecord(taken, of: stage, at: session.clock, ranks: training.ranks.count),
            tokensLeft: setup.tokensLeft(stage: stage.index, done: session.clock.stageTokens),
            seconds: started.duration(to: .now) / .seconds(1))
        return true
    }

    /// The batch of the next step, or nil if a signal comes while it is waited for. Where the data
    /// are damaged, what was trained so far is saved.
    private func nextBatch(of stage: Stage, in session: StageSession) throws -> StepBatch? {
        do {
            return try training.nextBatch(of: session) { stopSignal.isReceived }
        } catch let damage as InputError {
            try saveWhatIsNew(in: stage)
            throw damage
        }
    }

    func saveWhatIsNew(in stage: Stage) throws {
        if stepsSinceSave > 0 { try save(named: stage.name, isStageEnd: false) }
    }

    /// Evaluates, logs what was read, and saves the stage's last checkpoint, which is kept.
    ///
    /// - Parameter before: the clock before the last step.
    /// - Returns: nil if the run goes on; otherwise why it ends here.
    private func end(_ stage: Stage, since before: TokenClock) throws -> Outcome? {
        let metricsBytes = try monitor.synchronize()
        guard try evaluate(as: stage.name, isStageEnd: true) else { return try stop(in: stage) }
        let state = training.state
        let languages = setup.data[stage.index].sources.map(\.language)
        try monitor.log(
            StageRecord(
                stage: stage.name, steps: state.clock.stageStep, tokens: state.clock.stageTokens,
                tokensByLanguage: Dictionary(
                    zip(languages, state.tokensBySource), uniquingKeysWith: +)))
        training.state.stageEnd = state.lanes.map { lanes in
            TrainerState.StageEnd(
                clock: state.clock, lanes: lanes, metricsBytes: metricsBytes,
                isEvaluationDue: state.clock.hasReached(
                    every: setup.recipe.evaluate.everyTokens, since: before))
        }
        training.state.stage += 1
        training.state.clock.beginStage()
        training.state.lanes = nil
        try save(named: stage.name, isStageEnd: true)
        return reasonToStop()
    }

    func reasonToStop() -> Outcome? {
        if let signal = stopSignal.number ?? training.signalOfOthers {
            return .stopped(signal: signal)
        }
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
