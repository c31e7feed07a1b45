import CNumerics

/// The arguments of `maskedCrossEntropyWithGradients` and its scratch memory.
struct DecoderPass<Element: Activation>: Sendable {
    let x, w: Matrix<Element>
    let bias: Matrix<Float>
    let labels: [Int32]
    let scale: Float
    let rowLosses: Matrix<Float>
    let dx: Matrix<Element>
    let dw, dBias: Matrix<Float>
    let parallel: Parallel

    private let tiling: VocabularyTiling
    /// Rows whose exponentials are in memory together.
    let chunk: Int
    /// e^(logit - reference), 0 for labels, tile after tile: `[tiles, capacity * tile]`, where the
    /// capacity is at least the rows of a chunk.
    private let exponentials: Matrix<Element>
    /// The references and sums of groups and rows of the chunk.
    private let statistics: GroupStatistics
    /// log Σ e^logit of the chunk's rows: `[1, chunk]`.
    private let logSumExp: Matrix<Float>
    /// scale · (softmax - 1) at the labels of the chunk's rows: `[1, chunk]`.
    private let labelGradients: Matrix<Float>
    /// Each group's `exponentials` · w: `[groups, capacity * hidden]`.
    private let partials: Matrix<Float>

    init(
        x: Matrix<Element>, w: Matrix<Element>, bias: Matrix<Float>, labels: [Int32], scale: Float,
        rowLosses: Matrix<Float>, dx: Matrix<Element>, dw: Matrix<Float>, dBias: Matrix<Float>,
        parallel: Parallel
    ) {
        (self.x, self.w, self.bias, self.labels, self.scale) = (x, w, bias, labels, scale)
        (self.rowLosses, self.dx, self.dw, self.dBias) = (rowLosses, dx, dw, dBias)
        self.parallel = parallel
        let (pool, tile) = (parallel.scratch, VocabularyTiling.tile)
        tiling = VocabularyTiling(vocabulary: w.rows)
        chunk = VocabularyTiling.chunk(
            rows: x.rows, vocabulary: w.rows, elementByteCount: MemoryLayout<Element>.stride)
        let capacity = VocabularyTiling.chunkCapacity(
            chunk, vocabulary: w.rows, elementByteCount: MemoryLayout<Element>.stride)
        exponentials = Matrix(
            rows: (w.rows + tile - 1) / tile, columns: capacity * tile, from: pool)
        statistics = GroupStatistics(groups: tiling.groups, rows: chunk, from: pool)
        logSumExp = Matrix(rows: 1, columns: chunk, from: pool)
        labelGradients = Matrix(rows: 1, columns: chunk, from: pool)
        partials = Matrix(rows: tiling.groups, columns: capacity * x.columns, from: pool)
    }

    /// The exponentials of one tile: `[rows of the chunk, words]`.
    private func exponentials(of words: Range<Int>) -> Block<Element> {
        Block(
            exponentials.base + words.lowerBound / VocabularyTiling.tile * exponentials.columns,
            stride: words.count)
    }

    /// One group's part of dx: `[rows of the chunk, hidden]`.
    private func partial(ofGroup group: Int) -> Block<Float> {
        Block(partials.base + group * partials.columns, stride: x.columns)
    }

    /// Fills `exponentials`, `statistics` and `partials`, and `rowLosses` with the labels' logits.
    func exponentiateLogits(of rows: Range<Int>) {
        parallel.forEachSlab(of: tiling.group, in: w.rows) { group in
            let partial = partial(ofGroup: group.lowerBound / tiling.group)
            forEachLogitBlock(x, decoder: w, rows: rows, group, parallel) { block, words, logits in
                let first = block.lowerBound - rows.lowerBound
                let powers = exponentials(of: words).advanced(byRows: first)
                for row in block {
                    exponentiate(
                        row, of: rows, words, group,
                        logits: logits + (row - block.lowerBound) * words.count)
                }
                multiplyBlocks(
                    powers, Block(w, row: words.lowerBound), to: partial.advanced(byRows: first),
                    rows: block.count, columns: x.columns, inner: words.count,
                    adding: words.lowerBound > group.lowerBound)
            }
        }
    }

    /// One row of one tile.
    @inline(__always)
    private func exponentiate(
        _ row: Int, of rows: Range<Int>, _ words: Range<Int>, _ group: Range<Int>,
        logits: UnsafeMutablePointer<Float>
    ) {
        let bias = bias.base + words.lowerBound
        let place = row - rows.lowerBound
        let powers = exponentials(of: words).advanced(byRows: place).base
        let groupIndex = group.lowerBound / tiling.group
        statistics.visit(
            group: groupIndex, row: place, isFirst: words.lowerBound == group.lowerBound,
            logits: logits, bias: bias, count: words.count,
            exponentiate: {
                TensorCore.exponentiate(
                    logits, plus: bias, count: words.count, shift: $0, into: powers)
            },
            scale: { factor in
                scaleRow(place, in: group.lowerBound..<words.lowerBound, by: factor)
            })
        let label = Int(labels[row])
        if words.contains(label) {
            let column = label - words.lowerBound
            rowLosses.base[row] = logits[column] + bias[column]
            powers[column] = Element(rounding: 0)
        }
    }

