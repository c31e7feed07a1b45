/// x / ‖x‖ of the first columns of rows of x, 0 where they are 0.
public func twinUnitRows(_ x: Table, at indices: [Int32], columns: Int) -> Table {
    let norms = twinNorms(x, at: indices, columns: columns)
    return Table(indices.count, columns) { i, j in
        norms[i] == 0 ? 0 : x[Int(indices[i]), j] / norms[i]
    }
}

/// The gradient of `twinUnitRows` with respect to x, by the quotient rule:
/// (dy ‖x‖² − x (x · dy)) / ‖x‖³.
public func twinUnitRowsBackward(
    _ dy: Table, of x: Table, at indices: [Int32], columns: Int
) -> Table {
    let norms = twinNorms(x, at: indices, columns: columns)
    let rows = Dictionary(uniqueKeysWithValues: zip(indices.map { Int($0) }, indices.indices))
    return Table(x.rows, x.columns) { i, j in
        guard j < columns, let row = rows[i] else { return 0 }
        let along = (0..<columns).reduce(0) { $0 + x[i, $1] * dy[row, $1] }
        let norm = norms[row]
        return (dy[row, j] * norm * norm - x[i, j] * along) / (norm * norm * norm)
    }
}

private func twinNorms(_ x: Table, at indices: [Int32], columns: Int) -> [Double] {
    indices.map { row in
        (0..<columns).reduce(0) { $0 + x[Int(row), $1] * x[Int(row), $1] }.squareRoot()
    }
}
