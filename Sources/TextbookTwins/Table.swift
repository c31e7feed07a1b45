import Foundation

/// Rows × columns of double-precision numbers for the textbook twins: the same mathematics as the
/// kernels, written as it is in the papers, without regard to speed.
public struct Table: Equatable {
    /// Number of rows.
    public let rows: Int
    /// Number of columns.
    public let columns: Int
    /// Row after row.
    public var values: [Double]

    /// A table of the given values, row after row.
    public init(_ rows: Int, _ columns: Int, _ values: [Double]) {
        precondition(values.count == rows * columns)
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    /// A table whose elements are computed from row and column.
    public init(_ rows: Int, _ columns: Int, _ element: (Int, Int) -> Double) {
        self.init(
            rows, columns, (0..<rows).flatMap { i in (0..<columns).map { j in element(i, j) } })
    }

    /// A table of single-precision values.
    public init(_ rows: Int, _ columns: Int, _ values: [Float]) {
        self.init(rows, columns, values.map(Double.init))
    }

    /// One element.
    public subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// Rows as columns.
    public var transposed: Table { Table(columns, rows) { self[$1, $0] } }

    /// The part with the given rows and columns.
    public func part(rows: Range<Int>, columns: Range<Int>) -> Table {
        Table(rows.count, columns.count) { self[rows.lowerBound + $0, columns.lowerBound + $1] }
    }

    /// The matrix product.
    public static func * (a: Table, b: Table) -> Table {
        precondition(a.columns == b.rows)
        return Table(a.rows, b.columns) { i, j in
            (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] }
        }
    }

    /// The sum, element by element.
    public static func + (a: Table, b: Table) -> Table {
        Table(a.rows, a.columns, zip(a.values, b.values).map { $0 + $1 })
    }
}
