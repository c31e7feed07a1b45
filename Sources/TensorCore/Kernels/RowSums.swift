/// Columns per slab of a sum over rows.
private let columnSlab = 256

/// sums += Σ over rows of x, row by row in rising order.
///
/// - Parameters:
///   - x: `[rows, columns]`.
///   - sums: `[1, columns]`.
public func sumRows(of x: Matrix<Float>, addingTo sums: Matrix<Float>, parallel: Parallel) {
    precondition(x.columns == sums.count, "sumRows: x \(x.shape), sums \(sums.shape)")
    parallel.forEachSlab(of: columnSlab, in: x.columns) { columns in
        let sums = sums.base + columns.lowerBound
        for row in 0..<x.rows {
            let x = x.base + row * x.columns + columns.lowerBound
            for j in 0..<columns.count {
                sums[j] += x[j]
            }
        }
    }
}
