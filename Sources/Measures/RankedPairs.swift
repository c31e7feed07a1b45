/// Texts that each seek one of many: at which place those that belong to them are found, and
/// whether they are nearer than the text's own negatives.
public struct RankedPairs: Evaluation {
    private let ranking: Ranking
    /// For each text the share of its own negatives that are farther than what belongs to it.
    private let triplets: [Double]?

    /// - Parameters:
    ///   - ranking: what each text found.
    ///   - triplets: for each text the share of its own negatives that are farther than what
    ///     belongs to it; nil without negatives.
    public init(_ ranking: Ranking, triplets: [Double]?) {
        precondition(
            triplets.map { $0.count == ranking.count } ?? true,
            "RankedPairs: \(ranking.count) texts, \(triplets?.count ?? 0) with negatives")
        (self.ranking, self.triplets) = (ranking, triplets)
    }

    /// The number of texts.
    public var count: Int { ranking.count }

    /// The measures, in the order of their values.
    public var names: [String] {
        ranking.names + (triplets == nil ? [] : ["triplet_accuracy"])
    }

    /// The values where text i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        ranking.values(weights: weights)
            + (triplets.map { means(of: $0.map { [$0] }, width: 1, weights: weights) } ?? [])
    }
}
