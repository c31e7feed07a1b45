import Reporting

/// How many examples of which labels a reader gave, and what it passed over. Nothing is left out of
/// a set without being counted here.
public struct ReadingCounts: Sendable, Equatable {
    /// Why something in a file is no example.
    public enum Reason: String, CaseIterable, Sendable {
        /// A line without text.
        case blank
        /// A comment between sentences.
        case comment
        /// `-DOCSTART-`, which parts documents.
        case documentMark = "mark of a document"
        /// A pair whose annotators did not agree: `-` in place of a label.
        case noAgreement = "pair without agreement"
        /// A row of Quora's pairs that lacks columns, as some of the original do.
        case shortRow = "short row"
        /// A line of several words, or of none, in CoNLL-U.
        case notAWord = "line of no single word"
        /// A line that is not as it should be, where the rules let some pass.
        case malformed = "malformed"
    }

    /// Examples that were given.
    public internal(set) var examples = 0
    /// Of those, the ones without label: for predictions only.
    public internal(set) var unlabelled = 0
    /// Of those, the ones of which a text is empty or white space.
    public internal(set) var emptyTexts = 0
    /// Of those, the ones with a mark in place of a text that was not translated.
    public internal(set) var untranslated = 0
    /// Of those, the ones whose text the words do not spell: where spaces stand is not known.
    public internal(set) var otherTexts = 0
    /// Of those, the ones whose id an earlier one has too.
    public internal(set) var repeatedIDs = 0
    /// How often each label occurs: of tagged words, each tag.
    public internal(set) var labels: [String: Int] = [:]
    /// What the offsets of answers count. Those other than code points were mended.
    public internal(set) var offsets: [AnswerOffset: Int] = [:]
    /// How much was passed over, by reason.
    public internal(set) var passedOver: [Reason: Int] = [:]
    /// The first malformed line that was passed over, as the error that it would have been.
    public internal(set) var firstMalformed: String?

    /// Nothing yet.
    public init() {}

    /// The names of the labels that occur, by their code points.
    public var labelNames: [String] { labels.keys.sortedByCodePoints() }

    /// In words: `2490 examples; passed over: 3 blank`.
    public var summary: String {
        var parts = [counted(examples, "example")]
        if unlabelled > 0 { parts[0] += ", \(unlabelled) without label" }
        if emptyTexts > 0 { parts[0] += ", \(emptyTexts) with an empty text" }
        if untranslated > 0 { parts[0] += ", \(untranslated) not translated" }
        if otherTexts > 0 { parts[0] += ", \(otherTexts) with words that the text has not" }
        if repeatedIDs > 0 { parts[0] += ", \(repeatedIDs) with the id of another" }
        let mended = AnswerOffset.allCases.compactMap { offset in
            offset == .codePoints ? nil : offsets[offset].map { "\($0) \(offset.rawValue)" }
        }
        if !mended.isEmpty {
            parts.append("offsets that count " + mended.joined(separator: ", "))
        }
        let passed = Reason.allCases.compactMap { reason in
            passedOver[reason].map { "\($0) \(reason.rawValue)" }
        }
        if !passed.isEmpty { parts.append("passed over: " + passed.joined(separator: ", ")) }
        return parts.joined(separator: "; ")
    }

    mutating func passOver(_ reason: Reason) { passedOver[reason, default: 0] += 1 }

    mutating func add(_ content: ClassifiedText) {
        examples += 1
        if content.text.isBlank || content.pair?.isBlank == true { emptyTexts += 1 }
        switch content.label {
        case .name(let name): labels[name, default: 0] += 1
        case .names(let names): for name in names { labels[name, default: 0] += 1 }
        case .score: break
        case nil: unlabelled += 1
        }
    }
}

extension Sequence<String> {
    /// The strings in the order of their code points, whatever the language of the system.
    func sortedByCodePoints() -> [String] {
        sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}

extension StringProtocol {
    /// Whether there is nothing but white space.
    package var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// The text between the white space around it.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
