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
public func maskedCrossEntropy<Element: Activation>(
    _ x: Matrix<Element>, decoder w: Matrix<Element>, bias: Matrix<Float>, labels: [Int32],
    into rowLosses: Matrix<Float>, parallel: Parallel
) {
    guard let x = x as? Matrix<Float>, let w = w as? Matrix<Float>
    else { preconditionFailure("maskedCrossEntropy: \(Element.precision)") }
    checkDecoder(
        "maskedCrossEntropy", x, decoder: w, bias: bias, labels: labels, rowLosses: rowLosses)
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
            rowLosses.base[row] = statistics.logSumExp(ofRow: row) - rowLosses.base[row]
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
    labels: [Int32], rowLosses: Matrix<Float>
) {
    precondition(
        x.columns == w.columns && bias.count == w.rows,
        "\(operation): x \(x.shape), decoder \(w.shape), bias \(bias.shape)")
    precondition(
        labels.count == x.rows && rowLosses.count == x.rows,
        "\(operation): \(labels.count) labels, losses \(rowLosses.shape), x \(x.shape)")
    for label in labels {
        precondition(
            label >= 0 && Int(label) < w.rows, "\(operation): label \(label) of \(w.rows)")
    }
}
