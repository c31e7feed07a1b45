import CNumerics
import Glibc

/// The softmax over a vocabulary, tile by tile: what each tile leaves behind of each row.
struct TileStatistics: Sendable {
    /// Vocabulary entries per tile.
    private let tile: Int
    /// The largest logit of each tile and row: `[tiles, rows]`.
    let maxima: Matrix<Float>
    /// Σ e^(logit - largest logit) of each tile and row: `[tiles, rows]`.
    private let sums: Matrix<Float>

    init(rows: Int, vocabulary: Int, tile: Int, from pool: BufferPool) {
        self.tile = tile
        let tiles = (vocabulary + tile - 1) / tile
        maxima = Matrix(rows: tiles, columns: rows, from: pool)
        sums = Matrix(rows: tiles, columns: rows, from: pool)
    }

    /// Adds the bias to a row's logits of one tile, turns them into e^(logit - largest logit) and
    /// keeps their maximum and sum; the label's logit, if it is in the tile, goes to its place.
    func visit(
        _ row: Int, _ entries: Range<Int>, logits: UnsafeMutablePointer<Float>,
        bias: Matrix<Float>, label: Int32, labelLogits: UnsafeMutablePointer<Float>
    ) {
        let bias = bias.base + entries.lowerBound
        for j in 0..<entries.count {
            logits[j] += bias[j]
        }
        if entries.contains(Int(label)) {
            labelLogits[row] = logits[Int(label) - entries.lowerBound]
        }
        let largest = maximum(of: logits, count: entries.count)
        let place = entries.lowerBound / tile * maxima.columns + row
        maxima.base[place] = largest
        sums.base[place] = exponentiate(logits, count: entries.count, shift: largest)
    }

    /// log Σ e^logit over all tiles, in rising order.
    func logSumExp(ofRow row: Int) -> Float {
        let rows = maxima.columns
        var largest = -Float.infinity
        for tile in 0..<maxima.rows {
            largest = larger(largest, maxima.base[tile * rows + row])
        }
        var sum = 0.0
        for tile in 0..<maxima.rows {
            let place = tile * rows + row
            sum += Double(sums.base[place] * exponential(maxima.base[place] - largest))
        }
        return Float(Double(largest) + log(sum))
    }
}
