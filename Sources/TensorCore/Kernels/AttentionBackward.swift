import CNumerics

/// The gradient of `attention`. The probabilities P = e^(score - log-sum-exp) are computed again:
/// dV = Pᵀ dO, dP = dO Vᵀ, dS = P · (dP - rowsum(dO · O)) / √d, dQ = dS K, dK = dSᵀ Q; dQ and dK
/// are turned back.
///
/// - Parameters:
///   - dOutput: `[tokens, hidden]`.
///   - output: what `attention` computed.
///   - logSumExp: what `attention` computed.
///   - dqkv: `[tokens, 3 * hidden]`, overwritten.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func attentionBackward<Element: Activation>(
    _ dOutput: Matrix<Element>, qkv: Matrix<Element>, rotary: RotaryTable,
    output: Matrix<Element>, logSumExp: Matrix<Float>,
    cumulativeSequenceLengths starts: [Int32], headCount: Int, window: Int?,
    into dqkv: Matrix<Element>, parallel: Parallel
) {
    checkAttention(
        "attentionBackward", qkv: qkv, rotary: rotary, output: output, logSumExp: logSumExp,
        starts: starts, headCount: headCount)
    precondition(
        dOutput.hasShape(of: output) && dqkv.hasShape(of: qkv),
        "attentionBackward: dOutput \(dOutput.shape), dqkv \(dqkv.shape)")
    let hidden = output.columns
    let size = hidden / headCount
    parallel.forEach(in: (starts.count - 1) * headCount) { index in
        let (sequence, head) = (index / headCount, index % headCount)
        let row = Int(starts[sequence])
        func part(_ matrix: Matrix<Element>, _ offset: Int = 0) -> HeadColumns<Element> {
            HeadColumns(matrix, row: row, column: offset + head * size, size: size)
        }
        let blocks = AttentionBlocks(
            length: Int(starts[sequence + 1]) - row, window: window, outerLimit: keyBlock,
            innerLimit: queryBlock)
        let gradients = AttentionGradients(
            blocks: blocks, rotary: rotary, q: part(qkv), k: part(qkv, hidden),
            v: part(qkv, 2 * hidden), o: part(output), dO: part(dOutput), dq: part(dqkv),
            dk: part(dqkv, hidden), dv: part(dqkv, 2 * hidden),
            logSumExp: Block(logSumExp, row: row, column: head))
        gradients.compute(pool: parallel.scratch)
    }
}

/// Keys per block of the backward pass.
private let keyBlock = 256
/// Queries per block.
private let queryBlock = 128

/// The backward pass of one head of one sequence. Scores are products of a block of keys with a
/// block of queries, keys as rows: of the five products only dQ = (dSᵀ)ᵀ K has to transpose its
/// large operand, which libraries are slower at, and log-sum-exps lie along the rows.
private struct AttentionGradients<Element: Activation> {
    let blocks: AttentionBlocks
    let rotary: RotaryTable
    let q, k, v, o, dO, dq, dk, dv: HeadColumns<Element>
    let logSumExp: Block<Float>

