import Diagnostics

/// A table of plain text: columns as wide as their widest cell, two spaces apart. Control
/// characters in cells are written as escapes.
public struct TextTable: Sendable {
    /// Where a column's cells stand.
    public enum Alignment: Sendable { case left, right }

    /// The columns, from the left.
    private let columns: [Alignment]
    /// Cells: `[rows][columns]`.
    private var rows: [[String]]

    /// A table without headings.
    ///
    /// - Parameters:
    ///   - columns: the alignment of each column.
    ///   - rows: the first rows, with a cell for each column.
    public init(columns: [Alignment], rows: [[String]] = []) {
        self.columns = columns
        self.rows = []
        for row in rows { add(row) }
    }

    /// A table with headings: names to the left, numbers to the right.
    ///
    /// - Parameters:
    ///   - headings: the first row.
    ///   - leftColumns: the number of columns that are flush left.
    public init(headings: [String], leftColumns: Int = 1) {
        self.init(
            columns: headings.indices.map { $0 < leftColumns ? .left : .right }, rows: [headings])
    }

    /// Appends a row with a cell for each column.
    public mutating func add(_ cells: [String]) {
        precondition(
            cells.count == columns.count,
            "TextTable.add: \(cells.count) cells for \(columns.count) columns")
        rows.append(cells.map { visible($0) })
    }

    /// The lines of the table, without spaces at their ends.
    ///
    /// - Parameter indentation: spaces in front of each line.
    public func lines(indentation: Int = 0) -> [String] {
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let margin = String(repeating: " ", count: indentation)
        return rows.map { row in
            let cells = columns.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column] == .left ? row[column] + space : space + row[column]
            }
            let line = margin + cells.joined(separator: "  ")
            return line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? ""
        }
    }

    /// The lines of the table as one text, without a last line feed.
    public func text(indentation: Int = 0) -> String {
        lines(indentation: indentation).joined(separator: "\n")
    }
}
