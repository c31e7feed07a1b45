import Encoders
import Host
import TensorCore

/// What `mmbert bench step` measured; rates and times are medians over the steps.
public struct StepReport: Encodable, Sendable {
    /// The model and its batches.
    public let shape: StepShape
    /// Trained numbers, the tied decoder counted once.
    public let parameters: Int
    /// What products multiply.
    public let precision: Precision
    /// Worker threads.
    public let threads: Int
    /// Whether layers computed their activations again on the way back.
    public let checkpointing: Bool
    /// Steps measured.
    public let steps: Int
    /// Tokens of a step, on average.
    public let tokensPerStep: Double
    /// Useful floating-point operations of a step, on average: recomputed ones do not count.
    public let operationsPerStep: OperationCount
    /// Tokens trained on in a second.
    public let tokensPerSecond: Double
    /// Seconds of a whole step.
    public let secondsPerStep: Double
    /// Seconds of embedding and encoder.
    public let forwardSeconds: Double
    /// Seconds of the head with the cross entropy; the decoder's gradients are made with it.
    public let headSeconds: Double
    /// Seconds of the way back through the encoder.
    public let backwardSeconds: Double
    /// Seconds of the optimizer.
    public let optimizerSeconds: Double
    /// Seconds of every step, in order.
    public let stepSeconds: [Double]
    /// Useful operations in a second.
    public let operationsPerSecond: Double
    /// What large matrix products of the same precision reached in the same run.
    public let ceilingOperationsPerSecond: Double
    /// `operationsPerSecond` as a share of the ceiling.
    public let shareOfCeiling: Double
    /// The most memory that the process held.
    public let peakBytes: Int?
    /// Of it, what is not weights, their copies, gradients or moments: activations and scratch.
    public let workingBytes: Int?
    /// By how much the peak grew after the first measured step.
    public let growthBytes: Int?
    /// The machine and its libraries.
    public let processor: Processor
}
