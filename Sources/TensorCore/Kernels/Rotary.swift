import CNumerics
import Foundation

/// Cosines and sines of the rotary position embedding for one base (Su et al., "RoFormer", 2021).
///
/// At position p, pair k of a head's `headSize` features turns by p · base^(-2k / headSize). Angles
/// are products of single-precision numbers, as in PyTorch.
public struct RotaryTable: Sendable {
    /// The base θ of the angles' geometric series.
    public let base: Double
    /// Features of one head, even.
    public let headSize: Int
    /// Positions the table covers, from 0.
    public let positions: Int
    /// cos, `[positions, headSize / 2]`.
    let cosines: Matrix<Float>
    /// sin, `[positions, headSize / 2]`.
    let sines: Matrix<Float>

    /// The table for positions `0..<positions`.
    public init(base: Double, headSize: Int, positions: Int) {
        precondition(
            headSize > 0 && headSize % 2 == 0, "RotaryTable: head size \(headSize) must be even")
        self.base = base
        self.headSize = headSize
        self.positions = positions
        let pairs = headSize / 2
        cosines = Matrix(rows: positions, columns: pairs)
        sines = Matrix(rows: positions, columns: pairs)
        for pair in 0..<pairs {
            let power = Float(2 * pair) / Float(headSize)
            let frequency = 1 / Float(pow(base, Double(power)))
            for position in 0..<positions {
                let angle = Double(Float(position) * frequency)
                cosines[position, pair] = Float(cos(angle))
                sines[position, pair] = Float(sin(angle))
            }
        }
    }
}

/// Rows per slab.
private let rowSlab = 64

/// Rotates, in place, the first `heads` heads of every row by the row's position in its sequence.
/// In each head the halves a and b become a cos - b sin and b cos + a sin.
///
/// - Parameters:
///   - x: `[tokens, columns]`, such as `[tokens, 3 * hidden]` of queries, keys and values; columns
///     from `heads * headSize` on stay as they are.
///   - heads: how many leading heads turn: queries' and keys'.
///   - cumulativeSequenceLengths: `[sequences + 1]`; positions restart at each.
public func rotate(
    _ x: Matrix<Float>, heads: Int, by table: RotaryTable, cumulativeSequenceLengths: [Int32],
    parallel: Parallel
) {
    rotate(
        x, heads: heads, by: table, direction: 1,
        cumulativeSequenceLengths: cumulativeSequenceLengths, parallel: parallel)
}

/// Turns the gradient of `rotate`'s result, in place, into the gradient of its argument: the
/// opposite rotation.
public func rotateBackward(
    _ dx: Matrix<Float>, heads: Int, by table: RotaryTable, cumulativeSequenceLengths: [Int32],
    parallel: Parallel
) {
    rotate(
        dx, heads: heads, by: table, direction: -1,
        cumulativeSequenceLengths: cumulativeSequenceLengths, parallel: parallel)
}

private func rotate(
    _ x: Matrix<Float>, heads: Int, by table: RotaryTable, direction: Float,
    cumulativeSequenceLengths starts: [Int32], parallel: Parallel
) {
    let longest = zip(starts, starts.dropFirst()).reduce(0) { max($0, Int($1.1 - $1.0)) }
    precondition(
        longest <= table.positions, "rotate: length \(longest) for \(table.positions) positions")
    precondition(
        x.rows == Int(starts.last ?? 0) && heads * table.headSize <= x.columns,
        "rotate: \(x.shape) for \(starts.last ?? 0) tokens, \(heads) heads of \(table.headSize)")
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        var sequence = starts.firstIndex { $0 > rows.lowerBound }.map { $0 - 1 } ?? 0
        for row in rows {
            while Int(starts[sequence + 1]) <= row {
                sequence += 1
            }
            rotateRow(
                x.base + row * x.columns, heads: heads, by: table,
                position: row - Int(starts[sequence]), direction: direction)
        }
    }
}

private func rotateRow(
    _ x: UnsafeMutablePointer<Float>, heads: Int, by table: RotaryTable, position: Int,
    direction: Float
) {
    let pairs = table.headSize / 2
    let cosines = table.cosines.base + position * pairs
    let sines = table.sines.base + position * pairs
    for head in 0..<heads {
        let a = x + head * table.headSize
        let b = a + pairs
        for k in 0..<pairs {
            let first = a[k]
            let second = b[k]
            let sine = direction * sines[k]
            a[k] = multiplyAdd(first, cosines[k], -second * sine)
            b[k] = multiplyAdd(second, cosines[k], first * sine)
        }
    }
}
