import Diagnostics

/// A table in Markdown: names in the first column, to the left; numbers in the others, to the
/// right.
public struct MarkdownTable: Sendable {
    private let headings: [String]
    private var rows: [[String]]

    /// A table with these headings.
    ///
    /// - Parameters:
    ///   - headings: at least one.
    ///   - rows: the first rows, with a cell for each heading.
    public init(headings: [String], rows: [[String]] = []) {
        precondition(!headings.isEmpty, "MarkdownTable: no headings")
        self.headings = headings.map { visible($0) }
        self.rows = []
        for row in rows { add(row) }
    }

    /// Appends a row with a cell for each heading, in Markdown: names from files pass through
    /// `markdown` first.
    public mutating func add(_ cells: [String]) {
        precondition(
            cells.count == headings.count,
            "MarkdownTable.add: \(cells.count) cells for \(headings.count) headings")
        rows.append(cells.map { visible($0) })
    }

    /// The table without a last line feed.
    public var text: String {
        let rule = "|---|" + String(repeating: "---:|", count: headings.count - 1)
        return ([Self.line(headings), rule] + rows.map(Self.line)).joined(separator: "\n")
    }

    private static func line(_ cells: [String]) -> String {
        "| \(cells.joined(separator: " | ")) |"
    }
}
