import Diagnostics
import Formats

/// Queries with documents that are to be put into an order, some of which are relevant.
///
/// Either rows with `query`, `positive` and `negative`, the latter two lists of texts, as MTEB's
/// older tasks have them; or a folder in BEIR's form with candidates by id.
public struct RerankingSet: Sendable {
    /// A query.
    public struct Query: Sendable {
        /// Its id, text and place.
        public let text: LabelledExample<RetrievalText>
        /// The documents to be put into an order.
        public let candidates: [LabelledExample<RetrievalText>]
        /// The grade of each judged document, also of those that are no candidates.
        public let grades: [(document: String, grade: Int)]
    }

    /// The queries that have a relevant document and candidates.
    public let queries: [Query]
    /// Queries that are left out, since they have none.
    public let leftOut: Int

    /// The queries of the rows at `path`. Documents are called as MTEB calls them, which decides
    /// the order of equal scores: `apositive_…` and `negative_…` with the place of the query.
    ///
    /// - Throws: `InputError` with the line of what is no such row.
    public init(rows path: String, split: String) throws {
        var rows = try JSONRows(path: path, object: .rowsOfLists)
        var counts = ReadingCounts()
        var (queries, read) = ([Query](), 0)
        while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
            let name = "\(split)_query\(read)"
            read += 1
            let query = LabelledExample(
                id: name, location: row.location,
                content: RetrievalText(text: try row.required(["query"]).string()))
            func documents(
                _ key: String, _ prefix: String
            ) throws -> [LabelledExample<RetrievalText>] {
                let value = try row.required([key])
                return try value.elements().enumerated().map { place, element in
                    let digits = String(place)
                    let number = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
                    return LabelledExample(
                        id: "\(prefix)_\(name)_\(number)", location: element.location,
                        content: RetrievalText(text: try element.string()))
                }
            }
            let positive = try documents("positive", "apositive")
            let negative = try documents("negative", "negative")
            guard !positive.isEmpty else { continue }
            queries.append(
                Query(
                    text: query, candidates: positive + negative,
                    grades: positive.map { ($0.id, 1) } + negative.map { ($0.id, 0) }))
        }
        try self.init(queries, read: read, at: path)
    }

    /// The queries of the folder at `path`.
    ///
    /// - Throws: `InputError` for files that are not as BEIR's, for candidates that the corpus has
    ///   not, and where there are no candidates.
    public init(folder path: String, split: String) throws {
        let folder = try RetrievalFolder(path: path, split: split)
        guard let candidatesPath = folder.candidates else {
            throw InputError(
                at: Folder.join(path, "top_ranked/\(split).jsonl"),
                expected: "the candidates of each query", found: "no such file",
                remedy: "Write lines with query-id and corpus-ids, or kind: retrieval.")
        }
        let lists = try Self.candidates(at: candidatesPath)
        let set = try RetrievalSet(folder: path, split: split)
        let texts = try Self.texts(of: Set(lists.values.flatMap { $0.map(\.id) }), in: set)
        let queries = try set.queries.compactMap { query -> Query? in
            guard let ids = lists[query.id], !ids.isEmpty else { return nil }
            let candidates = try ids.map { id, location in
                guard let text = texts[id] else {
                    throw InputError(
                        at: location, expected: "documents of the corpus",
                        found: "“\(id.prefix(60))”",
                        remedy: "Fetch the parts of the set again: they are not of one version.")
                }
                return text
            }
            return Query(
                text: query, candidates: candidates,
                grades: set.judgements.documents(of: query.id) ?? [])
        }
        try self.init(
            queries, read: set.queries.count + set.unansweredQueries, at: candidatesPath)
    }

    private init(_ queries: [Query], read: Int, at path: String) throws {
        guard !queries.isEmpty else {
            throw TextLines.empty(path, expected: "queries with documents, one of them relevant")
        }
        (self.queries, leftOut) = (queries, read - queries.count)
    }

    private static func candidates(
        at path: String
    ) throws -> [String: [(id: String, location: String)]] {
        var rows = try JSONRows(path: path, object: .rowsOfLists)
        var counts = ReadingCounts()
        var lists: [String: [(id: String, location: String)]] = [:]
        while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
            let key = try row.required(["query-id", "query_id"])
            let documents = try row.required(["corpus-ids", "corpus_ids"]).elements()
            var seen: Set<String> = []
            let ids = try documents.map { element in
                let id = try element.scalar()
                guard seen.insert(id).inserted else {
                    throw InputError(
                        at: element.location, expected: "each candidate once",
                        found: "“\(id.prefix(60))” again", remedy: "Remove one of the two.")
                }
                return (id: id, location: element.location)
            }
            guard lists.updateValue(ids, forKey: try key.scalar()) == nil else {
                throw InputError(
                    at: key.location, expected: "each query once", found: "it again",
                    remedy: "Put its candidates into one row.")
            }
        }
        return lists
    }

    private static func texts(
        of wanted: Set<String>, in set: RetrievalSet
    ) throws -> [String: LabelledExample<RetrievalText>] {
        var texts: [String: LabelledExample<RetrievalText>] = [:]
        var reader = try set.documentReader()
        while case let block = try reader.next(4096), !block.isEmpty {
            for document in block where wanted.contains(document.id) {
                texts[document.id] = document
            }
        }
        return texts
    }
}
