import CNumerics

/// Vocabulary entries per tile.
private let vocabularyTile = 512
/// Rows whose logits of one tile are in the cache together.
private let rowBlock = 256
/// Rows per slab where the vocabulary is summed over.
private let rowSlab = 64

/// The loss of each scored row: log Σ e^logit - logit of the label, with logits x wᵀ + bias.
///
/// The vocabulary is visited in tiles; rows × vocabulary is never in memory. Each tile leaves a
/// maximum and a sum per row, which are merged in rising order.
///
/// - Parameters:
///   - x: `[rows, hidden]`, the scored rows only.
///   - w: the decoder, tied to the token embedding: `[vocabulary, hidden]`.
///   - bias: `[1, vocabulary]`.
///   - labels: `[rows]`, each in `0..<vocabulary`.
///   - rowLosses: in nats, `[rows, 1]`.
///   - logSumExp: for the backward pass, `[rows, 1]`.
public func maskedCrossEntropy(
    _ x: Matrix<Float>, decoder w: Matrix<Float>, bias: Matrix<Float>, labels: [Int32],
    into rowLosses: Matrix<Float>, logSumExp: Matrix<Float>, parallel: Parallel
) {
    checkDecoder(
        "maskedCrossEntropy", x, decoder: w, bias: bias, labels: labels, logSumExp: logSumExp)
    precondition(
        rowLosses.count == x.rows, "maskedCrossEntropy: losses \(rowLosses.shape), x \(x.shape)")
    guard x.rows > 0 else { return }
    let statistics = TileStatistics(
        rows: x.rows, vocabulary: w.rows, tile: vocabularyTile, from: parallel.scratch)
    parallel.forEachSlab(of: vocabularyTile, in: w.rows) { entries in
        forEachLogitBlock(x, decoder: w, entries: entries, parallel: parallel) { rows, logits in
            for row in rows {
                statistics.visit(
                    row, entries, logits: logits + (row - rows.lowerBound) * entries.count,
                    bias: bias, label: labels[row], labelLogits: rowLosses.base)
            }
        }
    }
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let total = statistics.logSumExp(ofRow: row)
            logSumExp.base[row] = total
            rowLosses.base[row] = total - rowLosses.base[row]
        }
    }
}

/// The gradient of `scale` · Σ `maskedCrossEntropy`. With the logits' gradient
/// G = scale · (softmax - one-hot label), computed again tile by tile:
/// dx = G w, dw += Gᵀ x, dbias += Σ over rows of G.
///
/// Parameters as for `maskedCrossEntropy`; `dx` is overwritten, `dw` and `dBias` accumulate, and
/// each row of `dw` is read and written once.
public func maskedCrossEntropyBackward(
    _ x: Matrix<Float>, decoder w: Matrix<Float>, bias: Matrix<Float>, labels: [Int32],
    logSumExp: Matrix<Float>, scale: Float, into dx: Matrix<Float>,
    addingToDecoder dw: Matrix<Float>, addingToBias dBias: Matrix<Float>, parallel: Parallel
) {
    checkDecoder(
        "maskedCrossEntropyBackward", x, decoder: w, bias: bias, labels: labels,
        logSumExp: logSumExp)
    precondition(
        dx.hasShape(of: x) && dw.hasShape(of: w) && dBias.count == bias.count,
        "maskedCrossEntropyBackward: dx \(dx.shape), dw \(dw.shape), dBias \(dBias.shape)")
    guard x.rows > 0 else { return }
    let span = backwardSpan(rows: x.rows, vocabulary: w.rows)
    let gradients = Matrix<Float>(rows: x.rows, columns: span, from: parallel.scratch)
    for first in stride(from: 0, to: w.rows, by: span) {
        let count = min(span, w.rows - first)
        // Each tile of the span: its logits' gradient, and with it its part of dw and dBias.
        parallel.forEachSlab(of: vocabularyTile, in: count) { tile in
            let entries = first + tile.lowerBound..<first + tile.upperBound
            let g = Block(gradients, column: tile.lowerBound)
            differentiateLogits(
                x, decoder: w, bias: bias, labels: labels, logSumExp: logSumExp, scale: scale,
                entries: entries, to: g, dBias: dBias.base + entries.lowerBound)
            multiplyBlocks(
                g.transposed, Block(x), to: Block(dw, row: entries.lowerBound),
                rows: entries.count, columns: x.columns, inner: x.rows, adding: true)
        }
        parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
            multiplyBlocks(
                Block(gradients, row: rows.lowerBound), Block(w, row: first),
                to: Block(dx, row: rows.lowerBound), rows: rows.count, columns: x.columns,
                inner: count, adding: first > 0)
        }
    }
}

