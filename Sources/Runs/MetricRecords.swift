import Curriculum
import Foundation

/// One logged training step, as it stands in `metrics.jsonl`.
package struct StepRecord: Encodable, Equatable {
    private(set) var type = "step"
    /// The phase or phase variant: `pretrain`, `decay-english`.
    package let stage: String
    /// Optimizer steps on the way from the first phase to here.
    package let step: Int
    /// Tokens on the way from the first phase to here.
    package let tokens: Int
    /// Tokens in this stage.
    package let stageTokens: Int
    /// Mean cross entropy of the scored tokens, in nats.
    package var loss = 0.0
    /// Euclidean norm of all gradients.
    package var gradientNorm = 0.0
    package var learningRate = 0.0
    package var maskRatio = 0.0
    /// Tokens in this step, and those of them that were scored.
    package var batchTokens = 0
    package var scoredTokens = 0
    /// Share of the microbatches' room that tokens fill.
    package var packing = 0.0
    package var context = 0
    package var tokensPerSecond = 0.0
    /// How many ranks computed it; nil where one process did, as the next two.
    package var ranks: Int?
    /// Seconds of the exchange of gradients and weights, with the update between them.
    package var exchangeSeconds: Double?
    /// Seconds for which the rank that was first waited for the last one.
    package var waitingSeconds: Double?
    /// When it was logged, in seconds since 1970.
    package var time: Double?

    /// A record of a step of `stage`, after which the clock stands at `clock`; the other fields are
    /// to be set.
    package init(stage: String, at clock: TokenClock) {
        self.stage = stage
        (step, tokens, stageTokens) = (clock.step, clock.totalTokens, clock.stageTokens)
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
    /// When it was logged, in seconds since 1970; nil in records of versions that did not write it.
    package var time: Double?

    /// The stage's name of the merged model's evaluation.
    package static let merge = "merge"

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

    /// The mean loss of those of `languages` that were evaluated; nil where none was.
    package func mean(of languages: [String]) -> Double? {
        let known = languages.compactMap { losses[$0] }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}

/// What a probe learned from a model's vectors, as it stands in `metrics.jsonl`.
package struct ProbeRecord: Codable, Equatable, Sendable {
    var type = "probe"
    /// The phase or phase variant in which it was measured; or `merge`.
    package let stage: String
    /// Optimizer steps, and tokens, on the way to here.
    package let step, tokens: Int
    /// The probe's name.
    package let probe: String
    /// The mean of the files' accuracies.
    package let accuracy: Double
    /// The accuracy of each file.
    package let accuracies: [String: Double]
    /// When it was logged, in seconds since 1970.
    package var time: Double?

    /// What was measured after `step` steps and `tokens` tokens.
    package init(
        stage: String, step: Int, tokens: Int, probe: String, accuracies: [String: Double]
    ) {
        (self.stage, self.step, self.tokens) = (stage, step, tokens)
        (self.probe, self.accuracies) = (probe, accuracies)
        accuracy = accuracies.values.sorted().reduce(0, +) / Double(max(accuracies.count, 1))
    }
}

/// What a finished stage read, as it stands in `metrics.jsonl`.
package struct StageRecord: Codable, Equatable {
    var type = "stage"
    /// Its name.
    package let stage: String
    /// Optimizer steps, and tokens, of this stage alone.
    package let steps, tokens: Int
    /// Tokens read of each language.
    package let tokensByLanguage: [String: Int]

    /// What the stage read in `steps` steps.
    package init(stage: String, steps: Int, tokens: Int, tokensByLanguage: [String: Int]) {
        (self.stage, self.steps, self.tokens) = (stage, steps, tokens)
        self.tokensByLanguage = tokensByLanguage
    }
}

/// The clock as records have it: seconds since 1970, to a tenth.
package func recordedTime() -> Double { (Date.now.timeIntervalSince1970 * 10).rounded() / 10 }
