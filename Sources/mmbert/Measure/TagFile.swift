import Diagnostics
import LabelledText
import Reporting

/// Sentences with a tag for each word: CoNLL columns, or JSON lines with “tags”.
///
/// In columns the first is the word and the last the tag; a blank line ends a sentence. Lines
/// `-DOCSTART-` are left out, as are comments, `# key = value`, in front of a sentence.
struct TagFile {
    /// A sentence of a file.
    struct Sentence {
        /// What it is called in JSON, if it is.
        var id: String?
        /// Where each of its words is; one place for all in JSON.
        var locations: [String]
        /// Its words; nil where the file has none.
        var words: [String]?
        /// A tag for each word; nil where the file withholds them.
        var tags: [String]?

        /// Where a word is.
        func location(of word: Int) -> String {
            locations.count == 1 ? locations[0] : locations[word]
        }
    }

    /// The file's name, for messages.
    let path: String
    private(set) var sentences: [Sentence] = []
    private let labels: LabelInput

    /// - Parameters:
    ///   - tagColumn: the number of the column of tags, from 1; the last by default.
    ///   - labels: what tags that are whole numbers in JSON stand for.
    init(_ path: String, tagColumn: Int?, labels: LabelInput) throws {
        self.path = path
        self.labels = labels
        var lines = try TextLines(path: path, longest: TextLines.largestText)
        if let first = try lines.peekAtText(), MeasuredFile.isJSON(first.text) {
            var rows = try JSONRows(lines, object: .row)
            var counts = ReadingCounts()
            while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
                sentences.append(try sentence(MeasuredLine(row)))
            }
        } else {
            try readColumns(lines, tags: tagColumn.map { .number($0) } ?? .last)
        }
        guard !sentences.isEmpty else {
            throw InputError(
                at: path, expected: "sentences with tags", found: "none",
                remedy: "Check the path.")
        }
    }

    /// The ids of the sentences; nil where none has one.
    ///
    /// - Throws: `InputError` where some have none, and for an id that is there twice.
    func ids() throws -> ExampleIDs? {
        try ExampleIDs(sentences.map { ($0.id, $0.location(of: 0)) })
    }

    private mutating func readColumns(_ lines: TextLines, tags column: TagColumn) throws {
        var reader = CoNLLReader(lines, tags: column)
        while let sentence = try reader.nextSentence() {
            let isTagsAlone = reader.shape?.width == 1
            sentences.append(
                Sentence(
                    locations: sentence.lines.map { lines.location($0) },
                    words: isTagsAlone ? nil : sentence.words, tags: sentence.tags))
        }
    }

    private func sentence(_ line: MeasuredLine) throws -> Sentence {
        let words = try line.field("tokens")?.elements?.map { $0.scalarText ?? "" }
        guard let field = line.field("tags", "ner_tags", "labels") else {
            return Sentence(id: line.id, locations: [line.location], words: words, tags: nil)
        }
        guard let elements = try field.elements else {
            throw line.error(
                expected: "“tags”, a list", found: field,
                remedy: "Write {\"tags\": [\"B-PER\", \"O\"]}.")
        }
        let tags = try elements.map { element in
            guard let text = element.scalarText, !text.isEmpty else {
                throw line.error(
                    expected: "strings in “tags”", found: .json(element),
                    remedy: "Give each word a tag, O for none.")
            }
            return try labels.name(text, of: line)
        }
        if let number = tags.first(where: { Int($0) != nil }) {
            throw line.error(
                expected: "names of tags", found: "the number \(number)",
                remedy: "Say with --labels which tags the numbers stand for, in their order.")
        }
        if let words, words.count != tags.count {
            throw line.error(
                expected: counted(words.count, "tag") + ", one for each token",
                found: grouped(tags.count), remedy: "Correct the line.")
        }
        return Sentence(id: line.id, locations: [line.location], words: words, tags: tags)
    }
}
