/// The documents that a system found for a query, best first.
public struct RankedList: Sendable {
    /// The ids of documents, best first.
    public let documents: [String]

    /// The order of trec_eval: by score, descending; equal ones by the bytes of their ids,
    /// descending. Scores are rounded to fp32 before, as trec_eval 9.0.8 and its bindings store
    /// them.
    ///
    /// - Parameters:
    ///   - scores: the documents with their scores, which are numbers; an id comes once.
    ///   - query: where not nil, a document with this id is left out, as BEIR does.
    public init(scores: [(document: String, score: Double)], leavingOut query: String? = nil) {
        documents =
            scores
            .filter { query == nil || !$0.document.utf8.elementsEqual((query ?? "").utf8) }
            .map { (document: $0.document, score: Float($0.score)) }
            .sorted { first, second in
                first.score == second.score
                    ? second.document.utf8.lexicographicallyPrecedes(first.document.utf8)
                    : first.score > second.score
            }
            .map(\.document)
    }
}

/// The judgements of a query: levels by document. Levels above 0 are relevant; they are the gain.
public struct Judgements: Sendable {
    private var levels: [[UInt8]: Int] = [:]

    /// The judgements of `levels`, where an id comes once.
    public init(_ levels: [(document: String, level: Int)]) {
        for (document, level) in levels { self.levels[Array(document.utf8)] = level }
    }

    /// The gain of a document: its level if that is positive, else 0, as without judgement.
    func gain(of document: String) -> Int { max(0, levels[Array(document.utf8)] ?? 0) }

    /// The gains of all relevant documents, descending.
    var idealGains: [Int] { levels.values.filter { $0 > 0 }.sorted(by: >) }

    /// Whether any document is relevant.
    public var hasRelevant: Bool { levels.values.contains { $0 > 0 } }
}
