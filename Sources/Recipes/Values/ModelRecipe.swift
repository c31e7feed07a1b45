import Encoders

/// The encoder a recipe trains.
public struct ModelRecipe: Sendable, Equatable {
    /// Its shape; the rotary bases in it are those that a first phase without `rope_theta` uses.
    public var configuration: ModernBERTConfiguration
    /// Folder of a model whose weights the run starts from; nil for random ones.
    public var initializeFrom: String?
    /// How it takes them over.
    public var initializeBy: WeightTransfer
}
