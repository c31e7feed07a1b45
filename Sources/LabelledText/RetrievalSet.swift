import Diagnostics
import Formats

/// Queries, documents and judgements, in BEIR's form or made of questions about texts.
public struct RetrievalSet: Sendable {
    /// The queries that have a relevant document, in the order of their file.
    public let queries: [LabelledExample<RetrievalText>]
    /// Which documents are relevant to which queries.
    public let judgements: Judgements
    /// Queries that are left out, since no document is relevant to them.
    public let unansweredQueries: Int
    private let documents: Documents

    private enum Documents: Sendable {
        case corpus(path: String)
        case passages([LabelledExample<RetrievalText>])
    }

    /// The set in the folder at `path`, in BEIR's form.
    ///
    /// - Throws: `InputError` for files that are not as BEIR's, and where no query has a relevant
    ///   document.
    public init(folder path: String, split: String) throws {
        let folder = try RetrievalFolder(path: path, split: split)
        try self.init(
            queries: LabelledSet(RetrievalTextReader(path: folder.queries)).examples,
            judgements: Judgements(path: folder.judgements),
            documents: .corpus(path: folder.corpus), at: folder.judgements)
    }

    /// The questions of the file at `path`, in SQuAD's form, each of whose texts is a document: the
    /// one that a question is about is relevant to it.
    ///
    /// - Throws: `InputError` for a file that has not this form.
    public init(questions path: String) throws {
        var passages: [LabelledExample<RetrievalText>] = []
        var places: [String: Int] = [:]
        var queries: [LabelledExample<RetrievalText>] = []
        var pairs: [(query: String, document: String, location: String)] = []
        var ids: Set<String> = []
        for example in try SQuADFile.read(path, offsets: .mended).examples {
            let context = example.content.context
            let place = places[context] ?? passages.count
            if place == passages.count {
                places[context] = place
                passages.append(
                    LabelledExample(
                        id: "passage-\(place)", location: example.location,
                        content: RetrievalText(text: context)))
            }
            var id = example.id
            if !ids.insert(id).inserted {
                id += "-\(queries.count)"
                ids.insert(id)
            }
            queries.append(
                LabelledExample(
                    id: id, location: example.location,
                    content: RetrievalText(text: example.content.question)))
            pairs.append((id, "passage-\(place)", example.location))
        }
        try self.init(
            queries: queries, judgements: Judgements(relevant: pairs),
            documents: .passages(passages), at: path)
    }

    private init(
        queries: [LabelledExample<RetrievalText>], judgements: Judgements, documents: Documents,
        at location: String
    ) throws {
        let answered = Set(judgements.answeredQueries)
        self.queries = queries.filter { answered.contains($0.id) }
        let known = Set(queries.map(\.id))
        let unknown = judgements.queries.filter { !known.contains($0) }
        if let first = unknown.first {
            throw InputError(
                at: location, expected: "judgements of queries that the set has",
                found: "“\(first.prefix(60))”"
                    + (unknown.count > 1 ? " and \(unknown.count - 1) more" : ""),
                remedy: "Fetch the parts of the set again: they are not of one version.")
        }
        guard !self.queries.isEmpty else {
            throw InputError(
                at: location, expected: "queries with a relevant document", found: "none",
                remedy: "Name judgements of which some are above 0.")
        }
        unansweredQueries = judgements.queries.count - self.queries.count
        (self.judgements, self.documents) = (judgements, documents)
    }

    /// Reads the documents from the first on.
    public func documentReader() throws -> DocumentReader {
        switch documents {
        case .corpus(let path): try DocumentReader(path: path)
        case .passages(let passages): DocumentReader(passages)
        }
    }
}

/// Documents, block by block.
public struct DocumentReader {
    private var reader: RetrievalTextReader?
    private var rest: ArraySlice<LabelledExample<RetrievalText>>

    init(path: String) throws {
        reader = try RetrievalTextReader(path: path)
        rest = []
    }

    init(_ documents: [LabelledExample<RetrievalText>]) { rest = documents[...] }

    /// The next documents, at most `count`; none after the last.
    ///
    /// - Throws: `InputError` with the line of what is no document.
    public mutating func next(_ count: Int) throws -> [LabelledExample<RetrievalText>] {
        var block = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        while block.count < count, let document = try reader?.next() { block.append(document) }
        return block
    }
}
