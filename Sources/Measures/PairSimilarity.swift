/// How near the vectors of a pair are, in several ways; the larger, the nearer.
public struct PairNearness: Sendable, Equatable {
    /// The cosine of the angle between both.
    public var cosine: Double
    /// Their inner product.
    public var dot: Double
    /// The negative sum of absolute differences.
    public var manhattan: Double
    /// The negative length of the difference.
    public var euclidean: Double

    /// The nearness of two vectors of one length, in double precision. The cosine with a vector of
    /// zeros is 0.
    public init(_ x: [Float], _ y: [Float]) {
        precondition(x.count == y.count, "PairNearness: \(x.count) and \(y.count) dimensions")
        var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
        var (absolute, squares) = (0.0, 0.0)
        for place in x.indices {
            let (first, second) = (Double(x[place]), Double(y[place]))
            let difference = first - second
            products += first * second
            squaresX += first * first
            squaresY += second * second
            absolute += abs(difference)
            squares += difference * difference
        }
        // One root, so that the cosine of a vector with itself is 1 to the bit: equal texts tie.
        let lengths = (squaresX * squaresY).squareRoot()
        cosine = lengths > 0 ? max(-1, min(1, products / lengths)) : 0
        (dot, manhattan, euclidean) = (products, -absolute, -squares.squareRoot())
    }

    /// The ways, in the order in which they are reported.
    static let ways: [(name: String, value: @Sendable (PairNearness) -> Double)] = [
        ("cosine", { $0.cosine }), ("dot", { $0.dot }), ("manhattan", { $0.manhattan }),
        ("euclidean", { $0.euclidean }),
    ]
}

/// Pairs of texts with scores of how similar they are: the correlations of these with how near
/// their vectors are, as MTEB's tasks of semantic similarity. The main one is `cosine_spearman`.
public struct PairSimilarity: Evaluation {
    private let correlations: [Regression]

    /// - Parameters:
    ///   - references: the score of each pair, finite.
    ///   - nearness: of each.
    /// - Precondition: as many of both.
    public init(references: [Double], nearness: [PairNearness]) {
        correlations = PairNearness.ways.map { way in
            Regression(references: references, predictions: nearness.map(way.value))
        }
    }

    /// The number of pairs.
    public var count: Int { correlations[0].count }

    /// The measures, in the order of their values.
    public var names: [String] {
        zip(PairNearness.ways, correlations).flatMap { way, correlation in
            correlation.names.map { "\(way.name)_\($0)" }
        }
    }

    /// The values where pair i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        correlations.flatMap { $0.values(weights: weights) }
    }
}
