import ModelFolders

/// How a vector is computed from a sequence's last hidden states: the mean over all tokens, `<bos>`
/// and `<eos>` included; the state of the first, the class token; or the largest number of each
/// column.
public typealias Pooling = SentencePooling.Mode

/// Which vectors to compute.
public struct EmbeddingOptions: Sendable, Equatable {
    /// How a vector is computed from a sequence's states.
    public var pooling: Pooling
    /// How many numbers of a vector to keep, beginning with the first; nil for all. Useful with
    /// models trained for it (Kusupati et al., "Matryoshka representation learning", 2022).
    public var dimensions: Int?
    /// Whether vectors get length 1, after `dimensions` has cut them.
    public var normalizes: Bool

    /// Options; by default the mean of all tokens, unscaled.
    public init(pooling: Pooling = .mean, dimensions: Int? = nil, normalizes: Bool = false) {
        self.pooling = pooling
        self.dimensions = dimensions
        self.normalizes = normalizes
    }
}