    @inline(__always)
    func compute(pool: BufferPool) {
        let size = q.size
        let (length, padded) = (blocks.length, blocks.paddedLength)
        let tokens = 0..<length
        let scale = logarithmOfE / squareRoot(Float(size))
        let qPanel = Matrix<Element>(rows: padded, columns: size, from: pool)
        let dOPanel = Matrix<Element>(rows: padded, columns: size, from: pool)
        let dqPanel = Matrix<Float>(rows: padded, columns: size, from: pool)
        let statistics = Matrix<Float>(rows: 2, columns: padded, from: pool)
        let (shifts, rowSums) = (statistics.base, statistics.base + padded)
        q.copy(tokens, turnedBy: rotary, to: qPanel.base)
        dO.copy(tokens, to: dOPanel.base)
        qPanel.clear(fromRow: length)
        dOPanel.clear(fromRow: length)
        dqPanel.clear(fromRow: 0)
        prepareStatistics(shifts: shifts, rowSums: rowSums)

        let outer = blocks.outerBlocks(of: tokens)
        let rows = outer.size
        let columns = min(queryBlock, padded)
        let kPanel = Matrix<Element>(rows: rows, columns: size, from: pool)
        let vPanel = Matrix<Element>(rows: rows, columns: size, from: pool)
        let dkPanel = Matrix<Float>(rows: rows, columns: size, from: pool)
        let dvPanel = Matrix<Float>(rows: rows, columns: size, from: pool)
        let scores = Matrix<Float>(rows: rows, columns: columns, from: pool)
        let dP = Matrix<Float>(rows: rows, columns: columns, from: pool)
        let p = Matrix<Element>(rows: rows, columns: columns, from: pool)
        let dS = Matrix<Element>(rows: rows, columns: columns, from: pool)
        for keys in outer {
            let real = keys.clamped(to: tokens)
            k.copy(real, turnedBy: rotary, to: kPanel.base)
            v.copy(real, to: vPanel.base)
            kPanel.clear(fromRow: real.count)
            vPanel.clear(fromRow: real.count)
            var isFirst = true
            for queries in blocks.innerBlocks(of: keys) {
                let stride = queries.count
                multiplyBlocks(
                    Block(kPanel), Block(qPanel, row: queries.lowerBound, transposed: true),
                    to: Block(scores.base, stride: stride), rows: keys.count,
                    columns: queries.count, inner: size, adding: false)
                multiplyBlocks(
                    Block(vPanel), Block(dOPanel, row: queries.lowerBound, transposed: true),
                    to: Block(dP.base, stride: stride), rows: keys.count,
                    columns: queries.count, inner: size, adding: false)
                let isWhole = blocks.isWhole(keys, queries)
                for row in 0..<real.count {
                    let scores = scores.base + row * stride
                    if !isWhole {
                        let visible = blocks.visible(to: keys.lowerBound + row, in: queries)
                        hide(outside: visible, of: scores, count: stride)
                    }
                    differentiate(
                        scores: scores, dP: dP.base + row * stride,
                        shifts: shifts + queries.lowerBound,
                        rowSums: rowSums + queries.lowerBound, scale: scale, count: stride,
                        intoP: p.base + row * stride, dS: dS.base + row * stride)
                }
                let paddedCount = (keys.count - real.count) * stride
                (p.base + real.count * stride).update(
                    repeating: Element(rounding: 0), count: paddedCount)
                (dS.base + real.count * stride).update(
                    repeating: Element(rounding: 0), count: paddedCount)
                multiplyBlocks(
                    Block(p.base, stride: stride), Block(dOPanel, row: queries.lowerBound),
                    to: Block(dvPanel), rows: keys.count, columns: size, inner: queries.count,
                    adding: !isFirst)
                multiplyBlocks(
                    Block(dS.base, stride: stride), Block(qPanel, row: queries.lowerBound),
                    to: Block(dkPanel), rows: keys.count, columns: size, inner: queries.count,
                    adding: !isFirst)
                multiplyBlocks(
                    Block(dS.base, stride: stride, transposed: true), Block(kPanel),
                    to: Block(dqPanel, row: queries.lowerBound), rows: queries.count,
                    columns: size, inner: keys.count, adding: true)
                isFirst = false
            }
            dk.store(
                dkPanel.base, times: scale / logarithmOfE, turnedBackBy: rotary, to: real)
            dv.store(dvPanel.base, to: real)
        }
        dq.store(dqPanel.base, times: scale / logarithmOfE, turnedBackBy: rotary, to: tokens)
    }

    /// Of each query: its log-sum-exp in powers of two, and rowsum(dO · O); 0 for padding.
    @inline(__always)
    private func prepareStatistics(
        shifts: UnsafeMutablePointer<Float>, rowSums: UnsafeMutablePointer<Float>
    ) {
        for token in 0..<blocks.length {
            let o = o.base + token * o.stride
            let dO = dO.base + token * dO.stride
            var sum: Float = 0
            for k in 0..<q.size {
                sum = relaxedProductSum(o[k].widened, dO[k].widened, sum)
            }
            rowSums[token] = sum
            shifts[token] = logSumExp.base[token * logSumExp.stride] * logarithmOfE
        }
        for token in blocks.length..<blocks.paddedLength {
            rowSums[token] = 0
            shifts[token] = 0
        }
    }
}
