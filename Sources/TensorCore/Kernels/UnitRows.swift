// Rows of length 1, of which products are cosines.

/// Rows per slab.
private let rowSlab = 32

/// Lengths count as at least this, as in PyTorch's `normalize`.
private let shortest = 1e-12

/// y[i] = x / max(‖x‖, 1e-12) for x the first numbers of row `indices[i]`.
///
/// - Parameters:
///   - x: `[any, at least columns]`.
///   - indices: `[rows]`, each a row of x.
///   - y: `[rows, columns]`; x itself where `indices` are all of its rows in order.
public func unitRows(
    of x: Matrix<Float>, at indices: [Int32], into y: Matrix<Float>, parallel: Parallel
) {
    checkUnitRows(x, indices, y)
    let columns = y.columns
    parallel.forEachSlab(of: rowSlab, in: y.rows) { rows in
        for row in rows {
            let x = x.base + Int(indices[row]) * x.columns
            let y = y.base + row * columns
            let norm = length(of: x, count: columns)
            for column in 0..<columns { y[column] = Float(Double(x[column]) / norm) }
        }
    }
}

/// dx[indices[i]] += (dy − ŷ (ŷ · dy)) / ‖x‖, the gradient of `unitRows`, in the first numbers of
/// the rows, which come once each.
///
/// - Parameters:
///   - dy: `[rows, columns]`.
///   - y: ŷ, `[rows, columns]`.
///   - x: `[any, at least columns]`.
///   - indices: `[rows]`, each a row of x.
///   - dx: of the shape of x.
public func unitRowsBackward(
    _ dy: Matrix<Float>, units y: Matrix<Float>, of x: Matrix<Float>, at indices: [Int32],
    addingTo dx: Matrix<Float>, parallel: Parallel
) {
    checkUnitRows(x, indices, y)
    precondition(
        dy.hasShape(of: y) && dx.hasShape(of: x),
        "unitRowsBackward: dy \(dy.shape), y \(y.shape), x \(x.shape), dx \(dx.shape)")
    let columns = y.columns
    parallel.forEachSlab(of: rowSlab, in: y.rows) { rows in
        for row in rows {
            let place = Int(indices[row]) * x.columns
            let norm = length(of: x.base + place, count: columns)
            let (y, dy) = (y.base + row * columns, dy.base + row * columns)
            let dx = dx.base + place
            var along = 0.0
            for column in 0..<columns { along += Double(y[column]) * Double(dy[column]) }
            for column in 0..<columns {
                dx[column] += Float((Double(dy[column]) - Double(y[column]) * along) / norm)
            }
        }
    }
}

private func length(of x: UnsafeMutablePointer<Float>, count: Int) -> Double {
    var squares = 0.0
    for column in 0..<count { squares += Double(x[column]) * Double(x[column]) }
    return max(squares.squareRoot(), shortest)
}

private func checkUnitRows(_ x: Matrix<Float>, _ indices: [Int32], _ y: Matrix<Float>) {
    precondition(
        y.rows == indices.count && y.columns <= x.columns,
        "unitRows: \(indices.count) rows of \(x.shape) as \(y.shape)")
    precondition(
        indices.allSatisfy { 0 <= $0 && Int($0) < x.rows }, "unitRows: a row that x has not")
}
