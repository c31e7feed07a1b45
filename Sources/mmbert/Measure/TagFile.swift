import Diagnostics
import Reporting

/// Sentences with a tag for each word: CoNLL columns, or JSON lines with “tags”.
///
/// In columns the first is the word and the last the tag; a blank line ends a sentence. Lines
/// `-DOCSTART-` are left out, as are comments, `# key = value`, in front of a sentence.
struct TagFile {
    /// A sentence of a file.
    struct Sentence {
        /// The lines of its words; that of the sentence for JSON lines.
        var lines: [Int] = []
        /// Its words; nil where the file has none.
        var words: [String]? = []
        /// A tag for each word.
        var tags: [String] = []

        /// The line of a word.
        func line(of word: Int) -> Int { lines.count == 1 ? lines[0] : lines[word] }
    }

    /// The file's name, for messages.
    let path: String
    private(set) var sentences: [Sentence] = []
    private let tagColumn: Int?
    private let labels: LabelInput

    /// - Parameters:
    ///   - tagColumn: the number of the column of tags, from 1; the last by default.
    ///   - labels: what tags that are whole numbers in JSON stand for.
    init(_ path: String, tagColumn: Int?, labels: LabelInput) throws {
        self.path = path
        self.tagColumn = tagColumn
        self.labels = labels
        let lines = try textLines(path)
        let first = lines.first { !$0.text.allSatisfy(\.isWhitespace) }
        if first?.text.first(where: { !$0.isWhitespace }) == "{" {
            for line in try MeasuredFile(path, lines: lines).lines {
                sentences.append(try sentence(line))
            }
        } else {
            try readColumns(lines)
        }
        guard !sentences.isEmpty else {
            throw InputError(
                at: path, expected: "sentences with tags", found: "none",
                remedy: "Check the path.")
        }
    }

    private func sentence(_ line: MeasuredLine) throws -> Sentence {
        guard let fields = line.field(["tags", "ner_tags", "labels"])?.array else {
            throw line.error(
                expected: "“tags”, a list", found: LabelInput.shown(line.field(["tags"])),
                remedy: "Write {\"tags\": [\"B-PER\", \"O\"]}.")
        }
        let tags = try fields.map { field in
            guard let text = field.text, !text.isEmpty else {
                throw line.error(
                    expected: "strings in “tags”", found: LabelInput.shown(field),
                    remedy: "Give each word a tag, O for none.")
            }
            return try labels.name(text, of: line)
        }
        if let number = tags.first(where: { Int($0) != nil }) {
            throw line.error(
                expected: "names of tags", found: "the number \(number)",
                remedy: "Say with --labels which tags the numbers stand for, in their order.")
        }
        let words = line.fields["tokens"]?.array?.map { $0.text ?? "" }
        if let words, words.count != tags.count {
            throw line.error(
                expected: counted(words.count, "tag") + ", one for each token",
                found: grouped(tags.count), remedy: "Correct the line.")
        }
        let number = Int(line.location.split(separator: ":").last ?? "") ?? 0
        return Sentence(lines: [number], words: words, tags: tags)
    }

    private mutating func readColumns(_ lines: [(number: Int, text: String)]) throws {
        var sentence = Sentence()
        func isComment(_ text: String, _ tag: Substring?) -> Bool {
            guard text.first == "#", sentence.tags.isEmpty, !text.contains("\t") else {
                return false
            }
            return tag != "O" && tag?.dropFirst().first != "-"
        }
        for (number, text) in lines {
            let columns =
                text.contains("\t")
                ? text.split(separator: "\t") : text.split { $0 == " " || $0 == "\t" }
            if columns.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
                if !sentence.tags.isEmpty { sentences.append(sentence) }
                sentence = Sentence()
            } else if columns.first != "-DOCSTART-", !isComment(text, columns.last) {
                let place = (tagColumn ?? columns.count) - 1
                guard columns.indices.contains(place) else {
                    throw InputError(
                        at: "\(path):\(number)", expected: "a tag in column \(place + 1)",
                        found: counted(columns.count, "column"),
                        remedy: "Give each word a tag, or name its column with --tag-column.")
                }
                sentence.lines.append(number)
                sentence.tags.append(trimmed(columns[place]))
                if columns.count > 1 { sentence.words?.append(String(columns[0])) }
            }
        }
        if !sentence.tags.isEmpty { sentences.append(sentence) }
        for place in sentences.indices
        where sentences[place].words?.count != sentences[place].tags.count {
            sentences[place].words = nil
        }
    }
}
