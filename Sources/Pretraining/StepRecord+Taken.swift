import Curriculum
import Recipes
import Runs
import Training

extension StepRecord {
    /// The record of `taken`, after which the clock stands at `clock`, computed by so many ranks.
    init(_ taken: StageSession.Taken, of stage: Stage, at clock: TokenClock, ranks count: Int) {
        let batch = taken.batch
        self.init(stage: stage.name, at: clock)
        loss = taken.result.loss
        gradientNorm = taken.result.gradientNorm
        learningRate = taken.learningRate
        maskRatio = batch.maskRatio
        batchTokens = batch.tokens
        scoredTokens = batch.scoredTokens
        let room = batch.microbatches.count * stage.phase.batch.microbatchTokens
        packing = Double(batch.tokens) / Double(room)
        context = stage.phase.context
        guard count > 1 else { return }
        ranks = count
        exchangeSeconds = taken.result.seconds.optimizer
        waitingSeconds = taken.result.waiting
    }
}
