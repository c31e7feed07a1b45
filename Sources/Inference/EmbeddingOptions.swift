import ModelFolders

/// How a vector is computed from a sequence's last hidden states: the mean over all tokens, `<bos>`
/// and `<eos>` included; the state of the first, the class token; the largest number of each column;
/// and others.
public typealias Pooling = SentencePooling.Mode

/// Which vectors to compute.
public struct EmbeddingOptions: Sendable, Equatable {
    /// How a vector is computed from a sequence's states: the vectors of several ways stand one
    /// behind the other. Never empty.
    public var poolings: [Pooling]
    /// The only way; the first of several.
    public var pooling: Pooling {
        get { poolings.first ?? .mean }
        set { poolings = [newValue] }
    }
    /// Whether what the folder's files for sentence-transformers put behind the pooling is done
    /// then, in its order: `Dense`, `LayerNorm`, `Normalize`.
    public var usesLayers: Bool
    /// How many numbers of a vector to keep, beginning with the first; nil for all. Useful with
    /// models trained for it (Kusupati et al., "Matryoshka representation learning", 2022).
    public var dimensions: Int?
    /// Whether vectors get length 1, after `dimensions` has cut them.
    public var normalizes: Bool

    /// Options; by default the mean of all tokens, unscaled.
    public init(
        pooling: Pooling = .mean, dimensions: Int? = nil, normalizes: Bool = false,
        usesLayers: Bool = false
    ) {
        poolings = [pooling]
        self.usesLayers = usesLayers
        self.dimensions = dimensions
        self.normalizes = normalizes
    }
}
