/// How several models become one.
public struct MergeConfiguration: Sendable, Equatable {
    /// The formula.
    public var method: MergeMethod
    /// One weight per model, in the order of the models; empty means 1 for each.
    public var weights: [Double]
    /// Whether the token embeddings take part. Where they do not, they are the base's.
    public var includesEmbeddings: Bool

    /// A configuration; without arguments beyond `method`, all models count alike.
    public init(method: MergeMethod, weights: [Double] = [], includesEmbeddings: Bool = true) {
        self.method = method
        self.weights = weights
        self.includesEmbeddings = includesEmbeddings
    }
}

/// The formula of a merge.
public enum MergeMethod: Sendable, Equatable {
    /// TIES (Yadav et al. 2023): task vectors trimmed, signs elected, agreeing entries averaged.
    case ties(TIESConfiguration)
    /// θ = Σ wₜ θₜ / Σ wₜ.
    case average
    /// An average in which every model counts `decay` times as much as the one after it:
    /// wₜ is multiplied by decayⁿ⁻ᵗ for t = 1 … n, so the last model counts most.
    case exponentialAverage(decay: Double)
}

/// The choices that TIES leaves open.
public struct TIESConfiguration: Sendable, Equatable {
    /// What the trimming ranks against each other.
    public enum Scope: String, Sendable, Equatable, Codable, CaseIterable {
        /// Each tensor by itself: exactly ⌊density · elements⌋ entries of each stay (mergekit).
        case tensor
        /// The whole model as one vector, as in the paper and its code: with n entries in all,
        /// those stay that are at least as large as the (n − ⌊n · density⌋)-th smallest.
        case global
    }

    /// The share of every task vector that survives trimming, above 0 and at most 1.
    public var density: Double
    /// The factor of the merged task vector: θ = base + λ · merged.
    public var lambda: Double
    /// What the trimming ranks against each other.
    public var scope: Scope

    /// The defaults of the paper (density 0.2, λ = 1), trimmed tensor by tensor.
    public init(density: Double = 0.2, lambda: Double = 1, scope: Scope = .tensor) {
        self.density = density
        self.lambda = lambda
        self.scope = scope
    }
}

extension MergeConfiguration: Encodable {
    private enum Key: String, CodingKey {
        case method, density, lambda, scope, decay, weights
        case includesEmbeddings = "includes_embeddings"
    }

    /// Writes the parameters under the names that recipes give them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch method {
        case .ties(let ties):
            try container.encode("ties", forKey: .method)
            try container.encode(ties.density, forKey: .density)
            try container.encode(ties.lambda, forKey: .lambda)
            try container.encode(ties.scope, forKey: .scope)
        case .average:
            try container.encode("average", forKey: .method)
        case .exponentialAverage(let decay):
            try container.encode("ema", forKey: .method)
            try container.encode(decay, forKey: .decay)
        }
        if !weights.isEmpty { try container.encode(weights, forKey: .weights) }
        try container.encode(includesEmbeddings, forKey: .includesEmbeddings)
    }
}
