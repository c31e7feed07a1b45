import Foundation

// Losses of few columns: what heads for classification, tagging and answering are trained with.
// Each gives the loss of every row or segment in nats and, where asked, `scale` · its gradient.

/// Rows per slab.
private let rowSlab = 32

/// −log softmax(x)[label] of every row; dx = scale (softmax(x) − e), with the unit row e of the
/// label.
///
/// - Parameters:
///   - x: `[rows, classes]`.
///   - labels: `[rows]`, each below the number of classes; negative where a row is not scored.
///   - losses: `[rows, 1]`; 0 where a row is not scored, and so is its gradient.
///   - dx: `[rows, classes]`; nil if no gradient is wanted.
public func softmaxCrossEntropy(
    _ x: Matrix<Float>, labels: [Int32], scale: Float, into losses: Matrix<Float>,
    gradient dx: Matrix<Float>?, parallel: Parallel
) {
    let classes = x.columns
    precondition(
        labels.count == x.rows && losses.count == x.rows && dx?.hasShape(of: x) ?? true,
        "softmaxCrossEntropy: x \(x.shape), \(labels.count) labels, losses \(losses.shape)")
    precondition(
        labels.allSatisfy { Int($0) < classes },
        "softmaxCrossEntropy: a label of \(classes) or more")
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let x = x.base + row * classes
            let label = Int(labels[row])
            let isIgnored = labels[row] < 0
            let sum = logSumExp(x, count: isIgnored ? 0 : classes, stride: 1)
            losses.base[row] = isIgnored ? 0 : Float(sum - Double(x[label]))
            guard let dx = dx.map({ $0.base + row * classes }) else { continue }
            for j in 0..<classes {
                let share = isIgnored ? 0 : exp(Double(x[j]) - sum) - (j == label ? 1 : 0)
                dx[j] = scale * Float(share)
            }
        }
    }
}

/// The mean over columns of the cross entropy of sigmoid(x) with targets t, each 0 or 1: several
/// labels may hold at once; dx = scale (sigmoid(x) − t) / columns.
///
/// - Parameters:
///   - x: `[rows, columns]`.
///   - targets: t, `[rows, columns]`.
///   - losses: `[rows, 1]`.
///   - dx: `[rows, columns]`; nil if no gradient is wanted.
public func sigmoidCrossEntropy(
    _ x: Matrix<Float>, targets: Matrix<Float>, scale: Float, into losses: Matrix<Float>,
    gradient dx: Matrix<Float>?, parallel: Parallel
) {
    let columns = x.columns
    precondition(
        targets.hasShape(of: x) && losses.count == x.rows && dx?.hasShape(of: x) ?? true,
        "sigmoidCrossEntropy: x \(x.shape), targets \(targets.shape), losses \(losses.shape)")
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let (x, t) = (x.base + row * columns, targets.base + row * columns)
            let dx = dx.map { $0.base + row * columns }
            var loss = 0.0
            for j in 0..<columns {
                let (x, t) = (Double(x[j]), Double(t[j]))
                loss += max(x, 0) - x * t + log1p(exp(-abs(x)))
                dx?[j] = scale * Float((1 / (1 + exp(-x)) - t) / Double(columns))
            }
            losses.base[row] = Float(loss / Double(columns))
        }
    }
}

/// (x − t)² of every row with the target t; dx = 2 scale (x − t).
///
/// - Parameters:
///   - x: `[rows, 1]`.
///   - targets: t, `[rows]`.
///   - losses: `[rows, 1]`.
///   - dx: `[rows, 1]`; nil if no gradient is wanted.
public func squaredError(
    _ x: Matrix<Float>, targets: [Float], scale: Float, into losses: Matrix<Float>,
    gradient dx: Matrix<Float>?
) {
    precondition(
        x.columns == 1 && targets.count == x.rows && losses.count == x.rows
            && dx?.hasShape(of: x) ?? true,
        "squaredError: x \(x.shape), \(targets.count) targets, losses \(losses.shape)")
    for row in 0..<x.rows {
        let difference = x.base[row] - targets[row]
        losses.base[row] = difference * difference
        dx?.base[row] = 2 * scale * difference
    }
}

/// −log softmax(x[segment, column])[target] of every segment of rows, within one column: which row
/// of a sequence an answer begins at, or which of several choices is right. In that column, dx =
/// scale (softmax − e), with the unit entry e of the target.
///
/// - Parameters:
///   - x: `[rows, columns]`.
///   - column: the column that is read.
///   - starts: `[segments + 1]`, rising from 0 to the number of rows.
///   - targets: `[segments]`, each a row of its segment counted from the segment's first;
///     negative where a segment is not scored.
///   - losses: `[segments, 1]`; 0 where a segment is not scored, and so is its gradient.
///   - dx: `[rows, columns]`, of which the column is overwritten; nil if no gradient is wanted.
public func segmentCrossEntropy(
    _ x: Matrix<Float>, column: Int, cumulativeLengths starts: [Int32], targets: [Int32],
    scale: Float, into losses: Matrix<Float>, gradient dx: Matrix<Float>?, parallel: Parallel
) {
    let columns = x.columns
    precondition(
        0..<columns ~= column && starts.first == 0 && Int(starts.last ?? -1) == x.rows
            && targets.count + 1 == starts.count && losses.count == targets.count
            && dx?.hasShape(of: x) ?? true,
        """
        segmentCrossEntropy: column \(column) of \(x.shape), \(starts.count) bounds, \
        \(targets.count) targets, losses \(losses.shape)
        """)
    parallel.forEachSlab(of: rowSlab, in: targets.count) { segments in
        for segment in segments {
            let rows = Int(starts[segment])..<Int(starts[segment + 1])
            let isIgnored = targets[segment] < 0
            let target = rows.lowerBound + Int(targets[segment])
            precondition(
                isIgnored || rows.contains(target),
                "segmentCrossEntropy: target \(targets[segment]) of \(rows.count) rows")
            let x = x.base + column
            let first = x + rows.lowerBound * columns
            let sum = logSumExp(first, count: isIgnored ? 0 : rows.count, stride: columns)
            losses.base[segment] = isIgnored ? 0 : Float(sum - Double(x[target * columns]))
            guard let dx = dx.map({ $0.base + column }) else { continue }
            for row in rows {
                let share = exp(Double(x[row * columns]) - sum) - (row == target ? 1 : 0)
                dx[row * columns] = isIgnored ? 0 : scale * Float(share)
            }
        }
    }
}

/// log Σ eˣ of `count` numbers that stand `stride` apart, in double precision.
private func logSumExp(
    _ x: UnsafeMutablePointer<Float>, count: Int, stride: Int
) -> Double {
    var largest = -Double.infinity
    for j in 0..<count { largest = max(largest, Double(x[j * stride])) }
    var sum = 0.0
    for j in 0..<count { sum += exp(Double(x[j * stride]) - largest) }
    return largest + log(sum)
}
