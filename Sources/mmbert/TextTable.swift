import Foundation

/// Rows of text in columns, each as wide as its widest entry, two spaces apart.
struct TextTable {
    /// Where a column's entries stand.
    enum Alignment { case left, right }

    /// The columns, from the left.
    var columns: [Alignment]
    /// Entries: `[rows][columns]`.
    var rows: [[String]]

    /// The table without trailing spaces or a last line feed.
    var text: String {
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let entries = columns.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column] == .left ? row[column] + space : space + row[column]
            }
            let line = entries.joined(separator: "  ")
            let end = line.lastIndex { $0 != " " }
            return String(end.map { line[...$0] } ?? "")
        }.joined(separator: "\n")
    }
}

/// A number with so many digits after the point.
func decimal(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
}

/// A share in percent with up to one digit after the point: `30 %`, `71.5 %`.
func percent(_ share: Double) -> String {
    String(format: "%g %%", (share * 1000).rounded() / 10)
}
