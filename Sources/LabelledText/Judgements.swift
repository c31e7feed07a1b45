import Diagnostics
import Reporting

/// Which documents answer which queries, and how well.
public struct Judgements: Sendable {
    /// The grade of each judged document, by query and document. Above 0 is relevant.
    public private(set) var grades: [String: [String: Int]] = [:]
    /// How many pairs are judged.
    public private(set) var count = 0

    /// Where each query and each document is judged for the first time.
    private var queryPlaces: [String: String] = [:]
    private var documentPlaces: [String: String] = [:]

    /// The queries with a relevant document, by their code points. The others are left out of
    /// means.
    public var answeredQueries: [String] {
        grades.filter { $0.value.values.contains { $0 > 0 } }.keys
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

    private mutating func add(
        query: String, document: String, _ written: String?, at location: String
    ) throws {
        let written = (written ?? "").trimmed
        guard let grade = Int(written) else {
            throw InputError(
                at: location, expected: "a grade, a whole number",
                found: "“\(written.prefix(60))”", remedy: "Write grades such as 0, 1, 2.")
        }
        guard grades[query, default: [:]].updateValue(grade, forKey: document) == nil else {
            throw InputError(
                at: location, expected: "each document once for a query",
                found: "“\(document.prefix(60))” again for “\(query.prefix(60))”",
                remedy: "Keep one of the two grades.")
        }
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
