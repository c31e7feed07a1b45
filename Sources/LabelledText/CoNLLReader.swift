import Diagnostics
import Reporting

/// Sentences whose words have tags, a word on each line and a blank line between sentences.
///
/// The first row decides whether tabs or spaces part the columns; all rows have as many. Lines that
/// begin with `#` before a sentence are comments, of which `sent_id` is kept as id. The scheme of
/// tags is known after the last sentence; IOB1 is refused there unless it is named, and then
/// becomes IOB2. A sentence with a malformed line is passed over as a whole, where the rules let
/// lines pass.
public struct CoNLLReader: LabelledReader {
    /// What was read so far.
    public private(set) var counts = ReadingCounts()
    /// The scheme of the tags; nil before the last sentence, and without tags.
    public private(set) var scheme: TagScheme?
    /// Words that were read so far.
    public private(set) var words = 0
    /// Tags such as `I-PER` where no span of that type is open.
    public var unopened: Int { survey.unopened }

    private let layout: TagLayout
    private let column: TagColumn
    private let named: TagScheme?
    private let isStrict: Bool
    private let rules: ReadingRules
    private var lines: TextLines
    /// How rows are made, once the first has been read.
    package private(set) var shape: RowShape?
    private var survey = TagSurvey()
    /// The language before every word so far, of which the layout says nothing.
    private var prefixes: Set<Substring>? = []

    /// The sentences of the file at `path`.
    ///
    /// - Parameters:
    ///   - layout: which columns hold what.
    ///   - scheme: what the tags are; nil finds out.
    ///   - strict: whether a span without beginning is an error. Otherwise it is counted.
    public init(
        path: String, layout: TagLayout = .conll, scheme: TagScheme? = nil, strict: Bool = false,
        rules: ReadingRules = ReadingRules()
    ) throws {
        (self.layout, self.rules) = (layout, rules)
        (named, isStrict) = (scheme, strict)
        column = .ofLayout
        lines = try TextLines(path: path)
    }

    /// The sentences in lines of which none has been read, to be taken by `nextSentence`.
    package init(_ lines: TextLines, layout: TagLayout = .conll, tags column: TagColumn) {
        (self.lines, self.layout, self.column) = (lines, layout, column)
        (named, isStrict, rules) = (nil, false, ReadingRules())
    }

    /// The next sentence, nil after the last.
    ///
    /// - Throws: `InputError` for rows of other columns than the first, tags of a scheme that is
    ///   not read or not the named one, and a file without sentences.
    public mutating func next() throws -> LabelledExample<TaggedWords>? {
        if let sentence = try nextSentence() { return try example(sentence) }
        try finish()
        return nil
    }

    /// The next sentence as it is written, nil after the last; its tags may be of any scheme, and
    /// of several.
    ///
    /// - Throws: `InputError` for rows of other columns than the first.
    package mutating func nextSentence() throws -> Sentence? {
        var sentence = Sentence()
        while let line = try lines.next() {
            let isMark = line.text.hasPrefix("-DOCSTART-")
            if isMark { counts.passOver(.documentMark) }
            if isMark || line.text.utf8.allSatisfy({ $0 <= 0x20 }) {
                if sentence.isWhole { return sentence }
                if sentence.isMalformed { sentence = Sentence() }
                continue
            }
            if sentence.isMalformed { continue }
            if sentence.isEmpty, isComment(line.text) {
                counts.passOver(.comment)
                sentence.readComment(line.text)
                continue
            }
            do {
                try read(line, into: &sentence)
            } catch let error as InputError {
                try rules.passOver(error, in: &counts)
                sentence.isMalformed = true
            }
        }
        return sentence.isWhole ? sentence : nil
    }

    /// Whether a line that begins with `#` before a sentence is a comment and not the word `#`,
    /// which has as many columns as the others. `# key = value` always is one.
    private func isComment(_ text: String) -> Bool {
        guard text.hasPrefix("#") else { return false }
        if text.hasPrefix("# "), text.split(separator: " ").dropFirst(2).first == "=" {
            return true
        }
        guard let shape else { return !text.utf8.contains(0x09) }
        return shape.fields(text).count != shape.width
    }

