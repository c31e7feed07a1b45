import Encoders

/// The encoder a recipe trains.
public struct ModelRecipe: Sendable, Equatable {
    /// Its shape; the rotary bases in it are those that a first phase without `rope_theta` uses.
    public var configuration: ModernBERTConfiguration
    /// Folder of a model whose weights the run starts from; nil for random ones.
    public var initializeFrom: String?
}

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
}
