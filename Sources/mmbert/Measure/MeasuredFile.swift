import Diagnostics
import LabelledText

/// What a line of references or predictions holds under a name.
enum MeasuredField {
    /// A column of a table, or a line.
    case text(String)
    /// A member of a JSON object, not null.
    case json(JSONValue)

    /// A string, or a number or truth value as it is written; nil for a list or an object.
    var text: String? {
        switch self {
        case .text(let text): text
        case .json(let value): value.scalarText
        }
    }

    /// A number that is finite, also in quotation marks.
    var number: Double? { text.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil } }

    /// The elements of a list, nil for anything else.
    var elements: [JSONValue]? {
        get throws {
            guard case .json(let value) = self, value.isArray else { return nil }
            return try value.elements()
        }
    }

    /// The members of an object, nil for anything else.
    var members: [(name: String, value: JSONValue)]? {
        get throws {
            guard case .json(let value) = self, value.isObject else { return nil }
            return try value.members()
        }
    }

    /// What it is, for messages.
    var shown: String {
        switch self {
        case .text(let text): "“\(text.prefix(40))”"
        case .json(let value): value.scalarText.map { "“\($0.prefix(40))”" } ?? value.kind
        }
    }
}

/// A line of references or predictions.
struct MeasuredLine {
    /// File and line, for messages.
    let location: String
    /// What the line holds, by name: members of a JSON object or columns of a table. A line that is
    /// only a text has it under "".
    fileprivate let fields: [String: MeasuredField]

    /// The row of JSON.
    init(_ row: JSONRows.Row) {
        self.init(location: row.location, fields: row.fields.mapValues { .json($0) })
    }

    fileprivate init(location: String, fields: [String: MeasuredField]) {
        (self.location, self.fields) = (location, fields)
    }

    /// The first field of these names that is there and not null.
    func field(_ names: String...) -> MeasuredField? { field(names) }

    /// The first field of these names that is there and not null.
    func field(_ names: [String]) -> MeasuredField? {
        names.lazy.compactMap { fields[$0] }.first
    }

    /// What the example is called, if it is.
    var id: String? { field("id", "_id", "idx", "index")?.text }

    /// An error of this line.
    func error(expected: String, found: MeasuredField?, remedy: String) -> InputError {
        error(expected: expected, found: found?.shown ?? "nothing", remedy: remedy)
    }

    /// An error of this line.
    func error(expected: String, found: String, remedy: String) -> InputError {
        InputError(at: location, expected: expected, found: found, remedy: remedy)
    }
}

/// A file of references or predictions: JSON lines or a list of objects, a table with a line of
/// headings and tabs, or a text for each line; plain, `.gz` or `.zst`.
struct MeasuredFile {
    /// The file's name, for messages.
    let path: String
    /// Its lines; of JSON and tables those that are not blank.
    private(set) var lines: [MeasuredLine] = []

    init(_ path: String) throws {
        self.path = path
        // Blank lines at the front are texts too, where lines are texts.
        var text = try TextLines(path: path, longest: TextLines.largestText)
        var front: [TextLines.Line] = []
        while front.last?.text.isBlank ?? true, let line = try text.next() { front.append(line) }
        if let first = front.last, Self.isJSON(first.text) {
            text.unread(first)
            try readJSON(text)
        } else {
            for line in front.reversed() { text.unread(line) }
            try readText(text)
        }
        guard !lines.isEmpty else {
            throw InputError(
                at: path, expected: "a line for each example", found: "none",
                remedy: "Check the path.")
        }
    }

    /// Whether a file whose first line that is not blank is this one holds JSON: an object or a
    /// list of objects.
    static func isJSON(_ line: String) -> Bool {
        let start = line.trimmed.filter { !$0.isWhitespace }.prefix(2)
        return start.first == "{" || start == "[{" || start == "["
    }

    private mutating func readJSON(_ text: TextLines) throws {
        var rows = try JSONRows(text, object: .row)
        var counts = ReadingCounts()
        while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
            lines.append(MeasuredLine(row))
        }
    }

    private mutating func readText(_ text: TextLines) throws {
        var text = text
        var headings: [String]?
        if let first = try text.next() {
            headings = Self.headings(first.text)
            if headings == nil { text.unread(first) }
        }
        while let line = try text.next() {
            let location = text.location(line.number)
            lines.append(
                MeasuredLine(
                    location: location, fields: try Self.columns(line.text, headings, location)))
        }
    }

    /// The columns that a first line names, if it does.
    private static func headings(_ line: String) -> [String]? {
        let names = columns(line).map { $0.lowercased() }
        let known: Set = ["id", "idx", "index", "label", "prediction", "score"]
        return names.count > 1 && names.contains(where: known.contains) ? names : nil
    }

    private static func columns(_ line: String) -> [String] {
        line.split(separator: "\t", omittingEmptySubsequences: false).map(\.trimmed)
    }

    private static func columns(
        _ line: String, _ headings: [String]?, _ location: String
    ) throws -> [String: MeasuredField] {
        guard let headings else {
            guard !line.contains("\t") else {
                throw InputError(
                    at: location, expected: "one value in a line",
                    found: "columns separated by tabs",
                    remedy: "Name the columns in the first line: index, label or score.")
            }
            return ["": .text(line.trimmed)]
        }
        let columns = columns(line)
        guard columns.count == headings.count else {
            throw InputError(
                at: location, expected: "\(headings.count) columns, as in the first line",
                found: "\(columns.count)", remedy: "Separate the columns by tabs.")
        }
        return Dictionary(
            zip(headings, columns.map { .text($0) }), uniquingKeysWith: { $1 })
    }
}