    /// Multiplies a row's exponentials of some tiles of a group, and its part of dx.
    private func scaleRow(_ row: Int, in words: Range<Int>, by factor: Float) {
        let partial = partial(ofGroup: words.lowerBound / tiling.group).advanced(byRows: row).base
        for j in 0..<x.columns {
            partial[j] *= factor
        }
        for start in stride(
            from: words.lowerBound, to: words.upperBound, by: VocabularyTiling.tile)
        {
            let tile = start..<start + VocabularyTiling.tile
            let powers = exponentials(of: tile).advanced(byRows: row).base
            for j in 0..<tile.count {
                powers[j] = Element(rounding: powers[j].widened * factor)
            }
        }
    }

    /// Merges the groups' statistics: log-sum-exp, losses and label gradients of the rows.
    func computeLosses(of rows: Range<Int>) {
        parallel.forEachSlab(of: VocabularyTiling.rowSlab, in: rows.count) { slab in
            for row in slab {
                let total = statistics.logSumExp(ofRow: row)
                let loss = total - rowLosses.base[rows.lowerBound + row]
                logSumExp.base[row] = total
                rowLosses.base[rows.lowerBound + row] = loss
                labelGradients.base[row] = scale * (exponential(-loss) - 1)
            }
        }
    }

    /// dw and dBias. A group's factors multiply the rows of x, so that exponentials are used as
    /// they are.
    func differentiateDecoder(for rows: Range<Int>, adding: Bool) {
        parallel.forEachSlab(of: tiling.group, in: w.rows) { group in
            let scaled = Matrix<Element>(
                rows: rows.count, columns: x.columns, from: parallel.scratch)
            parallel.withScratch(rows.count) { factors in
                let groupIndex = group.lowerBound / tiling.group
                for row in 0..<rows.count {
                    let factor =
                        scale
                        * statistics.factor(
                            group: groupIndex, row: row, shift: logSumExp.base[row])
                    factors[row] = factor
                    let x = x.base + (rows.lowerBound + row) * x.columns
                    let y = scaled.base + row * scaled.columns
                    for j in 0..<scaled.columns {
                        y[j] = Element(rounding: factor * x[j].widened)
                    }
                }
                for start in stride(
                    from: group.lowerBound, to: group.upperBound, by: VocabularyTiling.tile)
                {
                    let words = start..<min(group.upperBound, start + VocabularyTiling.tile)
                    let powers = exponentials(of: words)
                    sumBias(of: words, powers, factors, rows: rows.count)
                    multiplyBlocks(
                        powers.transposed, Block(scaled), to: Block(dw, row: start),
                        rows: words.count, columns: x.columns, inner: rows.count, adding: adding)
                    differentiateLabels(of: rows, words)
                }
            }
        }
    }

    /// dBias of one tile, without the labels' shares: row by row in rising order.
    @inline(__always)
    private func sumBias(
        of words: Range<Int>, _ powers: Block<Element>, _ factors: UnsafePointer<Float>, rows: Int
    ) {
        let dBias = dBias.base + words.lowerBound
        for row in 0..<rows {
            let powers = powers.advanced(byRows: row).base
            let factor = factors[row]
            for j in 0..<words.count {
                dBias[j] = multiplyAdd(factor, powers[j].widened, dBias[j])
            }
        }
    }

    /// The shares of those labels in dw and dBias that are in one tile.
    @inline(__always)
    private func differentiateLabels(of rows: Range<Int>, _ words: Range<Int>) {
        for row in rows where words.contains(Int(labels[row])) {
            let gradient = labelGradients.base[row - rows.lowerBound]
            let x = x.base + row * x.columns
            let dw = dw.base + Int(labels[row]) * dw.columns
            dBias.base[Int(labels[row])] += gradient
            for j in 0..<self.x.columns {
                dw[j] = multiplyAdd(gradient, x[j].widened, dw[j])
            }
        }
    }

    /// dx = Σ over groups, in rising order, of factor · part, and the label's share.
    func sumPartials(of rows: Range<Int>) {
        let columns = x.columns
        parallel.forEachSlab(of: VocabularyTiling.rowSlab, in: rows.count) { slab in
            parallel.withScratch(columns) { sums in
                for row in slab {
                    let label = Int(labels[rows.lowerBound + row])
                    let w = w.base + label * columns
                    for j in 0..<columns {
                        sums[j] = labelGradients.base[row] * w[j].widened
                    }
                    for group in 0..<statistics.groups {
                        let part = partial(ofGroup: group).advanced(byRows: row).base
                        let factor =
                            scale
                            * statistics.factor(
                                group: group, row: row, shift: logSumExp.base[row])
                        for j in 0..<columns {
                            sums[j] = multiplyAdd(factor, part[j], sums[j])
                        }
                    }
                    let dx = dx.base + (rows.lowerBound + row) * columns
                    for j in 0..<columns {
                        dx[j] = Element(rounding: sums[j])
                    }
                }
            }
        }
    }
}
