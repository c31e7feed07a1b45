import CNumerics

/// Vocabulary entries per tile.
private let vocabularyTile = 512
/// Rows per slab where partial sums over the vocabulary meet.
private let rowSlab = 16

/// The losses of `maskedCrossEntropy` and the gradient of `scale` · Σ losses at once, so that the
/// logits are computed once. With the logits' gradient G = scale · (softmax - one-hot label):
/// dx = G w, dw += Gᵀ x, dBias += Σ over rows of G.
///
/// Rows are taken in chunks so small that the logits of a chunk fit into 256 MB; a chunk's logits
/// become its logits' gradient in place (Hsu et al., "Liger Kernel", 2024).
///
/// - Parameters:
///   - x: `[rows, hidden]`, the scored rows only.
///   - w: the decoder, tied to the token embedding: `[vocabulary, hidden]`.
///   - bias: `[1, vocabulary]`.
///   - labels: `[rows]`, each in `0..<vocabulary`.
///   - scale: what the sum of losses is multiplied with.
///   - rowLosses: in nats, not scaled, `[rows, 1]`.
///   - dx: the shape of x, overwritten.
///   - dw: the shape of w, added to.
///   - dBias: the shape of the bias, added to.
public func maskedCrossEntropyWithGradients<Element: Activation>(
    _ x: Matrix<Element>, decoder w: Matrix<Element>, bias: Matrix<Float>, labels: [Int32],
    scale: Float, into rowLosses: Matrix<Float>, gradient dx: Matrix<Element>,
    addingToDecoder dw: Matrix<Float>, addingToBias dBias: Matrix<Float>, parallel: Parallel
) {
    guard let x = x as? Matrix<Float>, let w = w as? Matrix<Float>, let dx = dx as? Matrix<Float>
    else { preconditionFailure("maskedCrossEntropyWithGradients: \(Element.precision)") }
    checkDecoder(
        "maskedCrossEntropyWithGradients", x, decoder: w, bias: bias, labels: labels,
        rowLosses: rowLosses)
    precondition(
        dx.hasShape(of: x) && dw.hasShape(of: w) && dBias.count == bias.count,
        "maskedCrossEntropyWithGradients: dx \(dx.shape), dw \(dw.shape), dBias \(dBias.shape)")
    guard x.rows > 0 else { return }
    let pass = DecoderPass(
        x: x, w: w, bias: bias, labels: labels, scale: scale, rowLosses: rowLosses, dx: dx,
        dw: dw, dBias: dBias, parallel: parallel)
    for start in stride(from: 0, to: x.rows, by: pass.chunk) {
        let rows = start..<min(x.rows, start + pass.chunk)
        pass.exponentiateLogits(of: rows)
        pass.computeLosses(of: rows)
        pass.differentiate(rows)
        pass.sumPartials(of: rows)
    }
}

/// The arguments of `maskedCrossEntropyWithGradients` and its scratch memory.
private struct DecoderPass: Sendable {
    let x, w, bias: Matrix<Float>
    let labels: [Int32]
    let scale: Float
    let rowLosses, dx, dw, dBias: Matrix<Float>
    let parallel: Parallel

    /// Rows whose logits are in memory together.
    let chunk: Int
    /// Vocabulary entries whose part of dx is summed by one thread: whole tiles.
    let group: Int
    /// e^(logit - largest logit of tile and row), a tile after the other: `[tiles, chunk * tile]`.
    let exponentials: Matrix<Float>
    /// The maxima and sums of tiles and rows of the chunk.
    let statistics: TileStatistics
    /// log Σ e^logit of the chunk's rows: `[1, chunk]`.
    let logSumExp: Matrix<Float>
    /// Each group's part of the chunk's dx: `[groups, chunk * hidden]`.
    let partials: Matrix<Float>

    init(
        x: Matrix<Float>, w: Matrix<Float>, bias: Matrix<Float>, labels: [Int32], scale: Float,
        rowLosses: Matrix<Float>, dx: Matrix<Float>, dw: Matrix<Float>, dBias: Matrix<Float>,
        parallel: Parallel
    ) {
        (self.x, self.w, self.bias, self.labels, self.scale) = (x, w, bias, labels, scale)
        (self.rowLosses, self.dx, self.dw, self.dBias) = (rowLosses, dx, dw, dBias)
        self.parallel = parallel
        let tiles = (w.rows + vocabularyTile - 1) / vocabularyTile
        // Chunks of nearly equal size, at most 512 rows and 2²⁶ logits, at least 64 rows.
        let most = max(64, min(512, (1 << 26) / w.rows))
        let chunks = (x.rows + most - 1) / most
        chunk = (x.rows + chunks - 1) / chunks
        group = (tiles + 15) / 16 * vocabularyTile
        exponentials = Matrix(rows: tiles, columns: chunk * vocabularyTile, from: parallel.scratch)
        statistics = TileStatistics(
            rows: chunk, vocabulary: w.rows, tile: vocabularyTile, from: parallel.scratch)
        logSumExp = Matrix(rows: 1, columns: chunk, from: parallel.scratch)
        partials = Matrix(
            rows: (w.rows + group - 1) / group, columns: chunk * x.columns,
            from: parallel.scratch)
    }

