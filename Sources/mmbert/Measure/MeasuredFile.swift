import Diagnostics
import Formats
import Serialization

/// A line of references or predictions.
struct MeasuredLine {
    /// File and line, for messages.
    let location: String
    /// What the line holds, by name: members of a JSON object or columns of a table. A line that is
    /// only a text has it under "".
    let fields: [String: JSONValue]

    /// The first field of these names that is there and not null.
    func field(_ names: [String]) -> JSONValue? {
        names.lazy.compactMap { fields[$0] }.first { !$0.isNull }
    }

    /// What the example is called, if it is.
    var id: String? { field(["id", "_id", "idx", "index"])?.text }

    /// An error of this line.
    func error(expected: String, found: String, remedy: String) -> InputError {
        InputError(at: location, expected: expected, found: found, remedy: remedy)
    }
}

/// A file of references or predictions: JSON lines, a table with a line of headings and tabs, or a
/// text for each line; plain, `.gz` or `.zst`.
struct MeasuredFile {
    /// The file's name, for messages.
    let path: String
    /// Its lines; of JSON lines those that are not blank.
    private(set) var lines: [MeasuredLine] = []

    init(_ path: String) throws {
        try self.init(path, lines: textLines(path))
    }

    /// The file whose lines have been read.
    init(_ path: String, lines texts: [(number: Int, text: String)]) throws {
        self.path = path
        let isJSON =
            texts.first { !$0.text.allSatisfy(\.isWhitespace) }?.text
            .first { !$0.isWhitespace } == "{"
        let headings = isJSON ? nil : texts.first.flatMap { Self.headings($0.text) }
        for (number, text) in texts.dropFirst(headings == nil ? 0 : 1) {
            let location = "\(path):\(number)"
            if !isJSON {
                lines.append(
                    MeasuredLine(
                        location: location, fields: try Self.columns(text, headings, location)))
            } else if !text.allSatisfy(\.isWhitespace) {
                lines.append(
                    MeasuredLine(location: location, fields: try Self.members(text, location)))
            }
        }
        guard !lines.isEmpty else {
            throw InputError(
                at: path, expected: "a line for each example", found: "none",
                remedy: "Check the path.")
        }
    }

    /// The columns that a first line names, if it does.
    private static func headings(_ line: String) -> [String]? {
        let names = line.split(separator: "\t", omittingEmptySubsequences: false)
            .map { $0.lowercased() }
        let known: Set = ["id", "idx", "index", "label", "prediction", "score"]
        return names.count > 1 && names.contains(where: known.contains) ? names : nil
    }

    private static func columns(
        _ line: String, _ headings: [String]?, _ location: String
    ) throws -> [String: JSONValue] {
        guard let headings else {
            guard !line.contains("\t") else {
                throw InputError(
                    at: location, expected: "one value in a line",
                    found: "columns separated by tabs",
                    remedy: "Name the columns in the first line: index, label or score.")
            }
            return ["": .string(trimmed(line))]
        }
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard columns.count == headings.count else {
            throw InputError(
                at: location, expected: "\(headings.count) columns, as in the first line",
                found: "\(columns.count)", remedy: "Separate the columns by tabs.")
        }
        return Dictionary(
            zip(headings, columns.map { .string(trimmed($0)) }), uniquingKeysWith: { $1 })
    }

    private static func members(
        _ line: String, _ location: String
    ) throws -> [String: JSONValue] {
        try readingJSON(Array(line.utf8), at: { _ in location }) { reader in
            let value = try JSONValue(&reader)
            guard let members = value.object, reader.isAtEnd() else {
                throw reader.failure("a JSON object and nothing behind it")
            }
            return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
    }
}

/// What `read` makes of JSON; what is not as it must be is an error at `location`, which is given
/// the line in `text`.
func readingJSON<Value>(
    _ text: [UInt8], at location: (_ line: Int) -> String,
    _ read: (inout JSONReader) throws -> Value
) throws -> Value {
    var reader = JSONReader(text, loneSurrogates: .replaced)
    do {
        return try read(&reader)
    } catch let error as JSONError {
        throw InputError(
            at: location(error.line(in: text)), expected: error.expected,
            found: error.found(in: text), remedy: "Fix the JSON there.")
    }
}

/// The lines of a file with their numbers.
///
/// - Throws: `InputError` for a line that is not UTF-8.
func textLines(_ path: String) throws -> [(number: Int, text: String)] {
    try textLines(of: wholeText(path), path)
}

/// The lines of the text of the file at `path` with their numbers.
///
/// - Throws: `InputError` for a line that is not UTF-8.
func textLines(of text: [UInt8], _ path: String) throws -> [(number: Int, text: String)] {
    var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return try lines.enumerated().map { place, bytes in
        guard let line = String(validating: bytes, as: UTF8.self) else {
            throw InputError(
                at: "\(path):\(place + 1)", expected: "text in UTF-8", found: "other bytes",
                remedy: "Convert the file to UTF-8.")
        }
        return (place + 1, line)
    }
}

/// The bytes of a file, plain, `.gz` or `.zst`, with line feeds between its lines.
func wholeText(_ path: String) throws -> [UInt8] {
    var reader = try LineReader(path: path)
    var text: [UInt8] = []
    while let line = try reader.next() {
        text += line.bytes
        if !line.isContinued { text.append(0x0a) }
    }
    return text
}

/// A text without white space at its ends.
func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
}
