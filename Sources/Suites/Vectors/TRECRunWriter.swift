import Formats

/// What was found for queries as TREC's programs read it: query, `Q0`, document, rank, score and
/// tag on each line.
struct TRECRunWriter {
    /// Queries that were left out, since an id has white space.
    private(set) var leftOut = 0
    private let file: OutputFile
    private let depth: Int

    /// Begins the file at `path`, with the first `depth` documents of each query.
    init(path: String, depth: Int) throws {
        file = try OutputFile(path: path)
        self.depth = depth
    }

    /// Adds the documents of a query, best first. Scores have nine digits, which tell all numbers of
    /// single precision apart.
    mutating func add(_ query: String, _ documents: [(id: String, score: Double)]) throws {
        let documents = documents.prefix(depth)
        guard !query.contains(where: \.isWhitespace), !query.isEmpty,
            documents.allSatisfy({ !$0.id.isEmpty && !$0.id.contains(where: \.isWhitespace) })
        else {
            leftOut += 1
            return
        }
        for (place, document) in documents.enumerated() {
            try file.write(
                "\(query)\tQ0\t\(document.id)\t\(place + 1)\t\(Float(document.score))\tmmbert\n")
        }
    }

    /// Completes the file.
    func finish() throws { try file.finish() }
}
