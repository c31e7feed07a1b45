import Serialization

/// A JSON value of a line of references or predictions.
enum JSONValue {
    case string(String)
    /// A number or a truth value, as it is written.
    case word(String)
    case array([JSONValue])
    /// Members in their order, as in the text.
    case object([(key: String, value: JSONValue)])
    case null

    /// How deep values may lie inside one another.
    private static let deepest = 16

    /// Reads the next value.
    ///
    /// - Throws: `JSONError`.
    init(_ reader: inout JSONReader, depth: Int = 0) throws {
        guard depth < Self.deepest else {
            throw reader.failure("values at most \(Self.deepest) deep")
        }
        if reader.isAtString() {
            self = .string(try reader.text())
        } else if reader.isAtArray() {
            var values: [JSONValue] = []
            try reader.array { values.append(try JSONValue(&$0, depth: depth + 1)) }
            self = .array(values)
        } else if reader.isAtObject() {
            var members: [(key: String, value: JSONValue)] = []
            try reader.object { members.append(($1, try JSONValue(&$0, depth: depth + 1))) }
            self = .object(members)
        } else {
            let word = String(decoding: try reader.skip(), as: UTF8.self)
            self = word.contains("null") ? .null : .word(word.filter { !$0.isWhitespace })
        }
    }

    /// A string, or a number or truth value as it is written.
    var text: String? {
        switch self {
        case .string(let text), .word(let text): text
        case .array, .object, .null: nil
        }
    }

    /// A number that is finite, also in quotation marks.
    var number: Double? { text.flatMap(finiteNumber) }

    /// The elements of an array.
    var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The members of an object.
    var object: [(key: String, value: JSONValue)]? {
        if case .object(let members) = self { members } else { nil }
    }

    var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

/// The number that a text is, if it is finite.
func finiteNumber(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
}

extension JSONReader {
    /// Reads a string.
    ///
    /// - Throws: `JSONError`, also where it is not UTF-8.
    mutating func text() throws(JSONError) -> String {
        guard let text = String(validating: try string(), as: UTF8.self) else {
            throw failure("UTF-8")
        }
        return text
    }
}
