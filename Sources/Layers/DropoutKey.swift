import Autograd
import Randomness
import TensorCore

/// Identifies the dropout of one forward pass of a training run. Masks are a function of the seed,
/// the step, the microbatch and the layer, so that nothing of them is saved and a resumed run
/// repeats them.
public struct DropoutKey: Sendable, Equatable {
    /// The run's seed.
    public let seed: UInt64
    /// The optimizer step, counted over the whole run; below 2³².
    public let step: Int
    /// The microbatch inside the step; below 2¹⁸.
    public let microbatch: Int

    /// The key of one forward pass.
    public init(seed: UInt64, step: Int, microbatch: Int) {
        precondition(
            0 <= step && step < 1 << 32 && 0 <= microbatch && microbatch < 1 << 18,
            "DropoutKey: step \(step), microbatch \(microbatch)")
        self.seed = seed
        self.step = step
        self.microbatch = microbatch
    }

    /// The dropout after the attention of layer `layer`.
    public func dropout(rate: Double, layer: Int) -> Dropout {
        precondition(0 <= layer && layer < 1 << 14, "DropoutKey: layer \(layer)")
        return Dropout(
            rate: rate, generator: CounterGenerator(seed: seed, purpose: "dropout"),
            stream: UInt64(step) << 32 | UInt64(microbatch) << 14 | UInt64(layer))
    }
}
