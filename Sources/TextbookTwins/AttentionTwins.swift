import Foundation

/// The rotary embedding as complex numbers: (x_k + i x_{k + d/2}) e^{i p θ^(-2k/d)}; with
/// `direction` -1 the rotation back, which is also the gradient's.
public func twinRotary(
    _ x: Table, heads: Int, headSize: Int, base: Double, starts: [Int32], direction: Double = 1
) -> Table {
    var y = x
    for sequence in 0..<starts.count - 1 {
        for row in Int(starts[sequence])..<Int(starts[sequence + 1]) {
            let position = Double(row - Int(starts[sequence]))
            for head in 0..<heads {
                for k in 0..<headSize / 2 {
                    let a = head * headSize + k
                    let b = a + headSize / 2
                    let angle = direction * position * pow(base, -2 * Double(k) / Double(headSize))
                    y[row, a] = x[row, a] * cos(angle) - x[row, b] * sin(angle)
                    y[row, b] = x[row, b] * cos(angle) + x[row, a] * sin(angle)
                }
            }
        }
    }
    return y
}

/// Attention with all scores of a sequence at once, for each sequence and head.
public func twinAttention(
    _ qkv: Table, starts: [Int32], heads: Int, window: Int?
) -> (output: Table, logSumExp: Table) {
    let hidden = qkv.columns / 3
    let size = hidden / heads
    var output = Table(qkv.rows, hidden) { _, _ in 0 }
    var logSumExp = Table(qkv.rows, heads) { _, _ in 0 }
    for sequence in 0..<starts.count - 1 {
        let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
        for head in 0..<heads {
            let parts = (0..<3).map { part in
                let column = part * hidden + head * size
                return qkv.part(rows: rows, columns: column..<column + size)
            }
            let scores = parts[0] * parts[1].transposed
            for i in 0..<rows.count {
                let visible = (0..<rows.count).filter { abs($0 - i) <= window ?? rows.count }
                let scaled = visible.map { scores[i, $0] / Double(size).squareRoot() }
                let largest = scaled.reduce(-.infinity, max)
                let powers = scaled.map { exp($0 - largest) }
                let total = powers.reduce(0, +)
                logSumExp[rows.lowerBound + i, head] = largest + log(total)
                for c in 0..<size {
                    output[rows.lowerBound + i, head * size + c] =
                        zip(visible, powers).reduce(0) { $0 + $1.1 / total * parts[2][$1.0, c] }
                }
            }
        }
    }
    return (output, logSumExp)
}

/// The gradient of `twinAttention` with respect to qkv, by the chain rule through the softmax.
public func twinAttentionBackward(
    _ dOutput: Table, qkv: Table, starts: [Int32], heads: Int, window: Int?
) -> Table {
    let hidden = qkv.columns / 3
    let size = hidden / heads
    let scale = 1 / Double(size).squareRoot()
    var dqkv = Table(qkv.rows, qkv.columns) { _, _ in 0 }
    for sequence in 0..<starts.count - 1 {
        let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
        for head in 0..<heads {
            let columns = (0..<3).map {
                $0 * hidden + head * size..<$0 * hidden + (head + 1) * size
            }
            let (q, k, v) = (
                qkv.part(rows: rows, columns: columns[0]),
                qkv.part(rows: rows, columns: columns[1]),
                qkv.part(rows: rows, columns: columns[2])
            )
            let dO = dOutput.part(rows: rows, columns: columns[0])
            let scores = q * k.transposed
            let powers = Table(rows.count, rows.count) { i, j in
                abs(i - j) <= window ?? rows.count ? exp(scores[i, j] * scale) : 0
            }
            let totals = powers * Table(rows.count, 1) { _, _ in 1 }
            let p = Table(rows.count, rows.count) { powers[$0, $1] / totals[$0, 0] }
            let dp = dO * v.transposed
            let inner = (0..<rows.count).map { i in
                (0..<rows.count).reduce(0) { $0 + p[i, $1] * dp[i, $1] }
            }
            let ds = Table(rows.count, rows.count) { p[$0, $1] * (dp[$0, $1] - inner[$0]) * scale }
            let parts = [ds * k, ds.transposed * q, p.transposed * dO]
            for (part, gradient) in zip(columns, parts) {
                for i in 0..<rows.count {
                    for c in 0..<size {
                        dqkv[rows.lowerBound + i, part.lowerBound + c] = gradient[i, c]
                    }
                }
            }
        }
    }
    return dqkv
}
