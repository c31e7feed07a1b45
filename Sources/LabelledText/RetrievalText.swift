import Diagnostics

/// A document or a query of a retrieval set.
public struct RetrievalText: Sendable, Equatable {
    /// The title of a document; empty without.
    public var title: String
    /// The text.
    public var text: String

    /// A text, perhaps with a title.
    public init(title: String = "", text: String) { (self.title, self.text) = (title, text) }

    /// What is encoded: the title and the text, without white space around both.
    public var whole: String { title.isEmpty ? text.trimmed : "\(title) \(text)".trimmed }
}

/// The documents or the queries of a BEIR folder, `corpus.jsonl` or `queries.jsonl`: `_id`,
/// `title` and `text` on each line.
///
/// Source: Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information
/// Retrieval Models" (2021).
public struct RetrievalTextReader: RowReader {
    /// What was read so far.
    public internal(set) var counts = ReadingCounts()

    let rules: ReadingRules
    private var rows: JSONRows
    private var ids: Set<String> = []

    /// The texts in the file at `path`.
    ///
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    public init(path: String, rules: ReadingRules = ReadingRules()) throws {
        self.rules = rules
        rows = try JSONRows(path: path)
    }

    /// The next text, nil after the last.
    ///
    /// - Throws: `InputError` for a row without id or text, one whose id an earlier one has, and a
    ///   file without texts.
    public mutating func next() throws -> LabelledExample<RetrievalText>? {
        try nextExample()
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "texts with _id and text")
    }

    mutating func nextRow() throws -> JSONRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: JSONRows.Row) throws -> LabelledExample<RetrievalText>? {
        let key = try row.required(["_id", "id"])
        let id = try key.scalar()
        let content = RetrievalText(
            title: try row.fields["title"]?.string() ?? "",
            text: try row.required(["text"]).string())
        guard ids.insert(id).inserted else {
            throw InputError(
                at: key.location, expected: "an id of its own", found: "“\(id.prefix(60))” again",
                remedy: "Remove one of the two, or rename it with its judgements.")
        }
        counts.examples += 1
        if content.whole.isEmpty { counts.emptyTexts += 1 }
        return LabelledExample(id: id, location: row.location, content: content)
    }
}
