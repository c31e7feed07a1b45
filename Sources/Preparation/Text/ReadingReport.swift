import Diagnostics
import Reporting

/// What was read, and what was passed over and why. Nothing is dropped without being counted here.
public struct ReadingReport: Sendable, Equatable, Codable {
    /// Why a document was passed over or changed.
    public enum Trouble: String, CaseIterable, Sendable, Codable {
        /// A line that is not a JSON object.
        case malformedJSON = "malformed_json"
        /// A JSON object without a string under the text's key, or a row with null in its column.
        case noText = "no_text"
        /// A document without a language code where it should name its language.
        case noLanguage = "no_language"
        /// Bytes that are not UTF-8.
        case invalidUTF8 = "invalid_utf8"
        /// A document with NUL characters, which no text has.
        case nullCharacters = "null_characters"
        /// A document without a single letter.
        case empty
        /// A JSON line, a row of CSV or a string of Parquet of more than 16 MiB.
        case tooLong = "too_long"
        /// A row of CSV or TSV with a quotation mark that has no counterpart.
        case quotes
        /// A row of CSV or TSV with more or fewer fields than the first one.
        case fieldCount = "field_count"
        /// A block of plain text that was cut because it was larger than 1 MiB: at a line's end, or
        /// between the characters of a line of that size.
        case split
    }

    /// How often something happened, and where first (`path:line`).
    public struct Count: Sendable, Equatable, Codable {
        /// How often.
        public var count: Int
        /// Where it happened first.
        public var first: String
    }

    /// Documents that gave text.
    public var documents = 0
    /// Their size in UTF-8.
    public var bytes = 0
    /// The troubles that occurred.
    public var troubles: [String: Count] = [:]

    /// Nothing read yet.
    public init() {}

    mutating func count(_ trouble: Trouble, at path: String, line: Int) {
        troubles[trouble.rawValue, default: Count(count: 0, first: "\(path):\(line)")].count += 1
    }

    /// Adds another report; the first place stays.
    public mutating func add(_ other: ReadingReport) {
        documents += other.documents
        bytes += other.bytes
        for (name, found) in other.troubles {
            troubles[name, default: Count(count: 0, first: found.first)].count += found.count
        }
    }
}

extension ReadingReport.Trouble {
    /// What keeps a document from being text; nil if nothing does.
    init?(of document: [UInt8]) {
        if document.contains(0) {
            self = .nullCharacters
        } else if !document.contains(where: { $0 > 0x20 }) {
            self = .empty
        } else if (try? UTF8Span(validating: document.span)) == nil {
            self = .invalidUTF8
        } else {
            return nil
        }
    }

    /// What happened `count` times.
    fileprivate func text(of count: Int) -> String {
        switch self {
        case .malformedJSON: counted(count, "line") + " without a JSON object"
        case .noText: counted(count, "document") + " without text under --text-field"
        case .noLanguage:
            counted(count, "document") + " without a language code under --language-field"
        case .invalidUTF8: counted(count, "document") + " not in UTF-8"
        case .nullCharacters: counted(count, "document") + " with NUL characters"
        case .empty: counted(count, "empty document")
        case .tooLong:
            counted(count, "line or row", plural: "lines or rows") + " of more than 16 MiB"
        case .quotes:
            counted(count, "row") + " with a quotation mark that is not closed or not doubled"
        case .fieldCount: counted(count, "row") + " with more or fewer fields than the first"
        case .split:
            counted(count, "block")
                + " of plain text larger than 1 MiB, split at a line's end or inside a long line"
        }
    }
}

extension ReadingReport {
    /// A sentence for every trouble: `5 documents not in UTF-8; the first at a.txt:1`.
    public var sentences: [String] {
        Trouble.allCases.compactMap { trouble in
            troubles[trouble.rawValue].map {
                "\(trouble.text(of: $0.count)); the first at \($0.first)"
            }
        }
    }

    /// The error that nothing at `place`, text in `languages` languages, can be used.
    package func nothingUsable(at place: String, languages: Int) -> InputError {
        let reasons = sentences.joined(separator: ", ")
        return InputError(
            at: place, expected: "documents with text",
            found: reasons.isEmpty
                ? "none in \(counted(languages, "language"))" : "only \(reasons)",
            remedy: remedy)
    }

    /// What to do where nothing can be used.
    private var remedy: String {
        func has(_ trouble: Trouble) -> Bool { troubles[trouble.rawValue] != nil }
        if has(.invalidUTF8) {
            return "Convert the files to UTF-8, such as with iconv -f LATIN1 -t UTF-8 FILE."
        }
        return has(.noLanguage) && !has(.noText)
            ? "Check what the files hold; --language-field names the key or column of the "
                + "language's code."
            : "Check what the files hold; --text-field names the key or column of the text."
    }
}
