import Diagnostics
import Formats

/// Queries with documents that answer them, out of folders in BEIR's form.
public enum RetrievalPairs {
    /// Every query with each of its relevant documents, by a file of judgements.
    ///
    /// - Parameters:
    ///   - path: the judgements, such as `FOLDER/qrels/train.tsv`.
    ///   - folder: the folder with the texts; nil for that above the one of the judgements.
    /// - Throws: `InputError` for what is not in BEIR's form, and for judgements of texts that are
    ///   not there.
    public static func read(
        judgements path: String, folder: String? = nil, rules: ReadingRules = ReadingRules()
    ) throws -> LabelledSet<ContrastedTexts> {
        let judgements = try Judgements(path: path)
        let rows = judgements.queries.flatMap { query in
            (judgements.documents(of: query) ?? []).filter { $0.grade > 0 }.map {
                Row(query: query, documents: [$0.document], location: path)
            }
        }
        let folder = folder ?? Folder.parent(of: Folder.parent(of: path))
        return try read(rows, folder: folder, path: path, rules: rules)
    }

    /// Queries with a document that answers them and others that do not: the ids of a query, the
    /// document, and any number of others on each line, parted by tabs. A first row that begins with
    /// `query`, `query-id`, `query_id` or `qid` is no example.
    ///
    /// - Parameter folder: the folder with the texts.
    /// - Throws: `InputError` for lines of unequal numbers of ids, and ids that are not there.
    public static func read(
        triples path: String, folder: String, rules: ReadingRules = ReadingRules()
    ) throws -> LabelledSet<ContrastedTexts> {
        var table = try TableRows(path: path)
        var counts = ReadingCounts()
        var rows: [Row] = []
        var isFirst = true
        while let row = try table.next(counting: &counts, rules: rules) {
            defer { isFirst = false }
            if isFirst, headings.contains(row.fields[0].trimmed.lowercased()) { continue }
            let width = rows.first.map { $0.documents.count + 1 } ?? max(2, row.fields.count)
            guard row.fields.count == width else {
                throw table.unequal(row, width: width, as: "query, document, others")
            }
            rows.append(
                Row(
                    query: row.fields[0].trimmed,
                    documents: row.fields.dropFirst().map(\.trimmed),
                    location: table.location(row)))
        }
        return try read(rows, folder: folder, path: path, rules: rules)
    }

    /// What the names of columns begin with, where a file has them.
    private static let headings: Set = ["query", "query-id", "query_id", "qid"]

    /// The files with the texts of a file of judgements or triples: queries, then documents.
    ///
    /// - Parameter folder: the folder with the texts; nil for that above the one of the judgements.
    public static func texts(ofFileAt path: String, folder: String? = nil) throws -> [String] {
        let folder = folder ?? Folder.parent(of: Folder.parent(of: path))
        return try ["queries.jsonl", "corpus.jsonl"].map {
            try RetrievalFolder.part($0, of: folder)
        }
    }

    private struct Row {
        let query: String
        let documents: [String]
        let location: String
    }

    private static func read(
        _ rows: [Row], folder: String, path: String, rules: ReadingRules
    ) throws -> LabelledSet<ContrastedTexts> {
        guard !rows.isEmpty else {
            throw TextLines.empty(path, expected: "queries with documents that answer them")
        }
        let queries = try texts(
            RetrievalFolder.part("queries.jsonl", of: folder), Set(rows.map(\.query)), rules)
        let documents = try texts(
            RetrievalFolder.part("corpus.jsonl", of: folder), Set(rows.flatMap(\.documents)),
            rules)
        var counts = ReadingCounts()
        let examples = try rows.map { row in
            let query = try text(row.query, of: queries, "queries", row, folder)
            let found = try row.documents.map {
                try text($0, of: documents, "documents", row, folder)
            }
            let content = ContrastedTexts(
                anchor: query, positive: found[0], negatives: Array(found.dropFirst()))
            counts.add(content)
            return LabelledExample(id: row.query, location: row.location, content: content)
        }
        return LabelledSet(examples: examples, counts: counts)
    }

    /// The texts with these ids, of a file that may have many more.
    private static func texts(
        _ path: String, _ ids: Set<String>, _ rules: ReadingRules
    ) throws -> [String: String] {
        var reader = try RetrievalTextReader(path: path, rules: rules)
        var texts: [String: String] = [:]
        while let example = try reader.next() {
            if ids.contains(example.id) { texts[example.id] = example.content.whole }
        }
        return texts
    }

    private static func text(
        _ id: String, of texts: [String: String], _ what: String, _ row: Row, _ folder: String
    ) throws -> String {
        if let text = texts[id] { return text }
        throw InputError(
            at: row.location, expected: "the id of one of the \(what) in \(folder)",
            found: "“\(id.prefix(60))”",
            remedy: "Fetch the parts of the set again: they are not of one version.")
    }
}
