import Diagnostics
import Formats
import Reporting

/// What quotation marks in a table mean.
public enum TableQuoting: Sendable, Equatable {
    /// Nothing: tabs part the columns, and every line is a row, as in the tasks of GLUE and XTREME.
    case plain
    /// A field in quotation marks may hold separators, line ends and, doubled, quotation marks
    /// (RFC 4180); commas part the columns.
    case csv
    /// The same, where tabs part the columns.
    case quotedTabs
}

/// The rows of a table, with the lines in which they begin.
struct TableRows {
    /// A row and the number of its line, from 1.
    struct Row {
        /// The line.
        let number: Int
        /// Its columns.
        let fields: [String]
    }

    /// The file.
    let path: String
    private let quoting: TableQuoting
    /// Where plain rows come from.
    private var lines: TextLines?
    /// Where rows with quotation marks come from.
    private var quoted: DelimitedReader?
    private var returned: Row?

    /// The rows of the file at `path`.
    init(path: String, quoting: TableQuoting = .plain) throws {
        (self.path, self.quoting) = (path, quoting)
        guard quoting != .plain else {
            lines = try TextLines(path: path)
            return
        }
        quoted = try TextLines.explaining(path) {
            try DelimitedReader(
                path: path, comma: UInt8(ascii: quoting == .csv ? "," : "\t"),
                largestRow: TextLines.longestLine)
        }
    }

    /// Where a row is.
    func location(_ row: Row) -> String { location(row.number) }

    private func location(_ number: Int) -> String { "\(path):\(number)" }

    /// The next row, nil after the last; blank lines are counted, and rows whose quotation marks
    /// are wrong as far as `rules` let them pass.
    mutating func next(
        counting counts: inout ReadingCounts, rules: ReadingRules
    ) throws -> Row? {
        if let row = returned {
            returned = nil
            return row
        }
        while let line = try lines?.next() {
            guard line.text.isBlank else {
                return Row(number: line.number, fields: Self.fields(line.text))
            }
            counts.passOver(.blank)
        }
        while let row = try TextLines.explaining(path, { try quoted?.next() }) {
            guard !row.isBlank else {
                counts.passOver(.blank)
                continue
            }
            do {
                return try checked(row)
            } catch let error as InputError {
                try rules.passOver(error, in: &counts)
            }
        }
        return nil
    }

    /// A row whose fields are text.
    private func checked(_ row: DelimitedReader.Row) throws -> Row {
        if let problem = row.problem {
            throw InputError(
                at: location(row.line),
                expected: problem == .quotes
                    ? "quotation marks in pairs"
                    : "rows of at most "
                        + binaryBytes(TextLines.longestLine),
                found: problem == .quotes ? "one alone" : "a longer one",
                remedy: "Double the quotation marks inside a field, or read the table as plain.")
        }
        let fields = try row.fields.map { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw TextLines.notUTF8(at: location(row.line))
            }
            return text
        }
        return Row(number: row.line, fields: fields)
    }

    /// Makes `row`, which came last, the next one.
    mutating func unread(_ row: Row) { returned = row }

    /// The columns of a line.
    static func fields(_ line: String) -> [String] {
        line.utf8.split(separator: 0x09, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }

    /// The error of a row that has not `width` columns.
    func unequal(_ row: Row, width: Int, as whose: String) -> InputError {
        let quotes = quoting == .plain && row.fields.contains { $0.hasPrefix("\"") }
        return InputError(
            at: location(row), expected: "\(counted(width, "column")), as \(whose)",
            found: counted(row.fields.count, "column"),
            remedy: quotes
                ? "Quotation marks do not protect tabs and line ends here: write them as spaces."
                : quoting == .csv
                    ? "Put texts with commas into quotation marks."
                    : "Part the columns by single tabs, and write none inside a text.")
    }
}