    private mutating func read(_ line: TextLines.Line, into sentence: inout Sentence) throws {
        let location = lines.location(line.number)
        let shape =
            try shape ?? RowShape(line.text, layout: layout, tags: column, at: location)
        self.shape = shape
        let fields = shape.fields(line.text)
        guard fields.count == shape.width else {
            throw InputError(
                at: location, expected: "\(counted(shape.width, "column")), as the first row",
                found: counted(fields.count, "column"),
                remedy: "Part all columns by \(shape.isTabbed ? "single tabs" : "spaces"), "
                    + "and sentences by blank lines.")
        }
        if layout == .conllu {
            guard try sentence.isWord(fields, at: location) else {
                counts.passOver(.notAWord)
                return
            }
        }
        var word = fields[layout.word]
        if layout == .panx { word = try Self.withoutLanguage(word, at: location) }
        guard !word.isEmpty else {
            throw InputError(
                at: location, expected: "a word", found: "an empty column",
                remedy: "Remove the line, or write the word.")
        }
        var tag: String?
        if let place = shape.tag {
            let written = fields[place].trimmed
            if written.isEmpty || layout == .conllu && written == "_" {
                throw InputError(
                    at: location, expected: "a tag", found: written.isEmpty ? "none" : "_",
                    remedy: "Tag every word, or none of the file.")
            }
            tag = try rules.labels?.required(written, at: location) ?? written
        } else {
            try rules.checkAbsence(at: location)
        }
        sentence.add(word, tag: tag, line: line.number)
    }

    /// `Sioux` of `en:Sioux`.
    private static func withoutLanguage(_ word: String, at location: String) throws -> String {
        guard let colon = word.firstIndex(of: ":"), colon != word.startIndex else {
            throw InputError(
                at: location, expected: "a language and a colon before the word, such as en:",
                found: "“\(word.prefix(60))”", remedy: "Name the layout conll.")
        }
        return String(word[word.index(after: colon)...])
    }

    private mutating func example(_ sentence: Sentence) throws -> LabelledExample<TaggedWords> {
        let location = lines.location(sentence.lines[0])
        if layout == .conll, shape?.width ?? 0 > 2 { try checkNumbers(sentence, at: location) }
        notePrefixes(sentence.words)
        words += sentence.words.count
        counts.examples += 1
        var content = TaggedWords(
            words: sentence.words, tags: nil,
            spaces: layout == .conllu ? sentence.spaces : nil)
        if shape?.tag == nil {
            counts.unlabelled += 1
        } else {
            if named != .plain {
                survey.add(sentence.tags) { lines.location(sentence.lines[$0]) }
            }
            if isStrict, named != .iob1, let first = survey.firstUnopened {
                throw InputError(
                    at: first, expected: "B- at the beginning of a span", found: "I-, E- or L-",
                    remedy: "Correct the tag, or read without strict.")
            }
            let tags =
                named == .iob1 ? TagScheme.iob2(fromIOB1: sentence.tags) : sentence.tags
            for tag in tags { counts.labels[tag, default: 0] += 1 }
            content.tags = tags
        }
        return LabelledExample(
            id: sentence.id ?? "\(counts.examples - 1)", location: location, content: content)
    }

    /// Refuses 1, 2, 3 … in place of words: files of other layouts, read as CoNLL's.
    private func checkNumbers(_ sentence: Sentence, at location: String) throws {
        guard sentence.words.count > 1,
            sentence.words.enumerated().allSatisfy({ $1 == "\($0 + 1)" })
        else { return }
        throw InputError(
            at: location, expected: "words in the first column", found: "1, 2, …",
            remedy: "Name the layout: uner or conll-u.")
    }

    private mutating func notePrefixes(_ words: [String]) {
        guard layout == .conll, var seen = prefixes else { return }
        for word in words {
            let code = word.prefix { $0 != ":" }
            guard code.count < word.count, (2...12).contains(code.count),
                code.utf8.allSatisfy({ (0x61...0x7a).contains($0) || $0 == 0x2d })
            else {
                prefixes = nil
                return
            }
            seen.insert(code)
        }
        prefixes = seen.count > 1 ? nil : seen
    }

    /// What only the whole file shows.
    private mutating func finish() throws {
        let path = lines.path
        guard counts.examples > 0 else {
            throw TextLines.empty(path, expected: "sentences of words and tags")
        }
        if let code = prefixes?.first, words > 1 {
            throw InputError(
                at: path, expected: "words", found: "“\(code):” before every word",
                remedy: "Name the layout panx, which takes the language away.")
        }
        guard shape?.tag != nil else { return }
        if let named {
            if named != .plain { try survey.check(against: named) }
            scheme = named == .iob1 ? .iob2 : named
            return
        }
        scheme = try survey.scheme()
        if scheme == .iob1 {
            throw survey.iob1(at: path)
        }
    }
}
