import Curriculum
import Host
import Streaming

/// What a step is made with.
public struct StepSettings: Sendable, Equatable {
    /// The schedule's learning rate.
    public let learningRate: Double
    /// Tokens the batch should have, and the share of them that is scored.
    public let batch: BatchRequest
}

extension Stage {
    /// The settings of the step that begins when `tokens` tokens of the stage are done: what the
    /// trainer trains with, and what a plan predicts.
    public func settings(at tokens: Int) -> StepSettings {
        StepSettings(
            learningRate: phase.learningRate.rate(at: tokens, of: phase.tokens),
            batch: BatchRequest(
                tokens: phase.batch.size.batchTokens(at: tokens),
                maskRatio: phase.mask.ratio.value(at: tokens, of: phase.tokens)))
    }
}

extension Recipe {
    /// The recipe's precision where the processor multiplies in it, fp32 elsewhere.
    public func precision(on processor: Processor) -> Precision {
        processor.supports(precision) ? precision : .fp32
    }
}
