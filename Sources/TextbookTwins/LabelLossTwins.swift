import Foundation

/// −log softmax(x)[label] of every row, and the gradient of scale · Σ losses with respect to x.
///
/// - Parameter labels: a class for each row; a negative one means that the row is not scored.
public func twinSoftmaxCrossEntropy(
    _ x: Table, labels: [Int32], scale: Double
) -> (losses: [Double], dx: Table) {
    let totals = (0..<x.rows).map { i in
        (0..<x.columns).reduce(0) { $0 + exp(x[i, $1]) }
    }
    let losses = (0..<x.rows).map { i in
        labels[i] < 0 ? 0 : log(totals[i]) - x[i, Int(labels[i])]
    }
    let dx = Table(x.rows, x.columns) { i, j in
        guard labels[i] >= 0 else { return 0 }
        return scale * (exp(x[i, j]) / totals[i] - (j == Int(labels[i]) ? 1 : 0))
    }
    return (losses, dx)
}

/// The mean of −t log σ(x) − (1 − t) log(1 − σ(x)) over every row, and the gradient of
/// scale · Σ losses with respect to x.
public func twinSigmoidCrossEntropy(
    _ x: Table, targets t: Table, scale: Double
) -> (losses: [Double], dx: Table) {
    let p = Table(x.rows, x.columns) { 1 / (1 + exp(-x[$0, $1])) }
    let losses = (0..<x.rows).map { i in
        (0..<x.columns).reduce(0) {
            $0 - t[i, $1] * log(p[i, $1]) - (1 - t[i, $1]) * log(1 - p[i, $1])
        } / Double(x.columns)
    }
    let dx = Table(x.rows, x.columns) { scale * (p[$0, $1] - t[$0, $1]) / Double(x.columns) }
    return (losses, dx)
}

/// (x − t)² of every number, and the gradient of scale · Σ losses with respect to x.
public func twinSquaredError(
    _ x: [Double], targets t: [Double], scale: Double
) -> (losses: [Double], dx: [Double]) {
    (zip(x, t).map { ($0 - $1) * ($0 - $1) }, zip(x, t).map { 2 * scale * ($0 - $1) })
}

/// −log softmax(x[segment, column])[target] of every segment of rows, and the gradient of
/// scale · Σ losses with respect to x, which is 0 outside the column.
///
/// - Parameter targets: a row of each segment, counted from its first; a negative one means that
///   the segment is not scored.
public func twinSegmentCrossEntropy(
    _ x: Table, column: Int, starts: [Int32], targets: [Int32], scale: Double
) -> (losses: [Double], dx: Table) {
    var losses: [Double] = []
    var dx = Table(x.rows, x.columns) { _, _ in 0 }
    for (segment, target) in targets.enumerated() {
        let rows = Int(starts[segment])..<Int(starts[segment + 1])
        let line = Table(1, rows.count) { x[rows.lowerBound + $1, column] }
        let twin = twinSoftmaxCrossEntropy(line, labels: [target], scale: scale)
        losses += twin.losses
        for row in rows { dx[row, column] = twin.dx[0, row - rows.lowerBound] }
    }
    return (losses, dx)
}

/// The mean of the rows of each sequence.
public func twinMeanOfSequences(_ x: Table, starts: [Int32]) -> Table {
    Table(starts.count - 1, x.columns) { sequence, column in
        let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
        return rows.reduce(0) { $0 + x[$1, column] } / Double(rows.count)
    }
}

/// The gradient of `twinMeanOfSequences` for x: each row gets its share of its sequence's.
public func twinMeanOfSequencesBackward(_ dy: Table, starts: [Int32]) -> Table {
    let owners = (0..<dy.rows).flatMap { sequence in
        repeatElement(sequence, count: Int(starts[sequence + 1] - starts[sequence]))
    }
    return Table(owners.count, dy.columns) { row, column in
        let sequence = owners[row]
        return dy[sequence, column] / Double(starts[sequence + 1] - starts[sequence])
    }
}
