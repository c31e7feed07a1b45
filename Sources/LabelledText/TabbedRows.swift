import Diagnostics
import Reporting

/// The rows of a table whose columns are parted by tabs and whose quotation marks are characters
/// like others, as in the tasks of GLUE and XTREME.
struct TabbedRows {
    /// A row and the number of its line, from 1.
    struct Row {
        /// The line.
        let number: Int
        /// Its columns.
        let fields: [String]
    }

    private var lines: TextLines
    private var returned: Row?

    /// The rows of the file at `path`.
    init(path: String) throws { lines = try TextLines(path: path) }

    /// The file.
    var path: String { lines.path }

    /// Where a row is.
    func location(_ row: Row) -> String { lines.location(row.number) }

    /// The next row, nil after the last; blank lines are counted.
    mutating func next(counting counts: inout ReadingCounts) throws -> Row? {
        if let row = returned {
            returned = nil
            return row
        }
        while let line = try lines.next() {
            guard !line.text.isBlank else {
                counts.passOver(.blank)
                continue
            }
            return Row(number: line.number, fields: Self.fields(line.text))
        }
        return nil
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
        let quotes = row.fields.contains { $0.hasPrefix("\"") }
        return InputError(
            at: location(row), expected: "\(counted(width, "column")), as \(whose)",
            found: counted(row.fields.count, "column"),
            remedy: quotes
                ? "Quotation marks do not protect tabs and line ends here: write them as spaces."
                : "Part the columns by single tabs, and write none inside a text.")
    }
}
