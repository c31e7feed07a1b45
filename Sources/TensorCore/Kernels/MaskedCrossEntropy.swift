/// The loss of each scored row: log Σ e^logit - logit of the label, with logits x wᵀ + bias.
///
/// The vocabulary is visited in tiles; rows × vocabulary is never in memory. Groups of tiles keep a
/// reference and a sum per row, which are merged in rising order.
///
/// - Parameters:
///   - x: `[rows, hidden]`, the scored rows only.
///   - w: the decoder, tied to the token embedding: `[vocabulary, hidden]`.
///   - bias: `[1, vocabulary]`.
///   - labels: `[rows]`, each in `0..<vocabulary`.
///   - rowLosses: in nats, `[rows, 1]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func maskedCrossEntropy<Element: Activation>(
    _ x: Matrix<Element>, decoder w: Matrix<Element>, bias: Matrix<Float>, labels: [Int32],
    into rowLosses: Matrix<Float>, parallel: Parallel
) {
    checkDecoder(
        "maskedCrossEntropy", x, decoder: w, bias: bias, labels: labels, rowLosses: rowLosses)
    guard x.rows > 0 else { return }
    let tiling = VocabularyTiling(vocabulary: w.rows)
    let statistics = GroupStatistics(
        groups: tiling.groups, rows: x.rows, from: parallel.scratch)
    parallel.forEachSlab(of: tiling.group, in: w.rows) { group in
        forEachLogitBlock(x, decoder: w, rows: 0..<x.rows, group, parallel) { rows, words, logits in
            let bias = bias.base + words.lowerBound
            for row in rows {
                let logits = logits + (row - rows.lowerBound) * words.count
                if words.contains(Int(labels[row])) {
                    let place = Int(labels[row]) - words.lowerBound
                    rowLosses.base[row] = logits[place] + bias[place]
                }
                statistics.visit(
                    group: group.lowerBound / tiling.group, row: row,
                    isFirst: words.lowerBound == group.lowerBound, logits: logits, bias: bias,
                    count: words.count,
                    exponentiate: {
                        sumOfExponentials(logits, plus: bias, count: words.count, shift: $0)
                    },
                    scale: { _ in })
            }
        }
    }
    parallel.forEachSlab(of: VocabularyTiling.rowSlab, in: x.rows) { rows in
        for row in rows {
            rowLosses.base[row] = statistics.logSumExp(ofRow: row) - rowLosses.base[row]
        }
    }
}

/// Calls `body` with the logits of `rows` and the words of `group`, without bias, tile by tile and
/// block of rows by block of rows: `[rows, words]`.
@inline(__always)
func forEachLogitBlock<Element: Activation>(
    _ x: Matrix<Element>, decoder w: Matrix<Element>, rows: Range<Int>, _ group: Range<Int>,
    _ parallel: Parallel,
    _ body: (_ rows: Range<Int>, _ words: Range<Int>, UnsafeMutablePointer<Float>) -> Void
) {
    let (tile, block) = (VocabularyTiling.tile, VocabularyTiling.rowBlock)
    parallel.withScratch(min(block, rows.count) * min(tile, group.count)) { logits in
        for first in stride(from: group.lowerBound, to: group.upperBound, by: tile) {
            let words = first..<min(group.upperBound, first + tile)
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
                let rows = start..<min(rows.upperBound, start + block)
                multiplyBlocks(
                    Block(x, row: start), Block(w, row: first, transposed: true),
                    to: Block(logits, stride: words.count), rows: rows.count,
                    columns: words.count, inner: x.columns, adding: false)
                body(rows, words, logits)
            }
        }
    }
}

func checkDecoder<Element: Activation>(
    _ operation: String, _ x: Matrix<Element>, decoder w: Matrix<Element>, bias: Matrix<Float>,
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
