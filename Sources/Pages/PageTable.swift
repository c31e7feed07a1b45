/// A table of a page. On a narrow one whose width it does not fit, every row becomes a block in
/// which each value stands beside its heading.
package struct PageTable {
    private let name: String
    private let headings: [String]
    private let rows: [[String]]
    private let leftColumns: Int
    private let isMarkup: Bool

    /// A table.
    ///
    /// - Parameters:
    ///   - name: what it is called on its page, in letters: no other may be called so.
    ///   - headings: names of the columns.
    ///   - rows: cells, with one for each heading.
    ///   - leftColumns: columns that are flush left; the others are flush right.
    ///   - isMarkup: whether cells are markup instead of text.
    package init(
        name: String, headings: [String], rows: [[String]], leftColumns: Int = 1,
        isMarkup: Bool = false
    ) {
        (self.name, self.headings, self.rows) = (name, headings, rows)
        (self.leftColumns, self.isMarkup) = (leftColumns, isMarkup)
    }

    /// The table.
    package var html: String {
        let head = tag(
            "thead", [:], tag("tr", [:], cells("th", headings.map { escaped($0) })))
        let body = tag(
            "tbody", [:],
            rows.map { row in
                tag("tr", [:], cells("td", isMarkup ? row : row.map(Self.cell)))
            }.joined())
        guard !isNarrow else { return tag("table", [:], head + body) }
        return tag("style", [:], blockStyle)
            + tag("table", ["class": "blocks", "id": "table-\(name)"], head + body)
    }

    /// A number stays beside its unit.
    private static func cell(_ text: String) -> String {
        escaped(text).replacing(" %", with: "\u{a0}%")
    }

    /// Whether it fits the narrowest page as it is.
    private var isNarrow: Bool {
        guard !isMarkup else { return false }
        let widths = headings.indices.map { column in
            ([headings] + rows).map { $0[column].count }.max() ?? 0
        }
        return widths.reduce(0) { $0 + 8 * $1 + 16 } < 350
    }

    private func cells(_ name: String, _ contents: [String]) -> String {
        contents.enumerated().map { column, content in
            tag(name, column < leftColumns ? ["class": "left"] : [:], content)
        }.joined()
    }

    /// In a block, each value has its heading before it.
    private var blockStyle: String {
        let rules = headings.enumerated().dropFirst(min(leftColumns, 1)).map { column, heading in
            "#table-\(name) td:nth-child(\(column + 1))::before"
                + "{content:\"\(Self.quoted(heading))\"}"
        }
        return "@media(max-width:860px){\(rules.joined())}"
    }

    /// Text inside the quotes of a style sheet: everything but letters, digits and spaces by its
    /// number.
    private static func quoted(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == " "
                ? String(scalar) : "\\\(String(scalar.value, radix: 16)) "
        }.joined()
    }
}
