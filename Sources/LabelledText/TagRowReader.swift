import Diagnostics
import Reporting

/// Words with tags in JSON: `tokens` and `tags`, and perhaps `text`, from which it is known where
/// spaces stand; a text that the words do not spell is left out and counted, such as where `del`
/// has the words `de` and `el`. Tags are names, or places in a list of names.
public struct TagRowReader: RowReader {
    /// What was read so far.
    public internal(set) var counts = ReadingCounts()
    /// The scheme of the tags; nil before the last sentence, and without tags.
    public private(set) var scheme: TagScheme?

    let rules: ReadingRules
    private let named: TagScheme?
    private var rows: JSONRows
    private var survey = TagSurvey()

    /// The sentences of the file at `path`.
    ///
    /// - Parameter scheme: what the tags are; nil finds out.
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    public init(
        path: String, scheme: TagScheme? = nil, rules: ReadingRules = ReadingRules()
    ) throws {
        (self.rules, named) = (rules, scheme)
        rows = try JSONRows(path: path, object: .rowsOfLists)
    }

    /// The next sentence, nil after the last.
    ///
    /// - Throws: `InputError` for a row without words, or with more or fewer tags than words; for
    ///   tags of mixed schemes, another than the named one, or IOB1 that is not named, after the
    ///   last.
    public mutating func next() throws -> LabelledExample<TaggedWords>? {
        if let example = try nextExample() { return example }
        guard counts.unlabelled < counts.examples else { return nil }
        if let named {
            if named != .plain { try survey.check(against: named) }
            scheme = named == .iob1 ? .iob2 : named
            return nil
        }
        scheme = try survey.scheme()
        if scheme == .iob1 { throw survey.iob1(at: rows.path) }
        return nil
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "sentences of tokens and tags")
    }

    mutating func nextRow() throws -> JSONRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: JSONRows.Row) throws -> LabelledExample<TaggedWords>? {
        let tokens = try row.required(["tokens", "words"])
        let words = try tokens.elements().map { element in
            let word = try element.string()
            guard !word.isEmpty else { throw element.wrong("a word of at least a character") }
            return word
        }
        guard !words.isEmpty else { throw tokens.wrong("at least one word") }
        var content = TaggedWords(words: words, tags: nil)
        if let text = row.fields["text"] {
            content.spaces = Self.spaces(before: words, in: try text.string())
        }
        if let tags = row.value(["tags", "ner_tags", "upos", "labels"]) {
            content.tags = try self.tags(tags, count: words.count)
        } else {
            try rules.checkAbsence(at: row.location)
        }
        let id = try row.value(["id", "idx"])?.scalar() ?? row.name ?? "\(counts.examples)"
        counts.examples += 1
        if row.fields["text"] != nil, content.spaces == nil { counts.otherTexts += 1 }
        if let written = content.tags {
            if named != .plain { survey.add(written) { _ in row.location } }
            let tags = named == .iob1 ? TagScheme.iob2(fromIOB1: written) : written
            for tag in tags { counts.labels[tag, default: 0] += 1 }
            content.tags = tags
        } else {
            counts.unlabelled += 1
        }
        return LabelledExample(id: id, location: row.location, content: content)
    }

    private func tags(_ value: JSONValue, count: Int) throws -> [String] {
        let tags = try value.elements()
        guard tags.count == count else {
            throw InputError(
                at: value.location, expected: counted(count, "tag") + ", one for each word",
                found: "\(tags.count)", remedy: "Give every word a tag.")
        }
        return try tags.map { tag in
            let written = try tag.scalar().trimmed
            if let labels = rules.labels { return try labels.required(written, at: tag.location) }
            guard tag.isString, !written.isEmpty else {
                throw InputError(
                    at: tag.location, expected: "the name of a tag",
                    found: written.isEmpty ? "an empty one" : "the number \(written)",
                    remedy: "List the labels in the order of their numbers.")
            }
            return written
        }
    }

    /// For each word, whether white space stands before it; before the first, it does. Nil where
    /// the words do not follow one another in the text, as those of one that is written as several.
    private static func spaces(before words: [String], in text: String) -> [Bool]? {
        let text = Array(text.unicodeScalars)
        var place = 0
        var spaces: [Bool] = []
        for (number, word) in words.enumerated() {
            let start = place
            while place < text.count, text[place].properties.isWhitespace { place += 1 }
            let scalars = Array(word.unicodeScalars)
            guard text[place...].starts(with: scalars) else { return nil }
            spaces.append(number == 0 || place > start)
            place += scalars.count
        }
        return spaces
    }
}
