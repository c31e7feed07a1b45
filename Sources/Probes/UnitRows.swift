import TensorCore

/// Divides every row of `x` by its Euclidean length, which counts as at least 1e-12, as PyTorch's
/// `normalize`: then inner products are cosines.
public func normalizeRows(of x: Matrix<Float>, parallel: Parallel) {
    unitRows(of: x, at: (0..<x.rows).map { Int32($0) }, into: x, parallel: parallel)
}

extension Matrix where Element == Float {
    /// The vectors as rows, all of one length: `[vectors, width]`.
    public init(vectors: [[Float]]) {
        let width = vectors.first?.count ?? 0
        self.init(rows: vectors.count, columns: width, elements: vectors.flatMap(\.self))
    }

    /// A copy of the rows in `range`.
    public func copy(of range: Range<Int>) -> Matrix<Float> {
        precondition(range.clamped(to: 0..<rows) == range, "Matrix: rows \(range) of \(rows)")
        let copied = withElements { elements in
            var numbers: [Float] = []
            numbers.reserveCapacity(range.count * columns)
            for place in range.lowerBound * columns..<range.upperBound * columns {
                numbers.append(elements[place])
            }
            return numbers
        }
        return Matrix(rows: range.count, columns: columns, elements: copied)
    }
}
