/// What was read, and what was passed over and why. Nothing is dropped without being counted here.
public struct ReadingReport: Sendable, Equatable, Codable {
    /// Why a document was passed over or changed.
    public enum Trouble: String, CaseIterable, Sendable, Codable {
        /// A line that is not a JSON object.
        case malformedJSON = "malformed_json"
        /// A JSON object without a string under `text`.
        case noText = "no_text"
        /// A JSON object without a language code where it should name its language.
        case noLanguage = "no_language"
        /// Bytes that are not UTF-8.
        case invalidUTF8 = "invalid_utf8"
        /// A document without a single letter.
        case empty
        /// A JSON line of more than 16 MiB.
        case tooLong = "too_long"
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
