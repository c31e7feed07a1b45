/// A table of plain text: columns as wide as their widest cell, names to the left, numbers to the
/// right.
struct TextTable {
    private var rows: [[String]]
    private let leftColumns: Int

    /// A table with these headings, whose first `leftColumns` columns are flush left.
    init(_ headings: [String], leftColumns: Int = 1) {
        rows = [headings]
        self.leftColumns = leftColumns
    }

    mutating func add(_ cells: [String]) {
        precondition(
            cells.count == rows[0].count,
            "TextTable.add: \(cells.count) cells for \(rows[0].count) headings")
        rows.append(cells)
    }

    /// The table, each line indented by two spaces.
    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { cells in
            let line = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < leftColumns ? cell + space : space + cell
            }.joined(separator: "  ")
            return "  " + line.trimmingSuffix { $0 == " " }
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