/// Vocabulary entries whose logits' gradients are in memory together: a multiple of the tile, about
/// 16 MB, a function of the shape alone.
private func backwardSpan(rows: Int, vocabulary: Int) -> Int {
    let tiles = max(2, min(16, (4 << 20) / rows / vocabularyTile))
    return min(tiles * vocabularyTile, vocabulary)
}

/// g = scale · (softmax - one-hot label) of all rows for one tile of the vocabulary.
private func differentiateLogits(
    _ x: Matrix<Float>, decoder w: Matrix<Float>, bias: Matrix<Float>, labels: [Int32],
    logSumExp: Matrix<Float>, scale: Float, entries: Range<Int>, to g: Block,
    dBias: UnsafeMutablePointer<Float>
) {
    let bias = bias.base + entries.lowerBound
    for start in stride(from: 0, to: x.rows, by: rowBlock) {
        let rows = start..<min(x.rows, start + rowBlock)
        multiplyBlocks(
            Block(x, row: start), Block(w, row: entries.lowerBound, transposed: true),
            to: g.advanced(byRows: start), rows: rows.count, columns: entries.count,
            inner: x.columns, adding: false)
        for row in rows {
            let g = g.advanced(byRows: row).base
            let shift = logSumExp.base[row]
            for j in 0..<entries.count {
                g[j] = scale * exponential(g[j] + bias[j] - shift)
            }
            if entries.contains(Int(labels[row])) {
                g[Int(labels[row]) - entries.lowerBound] -= scale
            }
            for j in 0..<entries.count {
                dBias[j] += g[j]
            }
        }
    }
}

/// Calls `body` with blocks of rows and their logits, without bias, for one tile of the vocabulary:
/// `[rows, entries]`.
private func forEachLogitBlock(
    _ x: Matrix<Float>, decoder w: Matrix<Float>, entries: Range<Int>, parallel: Parallel,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
) {
    parallel.withScratch(rowBlock * entries.count) { logits in
        for start in stride(from: 0, to: x.rows, by: rowBlock) {
            let rows = start..<min(x.rows, start + rowBlock)
            multiplyBlocks(
                Block(x, row: start), Block(w, row: entries.lowerBound, transposed: true),
                to: Block(logits, stride: entries.count), rows: rows.count,
                columns: entries.count, inner: x.columns, adding: false)
            body(rows, logits)
        }
    }
}

func checkDecoder(
    _ operation: String, _ x: Matrix<Float>, decoder w: Matrix<Float>, bias: Matrix<Float>,
    labels: [Int32], logSumExp: Matrix<Float>
) {
    precondition(
        x.columns == w.columns && bias.count == w.rows,
        "\(operation): x \(x.shape), decoder \(w.shape), bias \(bias.shape)")
    precondition(
        labels.count == x.rows && logSumExp.count == x.rows,
        "\(operation): \(labels.count) labels, log-sum-exp \(logSumExp.shape), x \(x.shape)")
    for label in labels {
        precondition(
            label >= 0 && Int(label) < w.rows, "\(operation): label \(label) of \(w.rows)")
    }
}
