import Diagnostics
import Reporting

/// Which column of a file with a word on each line has the tags.
package enum TagColumn: Sendable {
    /// That of the layout.
    case ofLayout
    /// The last, also where it is the only one.
    case last
    /// That of a number, from 1.
    case number(Int)
}

/// How the rows of a file with a word on each line are made.
package struct RowShape {
    /// Whether tabs part the columns, or else spaces.
    let isTabbed: Bool
    /// How many columns each row has.
    package let width: Int
    /// The place of the tag, nil without tags.
    let tag: Int?

    /// The shape of which `row` is the first.
    ///
    /// - Throws: `InputError` for a row that has not the columns of `layout`.
    init(_ row: String, layout: TagLayout, tags column: TagColumn, at location: String) throws {
        isTabbed = row.utf8.contains(0x09)
        let fields = Self.fields(row, isTabbed: isTabbed)
        width = fields.count
        guard width >= layout.fewest, layout.width == nil || layout.width == width else {
            throw InputError(
                at: location,
                expected: (layout.width == nil ? "at least " : "")
                    + counted(layout.fewest, "column") + " of \(layout.rawValue)",
                found: counted(width, "column"),
                remedy: "Name the layout that the file has: "
                    + TagLayout.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        }
        switch column {
        case .ofLayout: tag = layout.tag(width: width)
        case .last: tag = width - 1
        case .number(let number):
            guard number <= width else {
                throw InputError(
                    at: location, expected: "a tag in column \(number)",
                    found: counted(width, "column"), remedy: "Name the column that has the tags.")
            }
            tag = number - 1
        }
    }

    /// The columns of a row.
    func fields(_ row: String) -> [String] { Self.fields(row, isTabbed: isTabbed) }

    private static func fields(_ row: String, isTabbed: Bool) -> [String] {
        if isTabbed { return TableRows.fields(row) }
        return row.utf8.split(separator: 0x20).map { String(Substring($0)) }
    }
}
