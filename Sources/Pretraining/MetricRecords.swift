import Curriculum
import Recipes
import Training

/// One logged training step, as it stands in `metrics.jsonl`.
struct StepRecord: Codable, Equatable {
    var type = "step"
    /// The phase or phase variant: `pretrain`, `decay-english`.
    let stage: String
    /// Optimizer steps on the way from the first phase to here.
    let step: Int
    /// Tokens on the way from the first phase to here.
    let tokens: Int
    /// Tokens in this stage.
    let stageTokens: Int
    /// Mean cross entropy of the scored tokens, in nats.
    let loss: Double
    /// Euclidean norm of all gradients.
    let gradientNorm: Double
    let learningRate: Double
    let maskRatio: Double
    /// Tokens in this step, and those of them that were scored.
    let batchTokens: Int
    let scoredTokens: Int
    /// Share of the microbatches' room that tokens fill.
    let packing: Double
    let context: Int
    var tokensPerSecond = 0.0

    /// The record of `taken`, after which the clock stands at `clock`.
    init(_ taken: StageSession.Taken, of stage: Stage, at clock: TokenClock) {
        let batch = taken.batch
        self.stage = stage.name
        step = clock.step
        tokens = clock.totalTokens
        stageTokens = clock.stageTokens
        loss = taken.result.loss
        gradientNorm = taken.result.gradientNorm
        learningRate = taken.learningRate
        maskRatio = batch.maskRatio
        batchTokens = batch.tokens
        scoredTokens = batch.scoredTokens
        let room = batch.microbatches.count * stage.phase.batch.microbatchTokens
        packing = Double(batch.tokens) / Double(room)
        context = stage.phase.context
    }
}

/// Held-out masked-LM loss by language, as it stands in `metrics.jsonl`.
public struct EvaluationRecord: Codable, Equatable, Sendable {
    var type = "evaluation"
    /// The phase or phase variant after which, or in which, it was measured; or `merge`.
    public let stage: String
    /// Optimizer steps on the way to here.
    public let step: Int
    /// Tokens on the way to here.
    public let tokens: Int
    /// True where the stage ended with this evaluation.
    public let isStageEnd: Bool
    /// Mean over languages, in nats a scored token.
    public let meanLoss: Double
    /// Mean cross entropy of the scored tokens of each language, in nats.
    public let losses: [String: Double]

    /// The stage's name of the merged model's evaluation.
    static let merge = "merge"

    /// What was measured after `step` steps and `tokens` tokens.
    package init(
        stage: String, step: Int, tokens: Int, isStageEnd: Bool, losses: [String: Double]
    ) {
        self.stage = stage
        self.step = step
        self.tokens = tokens
        self.isStageEnd = isStageEnd
        self.losses = losses
        meanLoss = losses.values.sorted().reduce(0, +) / Double(max(losses.count, 1))
    }
}

/// What a finished stage read, as it stands in `metrics.jsonl`.
package struct StageRecord: Codable, Equatable {
    var type = "stage"
    let stage: String
    let steps: Int
    let tokens: Int
    /// Tokens read of each language.
    let tokensByLanguage: [String: Int]

    /// What the stage read in `steps` steps.
    package init(stage: String, steps: Int, tokens: Int, tokensByLanguage: [String: Int]) {
        (self.stage, self.steps, self.tokens) = (stage, steps, tokens)
        self.tokensByLanguage = tokensByLanguage
    }
}
