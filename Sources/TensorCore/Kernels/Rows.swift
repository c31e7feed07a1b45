/// Rows per slab of a gather.
private let rowSlab = 64
/// Columns per slab of a scatter.
private let columnSlab = 64

/// y[i] = x[indices[i]]: the rows of an embedding table for token ids, or the scored rows of a
/// batch.
///
/// - Parameters:
///   - x: `[any, columns]`.
///   - indices: `[rows]`, each a row of x.
///   - y: `[rows, columns]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func gatherRows<Element: Activation>(
    of x: Matrix<Element>, at indices: [Int32], into y: Matrix<Element>, parallel: Parallel
) {
    precondition(
        y.rows == indices.count && y.columns == x.columns,
        "gatherRows: \(indices.count) rows of \(x.shape) into \(y.shape)")
    checkRows(indices, of: x, operation: "gatherRows")
    parallel.forEachSlab(of: rowSlab, in: indices.count) { rows in
        for row in rows {
            let source = x.base + Int(indices[row]) * x.columns
            (y.base + row * y.columns).update(from: source, count: x.columns)
        }
    }
}

/// y[i] += x[indices[i]]: the sum of rows of several tables. Its gradient is `scatterRows` of dy, as
/// that of `gatherRows`.
///
/// - Parameters:
///   - x: `[any, columns]`.
///   - indices: `[rows]`, each a row of x.
///   - y: `[rows, columns]`.
public func addRows(
    of x: Matrix<Float>, at indices: [Int32], to y: Matrix<Float>, parallel: Parallel
) {
    precondition(
        y.rows == indices.count && y.columns == x.columns,
        "addRows: \(indices.count) rows of \(x.shape) to \(y.shape)")
    checkRows(indices, of: x, operation: "addRows")
    let columns = x.columns
    parallel.forEachSlab(of: rowSlab, in: indices.count) { rows in
        for row in rows {
            let x = x.base + Int(indices[row]) * columns
            let y = y.base + row * columns
            for j in 0..<columns {
                y[j] += x[j]
            }
        }
    }
}

/// y[indices[i]] = x[i]: rows of a table put back where `gatherRows` found them.
///
/// - Parameters:
///   - y: `[any, columns]`.
///   - indices: `[rows]`, each a row of y, none twice.
///   - x: `[rows, columns]`.
public func replaceRows(
    of y: Matrix<Float>, at indices: [Int32], by x: Matrix<Float>, parallel: Parallel
) {
    precondition(
        x.rows == indices.count && y.columns == x.columns,
        "replaceRows: \(indices.count) rows of \(y.shape) by \(x.shape)")
    checkRows(indices, of: y, operation: "replaceRows")
    parallel.forEachSlab(of: rowSlab, in: indices.count) { rows in
        for row in rows {
            let target = y.base + Int(indices[row]) * y.columns
            target.update(from: x.base + row * x.columns, count: x.columns)
        }
    }
}

/// dx[indices[i]] += dy[i], the gradient of `gatherRows`. Indices may repeat: their rows are added
/// in rising order of i.
///
/// - Parameters:
///   - dy: `[rows, columns]`.
///   - indices: `[rows]`, each a row of dx.
///   - dx: `[any, columns]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func scatterRows<Element: Activation>(
    _ dy: Matrix<Element>, to indices: [Int32], addingTo dx: Matrix<Element>, parallel: Parallel
) {
    precondition(
        dy.rows == indices.count && dy.columns == dx.columns,
        "scatterRows: \(dy.shape) to \(indices.count) rows of \(dx.shape)")
    checkRows(indices, of: dx, operation: "scatterRows")
    parallel.forEachSlab(of: columnSlab, in: dy.columns) { columns in
        for row in 0..<dy.rows {
            let dy = dy.base + row * dy.columns + columns.lowerBound
            let dx = dx.base + Int(indices[row]) * dx.columns + columns.lowerBound
            for j in 0..<columns.count {
                dx[j] = Element(rounding: dx[j].widened + dy[j].widened)
            }
        }
    }
}

private func checkRows<Element: Activation>(
    _ indices: [Int32], of x: Matrix<Element>, operation: String
) {
    for index in indices {
        precondition(
            index >= 0 && Int(index) < x.rows, "\(operation): row \(index) of \(x.rows)")
    }
}
