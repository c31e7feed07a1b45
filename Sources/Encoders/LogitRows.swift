/// The logits of a sequence: a row for each token that its head reads, or one.
package struct LogitRows: Sendable, Equatable, RandomAccessCollection {
    /// Outputs of the head.
    package let columns: Int
    /// The logits row after row: `[rows * columns]`.
    package let values: [Float]

    /// The logits of whole rows of `columns` outputs.
    package init(columns: Int, values: [Float]) {
        precondition(
            columns > 0 && values.count % columns == 0,
            "LogitRows: \(values.count) logits in rows of \(columns)")
        (self.columns, self.values) = (columns, values)
    }

    /// The logits of rows that are equally long.
    package init(_ rows: [[Float]]) {
        self.init(columns: rows.first?.count ?? 1, values: rows.flatMap(\.self))
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { values.count / columns }

    /// The logits of a row.
    package subscript(row: Int) -> ArraySlice<Float> {
        values[row * columns..<(row + 1) * columns]
    }

    /// One logit.
    package subscript(row: Int, column: Int) -> Float { values[row * columns + column] }
}
