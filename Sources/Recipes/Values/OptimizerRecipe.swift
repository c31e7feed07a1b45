import Optimizers

/// StableAdamW's settings that hold for the whole run; peak rates belong to the phases.
public struct OptimizerRecipe: Sendable, Equatable {
    /// Decay of the first moment.
    public var beta1: Double
    /// Decay of the second moment.
    public var beta2: Double
    /// Added to the root of the second moment.
    public var epsilon: Double
    /// Decoupled weight decay.
    public var weightDecay: Double

    /// What the optimizer is made with in a phase with that peak rate.
    public func configuration(peakLearningRate: Double) -> StableAdamW.Configuration {
        StableAdamW.Configuration(
            firstDecay: beta1, secondDecay: beta2, epsilon: epsilon, weightDecay: weightDecay,
            peakLearningRate: peakLearningRate)
    }
}
