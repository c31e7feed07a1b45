/// Rows per slab of a bias.
private let rowSlab = 64
/// Columns per slab of a sum over rows.
private let columnSlab = 256

/// y = x + bias, the bias added to every row. Its gradient is `sumRows` of dy.
///
/// - Parameters:
///   - bias: `[1, columns]`.
///   - x: `[rows, columns]`.
///   - y: `[rows, columns]`; may be `x`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func addRow<Element: Activation>(
    _ bias: Matrix<Float>, to x: Matrix<Element>, into y: Matrix<Element>, parallel: Parallel
) {
    precondition(
        bias.count == x.columns && x.hasShape(of: y),
        "addRow: row \(bias.shape), x \(x.shape) into \(y.shape)")
    let columns = x.columns
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        let bias = bias.base
        for row in rows {
            let x = x.base + row * columns
            let y = y.base + row * columns
            for j in 0..<columns {
                y[j] = Element(rounding: x[j].widened + bias[j])
            }
        }
    }
}

/// sums += Σ over rows of x, row by row in rising order.
///
/// - Parameters:
///   - x: `[rows, columns]`.
///   - sums: `[1, columns]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func sumRows<Element: Activation>(
    of x: Matrix<Element>, addingTo sums: Matrix<Float>, parallel: Parallel
) {
    precondition(x.columns == sums.count, "sumRows: x \(x.shape), sums \(sums.shape)")
    parallel.forEachSlab(of: columnSlab, in: x.columns) { columns in
        let sums = sums.base + columns.lowerBound
        for row in 0..<x.rows {
            let x = x.base + row * x.columns + columns.lowerBound
            for j in 0..<columns.count {
                sums[j] += x[j].widened
            }
        }
    }
}
