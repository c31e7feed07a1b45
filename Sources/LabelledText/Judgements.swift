import Diagnostics
import Reporting

/// Which documents answer which queries, and how well.
public struct Judgements: Sendable {
    /// How many pairs are judged.
    public private(set) var count = 0

    private var judged = QueryDocuments<Int>()
    /// Where each query and each document is judged for the first time.
    private var queryPlaces: [String: String] = [:]
    private var documentPlaces: [String: String] = [:]

    /// The grade of each judged document, by query and document. Above 0 is relevant.
    public var grades: [String: [String: Int]] {
        var grades: [String: [String: Int]] = [:]
        for query in queries {
            for (document, grade) in documents(of: query) ?? [] {
                grades[query, default: [:]][document] = grade
            }
        }
        return grades
    }

    /// The judged queries, in the order of the file.
    public var queries: [String] { judged.queries }

    /// The judged documents of a query with their grades, in the order of the file; nil where the
    /// query is not judged.
    public func documents(of query: String) -> [(document: String, grade: Int)]? {
        judged.documents(of: query)?.map { ($0, $1) }
    }

    /// The queries with a relevant document, by their code points. The others are left out of
    /// means.
    public var answeredQueries: [String] {
        queries.filter { (documents(of: $0) ?? []).contains { $0.grade > 0 } }
            .sortedByCodePoints()
    }

    /// The judgements in the file at `path`: BEIR's, whose first row is `query-id`, `corpus-id`,
    /// `score`, parted by tabs; or TREC's, four columns parted by white space.
    ///
    /// - Throws: `InputError` for other columns, a grade that is no whole number, a pair that is
    ///   judged twice, and a file without judgements.
    public init(path: String) throws {
        var lines = try TextLines(path: path)
        var isBEIR: Bool?
        while let line = try lines.nextWithText() {
            let location = lines.location(line.number)
            if isBEIR == nil, line.text.lowercased().hasPrefix("query-id") {
                isBEIR = true
                continue
            }
            let isTabbed = isBEIR ?? false
            isBEIR = isTabbed
            let fields =
                isTabbed
                ? TableRows.fields(line.text)
                : line.text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard fields.count == (isTabbed ? 3 : 4) else {
                throw InputError(
                    at: location,
                    expected: isTabbed
                        ? "3 columns: query-id, corpus-id, score"
                        : "4 columns of TREC, or query-id, corpus-id and score in the first row",
                    found: counted(fields.count, "column"),
                    remedy: "Name a file of BEIR's or TREC's judgements.")
            }
            try add(query: fields[0], document: fields[isTabbed ? 1 : 2], fields.last, at: location)
        }
        guard count > 0 else { throw TextLines.empty(path, expected: "judgements") }
    }

    /// One right document for each query.
    ///
    /// - Throws: `InputError` for a query and a document that come twice.
    public init(relevant pairs: [(query: String, document: String, location: String)]) throws {
        for pair in pairs {
            try add(query: pair.query, document: pair.document, "1", at: pair.location)
        }
    }

    private mutating func add(
        query: String, document: String, _ written: String?, at location: String
    ) throws {
        let written = (written ?? "").trimmed
        guard let grade = Int32(written) else {
            throw InputError(
                at: location, expected: "a grade, a whole number",
                found: "“\(written.prefix(60))”", remedy: "Write grades such as 0, 1, 2.")
        }
        try judged.add(query, document, Int(grade), at: location)
        count += 1
        if queryPlaces[query] == nil { queryPlaces[query] = location }
        if documentPlaces[document] == nil { documentPlaces[document] = location }
    }

    /// Refuses judgements of queries or documents that are not among those.
    ///
    /// - Throws: `InputError` for the first of the file.
    public func check(queries: Set<String>, documents: Set<String>) throws {
        try Self.check(queryPlaces, among: queries, "a query of the set")
        try Self.check(documentPlaces, among: documents, "a document of the corpus")
    }

    private static func check(
        _ places: [String: String], among ids: Set<String>, _ expected: String
    ) throws {
        let unknown = places.filter { !ids.contains($0.key) }
        guard let first = unknown.min(by: { $0.key < $1.key }) else { return }
        let more = unknown.count > 1 ? " and \(unknown.count - 1) more" : ""
        throw InputError(
            at: first.value, expected: expected, found: "“\(first.key.prefix(60))”\(more)",
            remedy: "Fetch the parts of the set again: they are not of one version.")
    }
}
