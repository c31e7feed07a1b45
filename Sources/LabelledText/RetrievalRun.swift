import Diagnostics
import Reporting

/// What a program found for queries, as TREC's programs write it: query, `Q0`, document, rank,
/// score and tag on each line, parted by white space. The rank and the tag are not kept.
public struct RetrievalRun: Sendable {
    private var found = QueryDocuments<Double>()

    /// The run in the file at `path`.
    ///
    /// - Throws: `InputError` for other columns, a score that is not finite, a document twice for a
    ///   query, and a file without lines.
    public init(path: String) throws {
        var lines = try TextLines(path: path)
        while let line = try lines.nextWithText() {
            let location = lines.location(line.number)
            let fields = line.text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard fields.count == 6 else {
                throw InputError(
                    at: location, expected: "query, Q0, document, rank, score and tag",
                    found: counted(fields.count, "column"),
                    remedy: "Separate the columns by tabs or spaces.")
            }
            guard let score = Double(fields[4]), score.isFinite else {
                throw InputError(
                    at: location,
                    expected: "a finite score of “\(fields[2].prefix(60))” for "
                        + "“\(fields[0].prefix(60))”",
                    found: "“\(fields[4].prefix(60))”", remedy: "Correct the line.")
            }
            try found.add(fields[0], fields[2], score, at: location)
        }
        guard !queries.isEmpty else {
            throw TextLines.empty(path, expected: "lines of queries and documents")
        }
    }

    /// The queries, in the order of the file.
    public var queries: [String] { found.queries }

    /// The documents of a query with their scores, in the order of the file; nil where the run has
    /// not the query.
    public func documents(of query: String) -> [(document: String, score: Double)]? {
        found.documents(of: query)?.map { ($0, $1) }
    }
}