    /// The exponentials of one tile: `[rows of the chunk, entries]`.
    private func exponentials(of entries: Range<Int>) -> Block<Float> {
        Block(
            exponentials.base + entries.lowerBound / vocabularyTile * exponentials.columns,
            stride: entries.count)
    }

    /// Fills `exponentials` and `statistics`, and `rowLosses` with the labels' logits.
    func exponentiateLogits(of rows: Range<Int>) {
        parallel.forEachSlab(of: vocabularyTile, in: w.rows) { entries in
            let block = exponentials(of: entries)
            multiplyBlocks(
                Block(x, row: rows.lowerBound),
                Block(w, row: entries.lowerBound, transposed: true), to: block,
                rows: rows.count, columns: entries.count, inner: x.columns, adding: false)
            for row in 0..<rows.count {
                statistics.visit(
                    row, entries, logits: block.advanced(byRows: row).base, bias: bias,
                    label: labels[rows.lowerBound + row],
                    labelLogits: rowLosses.base + rows.lowerBound)
            }
        }
    }

    /// Merges the tiles' statistics: log-sum-exp and losses of the rows.
    func computeLosses(of rows: Range<Int>) {
        parallel.forEachSlab(of: rowSlab, in: rows.count) { slab in
            for row in slab {
                let total = statistics.logSumExp(ofRow: row)
                logSumExp.base[row] = total
                rowLosses.base[rows.lowerBound + row] =
                    total - rowLosses.base[rows.lowerBound + row]
            }
        }
    }

    /// Turns exponentials into the logits' gradient, and that into dw, dBias and parts of dx.
    func differentiate(_ rows: Range<Int>) {
        parallel.forEachSlab(of: group, in: w.rows) { entriesOfGroup in
            let part = Block(
                partials.base + entriesOfGroup.lowerBound / group * partials.columns,
                stride: x.columns)
            for start in stride(
                from: entriesOfGroup.lowerBound, to: entriesOfGroup.upperBound, by: vocabularyTile)
            {
                let entries = start..<min(entriesOfGroup.upperBound, start + vocabularyTile)
                let g = exponentials(of: entries)
                differentiateLogits(of: rows, entries, g)
                multiplyBlocks(
                    g.transposed, Block(x, row: rows.lowerBound), to: Block(dw, row: start),
                    rows: entries.count, columns: x.columns, inner: rows.count, adding: true)
                multiplyBlocks(
                    g, Block(w, row: start), to: part, rows: rows.count, columns: x.columns,
                    inner: entries.count, adding: start > entriesOfGroup.lowerBound)
            }
        }
    }

    /// One tile: exponentials become scale · (softmax - one-hot label); dBias += its column sums.
    private func differentiateLogits(
        of rows: Range<Int>, _ entries: Range<Int>, _ block: Block<Float>
    ) {
        let tile = entries.lowerBound / vocabularyTile
        let dBias = dBias.base + entries.lowerBound
        for row in 0..<rows.count {
            let g = block.advanced(byRows: row).base
            let largest = statistics.maxima.base[tile * chunk + row]
            let factor = scale * exponential(largest - logSumExp.base[row])
            for j in 0..<entries.count {
                g[j] *= factor
            }
            let label = Int(labels[rows.lowerBound + row])
            if entries.contains(label) {
                g[label - entries.lowerBound] -= scale
            }
            for j in 0..<entries.count {
                dBias[j] += g[j]
            }
        }
    }

    /// dx = Σ of the groups' parts, in rising order.
    func sumPartials(of rows: Range<Int>) {
        parallel.forEachSlab(of: rowSlab, in: rows.count) { slab in
            let offset = slab.lowerBound * x.columns
            let count = slab.count * x.columns
            let dx = dx.base + rows.lowerBound * x.columns + offset
            dx.update(from: partials.base + offset, count: count)
            for group in 1..<max(1, partials.rows) {
                let part = partials.base + group * partials.columns + offset
                for j in 0..<count {
                    dx[j] += part[j]
                }
            }
        }
    }
}
