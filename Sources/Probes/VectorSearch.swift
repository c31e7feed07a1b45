import TensorCore

/// The documents with the largest inner products with each of some queries, of documents that come
/// block by block: memory is that of a block, of the ids, and of `depth` documents a query.
///
/// Scores are in single precision. Of documents with equal scores the one with the larger id, by
/// its bytes, comes first, as in trec_eval.
public struct VectorSearch: Sendable {
    /// A document that was found.
    public struct Found: Sendable, Equatable {
        /// Its place among all documents that were added.
        public var document: Int
        /// Its inner product with the query.
        public var score: Float
    }

    /// A score that is no finite number.
    public struct NotFinite: Error, Equatable {
        /// The place of the query.
        public var query: Int
        /// The id of the document.
        public var document: String

        /// The error of a query and a document.
        public init(query: Int, document: String) {
            (self.query, self.document) = (query, document)
        }
    }

    /// The ids of all documents that were added.
    public private(set) var ids: [String] = []
    private let queries: Matrix<Float>
    private let depth: Int
    private var found: [Candidates]
    private let parallel: Parallel
    /// Queries whose scores are in memory at once.
    private static let slab = 256

    /// - Parameters:
    ///   - queries: `[queries, width]`.
    ///   - depth: how many documents of each query are kept, at least one.
    public init(queries: Matrix<Float>, depth: Int, parallel: Parallel) {
        precondition(depth > 0, "VectorSearch: \(depth) documents a query")
        (self.queries, self.depth, self.parallel) = (queries, depth, parallel)
        found = Array(repeating: Candidates(), count: queries.rows)
    }

    /// Adds documents.
    ///
    /// - Parameters:
    ///   - documents: their vectors, `[documents, width]`.
    ///   - ids: their ids.
    ///   - leavingOut: for the place of a query, the id of a document that is not found for it.
    /// - Throws: `NotFinite` for the first score that is NaN or infinite.
    public mutating func add(
        _ documents: Matrix<Float>, ids: [String], leavingOut: [Int: String] = [:]
    ) throws {
        precondition(
            documents.rows == ids.count && documents.columns == queries.columns,
            "VectorSearch: \(documents.rows) vectors of \(documents.columns), \(ids.count) ids")
        guard !ids.isEmpty, queries.rows > 0 else { return }
        let first = self.ids.count
        self.ids += ids
        var excluded: [Int: Int] = [:]
        if !leavingOut.isEmpty {
            let places = Dictionary(zip(ids, ids.indices)) { place, _ in place }
            excluded = leavingOut.compactMapValues { places[$0] }
        }
        for start in stride(from: 0, to: queries.rows, by: Self.slab) {
            let range = start..<min(start + Self.slab, queries.rows)
            let scores = Matrix<Float>(rows: range.count, columns: documents.rows)
            multiply(
                queries.copy(of: range), byTransposed: documents, to: scores, parallel: parallel)
            for query in range {
                try take(
                    scores, row: query - start, of: query, first: first,
                    excluded: excluded[query])
            }
        }
    }

    /// Takes what is good enough of a row of scores.
    private mutating func take(
        _ scores: Matrix<Float>, row: Int, of query: Int, first: Int, excluded: Int?
    ) throws {
        let width = scores.columns
        try scores.withElements { scores in
            for column in 0..<width {
                let score = scores[row * width + column]
                if score < found[query].least { continue }
                guard score.isFinite else {
                    throw NotFinite(query: query, document: ids[first + column])
                }
                if column == excluded { continue }
                found[query].add(
                    Found(document: first + column, score: score), depth: depth, ids: ids)
            }
        }
    }

    /// The documents of each query, best first: `[queries][at most depth]`.
    public func results() -> [[Found]] {
        found.map { $0.best(depth, ids: ids) }
    }
}

/// The best documents of a query so far, with some that may not stay.
private struct Candidates: Sendable {
    /// What scores less is none of the best.
    private(set) var least = -Float.infinity
    private var all: [VectorSearch.Found] = []

    mutating func add(_ found: VectorSearch.Found, depth: Int, ids: [String]) {
        all.append(found)
        guard all.count >= max(2 * depth, depth + 64) else { return }
        all = best(depth, ids: ids)
        least = all[depth - 1].score
    }

    func best(_ depth: Int, ids: [String]) -> [VectorSearch.Found] {
        Array(
            all.sorted { one, other in
                one.score == other.score
                    ? ids[other.document].utf8.lexicographicallyPrecedes(ids[one.document].utf8)
                    : one.score > other.score
            }.prefix(depth))
    }
}
