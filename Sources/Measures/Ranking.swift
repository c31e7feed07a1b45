import Foundation

/// A ranked list for each query: nDCG, average precision, recall, precision and reciprocal rank of
/// the first k documents, as trec_eval's `ndcg_cut`, `map_cut`, `recall` and `P`, and BEIR's MRR;
/// means over queries.
public struct Ranking: Evaluation {
    /// A query with what is relevant to it and what was found.
    public struct Query: Sendable {
        /// What is relevant.
        public var judgements: Judgements
        /// What was found.
        public var found: RankedList

        /// A query.
        public init(judgements: Judgements, found: RankedList) {
            self.judgements = judgements
            self.found = found
        }
    }

    private let cutoffs: [Int]
    /// `[queries][measures]`.
    private let scores: [[Double]]

    /// - Parameters:
    ///   - queries: the queries. One without relevant documents scores 0; trec_eval, BEIR and MTEB
    ///     leave it out.
    ///   - cutoffs: the numbers of documents k, each at least 1.
    public init(_ queries: [Query], cutoffs: [Int] = [1, 10, 100, 1000]) {
        precondition(cutoffs.allSatisfy { $0 > 0 }, "Ranking: cut-offs \(cutoffs)")
        self.cutoffs = cutoffs
        scores = queries.map { query in
            let gains = query.found.documents.prefix(cutoffs.max() ?? 0)
                .map(query.judgements.gain)
            let ideal = query.judgements.idealGains
            return cutoffs.flatMap { Self.scores(gains, ideal, cutoff: $0) }
        }
    }

    /// The number of queries.
    public var count: Int { scores.count }

    /// The measures, in the order of their values.
    public var names: [String] {
        cutoffs.flatMap { cutoff in
            ["ndcg", "map", "recall", "precision", "mrr"].map { "\($0)_at_\(cutoff)" }
        }
    }

    /// The values where query i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        return means(of: scores, width: 5 * cutoffs.count, weights: weights)
    }

    /// nDCG, average precision, recall, precision and reciprocal rank of the first documents, whose
    /// gains are `gains`; `ideal` are the gains of all relevant ones, descending.
    private static func scores(_ gains: [Int], _ ideal: [Int], cutoff: Int) -> [Double] {
        var (hits, first) = (0, 0)
        var precisions = 0.0
        for (place, gain) in gains.prefix(cutoff).enumerated() where gain > 0 {
            hits += 1
            if first == 0 { first = place + 1 }
            precisions += Double(hits) / Double(place + 1)
        }
        let relevant = Double(ideal.count)
        return [
            ratio(discountedGain(gains.prefix(cutoff)), discountedGain(ideal.prefix(cutoff))),
            ratio(precisions, relevant), ratio(Double(hits), relevant),
            Double(hits) / Double(cutoff), first == 0 ? 0 : 1 / Double(first),
        ]
    }

    /// Σ gain / log₂(rank + 1).
    private static func discountedGain(_ gains: ArraySlice<Int>) -> Double {
        var sum = 0.0
        for (place, gain) in gains.enumerated() where gain > 0 {
            sum += Double(gain) / log2(Double(place + 2))
        }
        return sum
    }
}
