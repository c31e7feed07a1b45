import Merging

/// How the variants of the last phase become one model.
public struct MergeRecipe: Sendable, Equatable {
    /// The formula and its settings.
    public var configuration: MergeConfiguration
    /// Names of variants, in order.
    public var inputs: [String]
    /// How many of the only input's last checkpoints take part, oldest first; 1 with several inputs.
    public var checkpoints: Int
}
