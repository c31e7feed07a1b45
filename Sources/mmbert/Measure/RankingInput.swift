import Diagnostics
import Measures
import Reporting

/// A number for each document of each query, from BEIR's judgements or from TREC's judgements and
/// runs.
struct RankingFile {
    /// What a file holds.
    enum Kind {
        /// BEIR: `query-id ⇥ corpus-id ⇥ score` under a line of headings; TREC: query, iteration,
        /// document, level.
        case judgements
        /// TREC: query, Q0, document, rank, score, tag.
        case run
    }

    /// The file's name, for messages.
    let path: String
    /// The queries, in the order in which they come first.
    private(set) var queries: [String] = []
    private var places: [[UInt8]: Int] = [:]
    private var documents: [[(document: String, number: Double)]] = []

    init(_ path: String, _ kind: Kind) throws {
        self.path = path
        var seen: Set<[[UInt8]]> = []
        for (number, text) in try textLines(path) {
            let columns = text.split { $0 == " " || $0 == "\t" }
            if columns.isEmpty || (number == 1 && columns.first == "query-id") { continue }
            let location = "\(path):\(number)"
            let (query, document, value) = try Self.entry(columns, kind, location)
            guard seen.insert([Array(query.utf8), Array(document.utf8)]).inserted else {
                throw InputError(
                    at: location, expected: "each document once for a query",
                    found: "“\(document)” a second time for “\(query)”",
                    remedy: "Leave one of the lines out.")
            }
            add(String(query), String(document), value)
        }
        guard !queries.isEmpty else {
            throw InputError(
                at: path, expected: "lines of queries and documents", found: "none",
                remedy: "Check the path.")
        }
    }

    /// The documents of a query, nil where there is no such query.
    func documents(of query: String) -> [(document: String, number: Double)]? {
        places[Array(query.utf8)].map { documents[$0] }
    }

    private mutating func add(_ query: String, _ document: String, _ value: Double) {
        let key = Array(query.utf8)
        if let place = places[key] {
            documents[place].append((document, value))
        } else {
            places[key] = queries.count
            queries.append(query)
            documents.append([(document, value)])
        }
    }

    private static func entry(
        _ columns: [Substring], _ kind: Kind, _ location: String
    ) throws -> (query: Substring, document: Substring, value: Double) {
        switch (kind, columns.count) {
        case (.judgements, 3), (.judgements, 4):
            guard let last = columns.last, let level = Int32(last) else {
                throw InputError(
                    at: location, expected: "a whole number as the level",
                    found: "“\(columns.last ?? "")”", remedy: "Correct the line.")
            }
            return (columns[0], columns[columns.count - 2], Double(level))
        case (.run, 6):
            guard let score = finiteNumber(String(columns[4])) else {
                throw InputError(
                    at: location,
                    expected: "a finite score of “\(columns[2])” for “\(columns[0])”",
                    found: "“\(columns[4])”", remedy: "Correct the line.")
            }
            return (columns[0], columns[2], score)
        default:
            throw InputError(
                at: location,
                expected: kind == .run
                    ? "query, Q0, document, rank, score and tag"
                    : "query, document and level, or query, iteration, document and level",
                found: counted(columns.count, "column"),
                remedy: "Separate the columns by tabs or spaces.")
        }
    }
}

/// Judged and ranked documents of queries beside each other.
struct RankingInput {
    var cutoffs: [Int]
    /// Whether a document that is called as its query is left out.
    var leavesOutQuery: Bool

    /// nDCG and the other measures, over the queries that have a relevant document and are in the
    /// run.
    func ranking(_ judged: RankingFile, _ run: RankingFile) throws -> Measured<Ranking> {
        var queries: [Ranking.Query] = []
        var (unjudged, missing) = (0, 0)
        for name in judged.queries {
            let levels = judged.documents(of: name) ?? []
            let judgements = Judgements(levels.map { ($0.document, Int($0.number)) })
            guard judgements.hasRelevant else {
                unjudged += 1
                continue
            }
            guard let found = run.documents(of: name) else {
                missing += 1
                continue
            }
            queries.append(
                Ranking.Query(
                    judgements: judgements,
                    found: RankedList(
                        scores: found.map { ($0.document, $0.number) },
                        leavingOut: leavesOutQuery ? name : nil)))
        }
        guard !queries.isEmpty else {
            throw InputError(
                at: run.path, expected: "queries that have a relevant document in \(judged.path)",
                found: "none", remedy: "Use the ids of queries that the judgements use.")
        }
        return Measured(
            Ranking(queries, cutoffs: cutoffs),
            notes: [
                MeasureNote(
                    "queries_without_relevant", unjudged,
                    "queries without a relevant document, which are left out"),
                MeasureNote(
                    "queries_without_run", missing,
                    "judged queries that are not in the run, which are left out"),
                MeasureNote(
                    "strangers", run.queries.count { judged.documents(of: $0) == nil },
                    "queries of the run that are not judged"),
            ])
    }
}
