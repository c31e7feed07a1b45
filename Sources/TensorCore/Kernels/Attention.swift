import CNumerics
import Glibc

/// Softmax attention inside each sequence of a packed batch:
/// o = softmax(q kᵀ / √d over the visible keys) v for each head of d features.
///
/// Blocks of queries meet blocks of visible keys with a running softmax, so memory does not grow
/// with the square of the length (Dao, "FlashAttention-2", 2023).
///
/// - Parameters:
///   - qkv: `[tokens, 3 * hidden]`, the queries of all heads, then the keys, then the values.
///   - cumulativeSequenceLengths: `[sequences + 1]`, rising from 0 to the token count.
///   - headCount: number of heads; it divides hidden.
///   - window: query i sees key j where |i - j| <= window; nil for all of its sequence.
///   - output: `[tokens, hidden]`.
///   - logSumExp: log Σ e^score of each query and head, for the backward pass:
///     `[tokens, headCount]`.
public func attention<Element: Activation>(
    _ qkv: Matrix<Element>, rotary: RotaryTable, cumulativeSequenceLengths starts: [Int32],
    headCount: Int, window: Int?, into output: Matrix<Element>, logSumExp: Matrix<Float>,
    parallel: Parallel
) {
    guard let rotated = qkv as? Matrix<Float>, let output = output as? Matrix<Float> else {
        preconditionFailure("attention: \(Element.precision)")
    }
    let qkv = Matrix<Float>(rows: rotated.rows, columns: rotated.columns, from: parallel.scratch)
    convert(rotated, into: qkv, parallel: parallel)
    rotate(
        qkv, heads: 2 * headCount, by: rotary, cumulativeSequenceLengths: starts,
        parallel: parallel)
    checkAttention(
        "attention", qkv: qkv, output: output, logSumExp: logSumExp, starts: starts,
        headCount: headCount)
    let hidden = output.columns
    let size = hidden / headCount
    parallel.forEach(in: (starts.count - 1) * headCount) { index in
        let (sequence, column) = (index / headCount, index % headCount * size)
        let row = Int(starts[sequence])
        let head = AttentionHead(
            length: Int(starts[sequence + 1]) - row, size: size, window: window)
        let q = Block(qkv, row: row, column: column)
        let k = Block(qkv, row: row, column: hidden + column)
        let v = Block(qkv, row: row, column: 2 * hidden + column)
        let o = Block(output, row: row, column: column)
        let statistics = Block(logSumExp, row: row, column: index % headCount)
        parallel.withScratch(head.scoreCount + 2 * head.queryBlock) { scratch in
            head.forEachQueryBlock { queries in
                head.attend(
                    queries, q: q, k: k, v: v, o: o, logSumExp: statistics, scratch: scratch)
            }
        }
    }
}

extension AttentionHead {
    /// The output and log-sum-exp of one block of queries.
    fileprivate func attend(
        _ queries: Range<Int>, q: Block<Float>, k: Block<Float>, v: Block<Float>, o: Block<Float>,
        logSumExp: Block<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let maxima = scratch
        let sums = scratch + queryBlock
        let scores = scratch + 2 * queryBlock
        maxima.update(repeating: -.infinity, count: queries.count)
        sums.update(repeating: 0, count: queries.count)
        let q = q.advanced(byRows: queries.lowerBound)
        let o = o.advanced(byRows: queries.lowerBound)
        var isFirst = true
        forEachKeyBlock(of: queries) { keys in
            multiplyBlocks(
                q, k.advanced(byRows: keys.lowerBound).transposed,
                to: Block(scores, stride: keys.count), rows: queries.count, columns: keys.count,
                inner: size, adding: false)
            for row in 0..<queries.count {
                let scores = scores + row * keys.count
                let visible = visible(to: queries.lowerBound + row, in: keys)
                clear(outside: visible, of: scores, count: keys.count)
                guard !visible.isEmpty else { continue }
                let seen = scores + visible.lowerBound
                for j in 0..<visible.count {
                    seen[j] *= scale
                }
                let largest = larger(maxima[row], maximum(of: seen, count: visible.count))
                let sum = exponentiate(seen, count: visible.count, shift: largest)
                if !isFirst {
                    let correction = exponential(maxima[row] - largest)
                    sums[row] *= correction
                    multiply(o.base + row * o.stride, by: correction)
                }
                sums[row] += sum
                maxima[row] = largest
            }
            multiplyBlocks(
                Block(scores, stride: keys.count), v.advanced(byRows: keys.lowerBound), to: o,
                rows: queries.count, columns: size, inner: keys.count, adding: !isFirst)
            isFirst = false
        }
        for row in 0..<queries.count {
            multiply(o.base + row * o.stride, by: 1 / sums[row])
            logSumExp.base[(queries.lowerBound + row) * logSumExp.stride] =
                maxima[row] + logf(sums[row])
        }
    }

    private func multiply(_ x: UnsafeMutablePointer<Float>, by factor: Float) {
        for j in 0..<size {
            x[j] *= factor
        }
    }
}

/// The gradient of `attention`. The probabilities P = e^(score - log-sum-exp) are computed again:
/// dV = Pᵀ dO, dP = dO Vᵀ, dS = P · (dP - rowsum(dO · O)) / √d, dQ = dS K, dK = dSᵀ Q.
///
/// - Parameters:
///   - dOutput: `[tokens, hidden]`.
///   - output: what `attention` computed.
///   - logSumExp: what `attention` computed.
///   - dqkv: `[tokens, 3 * hidden]`, overwritten.
public func attentionBackward<Element: Activation>(
    _ dOutput: Matrix<Element>, qkv: Matrix<Element>, rotary: RotaryTable,
    output: Matrix<Element>, logSumExp: Matrix<Float>,
    cumulativeSequenceLengths starts: [Int32], headCount: Int, window: Int?,
    into dqkv: Matrix<Element>, parallel: Parallel
) {
    guard let rotated = qkv as? Matrix<Float>, let output = output as? Matrix<Float>,
        let dOutput = dOutput as? Matrix<Float>, let dqkv = dqkv as? Matrix<Float>
    else {
        preconditionFailure("attention: \(Element.precision)")
    }
    let qkv = Matrix<Float>(rows: rotated.rows, columns: rotated.columns, from: parallel.scratch)
    convert(rotated, into: qkv, parallel: parallel)
    rotate(
        qkv, heads: 2 * headCount, by: rotary, cumulativeSequenceLengths: starts,
        parallel: parallel)
    defer {
        rotateBackward(
            dqkv, heads: 2 * headCount, by: rotary, cumulativeSequenceLengths: starts,
            parallel: parallel)
    }
    checkAttention(
        "attentionBackward", qkv: qkv, output: output, logSumExp: logSumExp, starts: starts,
        headCount: headCount)
    precondition(
        dOutput.hasShape(of: output) && dqkv.hasShape(of: qkv),
        "attentionBackward: dOutput \(dOutput.shape), dqkv \(dqkv.shape)")
    let hidden = output.columns
    let size = hidden / headCount
    parallel.forEach(in: (starts.count - 1) * headCount) { index in
        let (sequence, column) = (index / headCount, index % headCount * size)
        let row = Int(starts[sequence])
        let head = AttentionHead(
            length: Int(starts[sequence + 1]) - row, size: size, window: window)
        func part(_ matrix: Matrix<Float>, _ offset: Int = 0) -> Block<Float> {
            Block(matrix, row: row, column: offset + column)
        }
        let gradients = AttentionGradients(
            head: head, q: part(qkv), k: part(qkv, hidden), v: part(qkv, 2 * hidden),
            o: part(output), dO: part(dOutput), dq: part(dqkv), dk: part(dqkv, hidden),
            dv: part(dqkv, 2 * hidden),
            logSumExp: Block(logSumExp, row: row, column: index % headCount))
        parallel.withScratch(2 * head.scoreCount) { scratch in
            gradients.compute(scratch: scratch)
        }
    }
}

/// The backward pass of one head of one sequence.
private struct AttentionGradients {
    let head: AttentionHead
    let q, k, v, o, dO, dq, dk, dv, logSumExp: Block<Float>

    func compute(scratch: UnsafeMutablePointer<Float>) {
        for row in 0..<head.length {
            dk.advanced(byRows: row).base.update(repeating: 0, count: head.size)
            dv.advanced(byRows: row).base.update(repeating: 0, count: head.size)
        }
        head.forEachQueryBlock { queries in
            var isFirst = true
            head.forEachKeyBlock(of: queries) { keys in
                visit(queries, keys, isFirst: isFirst, scratch: scratch)
                isFirst = false
            }
        }
    }

    private func visit(
        _ queries: Range<Int>, _ keys: Range<Int>, isFirst: Bool,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (rows, columns, size) = (queries.count, keys.count, head.size)
        let p = Block(scratch, stride: columns)
        let dp = Block(scratch + head.scoreCount, stride: columns)
        let q = q.advanced(byRows: queries.lowerBound)
        let k = k.advanced(byRows: keys.lowerBound)
        let v = v.advanced(byRows: keys.lowerBound)
        let dO = dO.advanced(byRows: queries.lowerBound)
        multiplyBlocks(
            q, k.transposed, to: p, rows: rows, columns: columns, inner: size,
            adding: false)
        multiplyBlocks(
            dO, v.transposed, to: dp, rows: rows, columns: columns, inner: size, adding: false)
        for row in 0..<rows {
            differentiateRow(row, queries, keys, p: p, dp: dp)
        }
        multiplyBlocks(
            p.transposed, dO, to: dv.advanced(byRows: keys.lowerBound), rows: columns,
            columns: size, inner: rows, adding: true)
        multiplyBlocks(
            dp, k, to: dq.advanced(byRows: queries.lowerBound), rows: rows, columns: size,
            inner: columns, adding: !isFirst)
        multiplyBlocks(
            dp.transposed, q, to: dk.advanced(byRows: keys.lowerBound), rows: columns,
            columns: size, inner: rows, adding: true)
    }

    /// Turns a row of scores into probabilities and of dP into dS.
    private func differentiateRow(
        _ row: Int, _ queries: Range<Int>, _ keys: Range<Int>, p: Block<Float>, dp: Block<Float>
    ) {
        let query = queries.lowerBound + row
        let visible = head.visible(to: query, in: keys)
        let p = p.advanced(byRows: row).base
        let ds = dp.advanced(byRows: row).base
        clear(outside: visible, of: p, count: keys.count)
        clear(outside: visible, of: ds, count: keys.count)
        let o = o.advanced(byRows: query).base
        let dO = dO.advanced(byRows: query).base
        var rowSum: Float = 0
        for j in 0..<head.size {
            rowSum = relaxedProductSum(o[j], dO[j], rowSum)
        }
        let shift = logSumExp.base[query * logSumExp.stride]
        let scale = head.scale
        let seenP = p + visible.lowerBound
        let seenS = ds + visible.lowerBound
        for j in 0..<visible.count {
            let probability = exponential(seenP[j] * scale - shift)
            seenP[j] = probability
            seenS[j] = probability * (seenS[j] - rowSum) * scale
        }
    }
}

private func checkAttention(
    _ operation: String, qkv: Matrix<Float>, output: Matrix<Float>, logSumExp: Matrix<Float>,
    starts: [Int32], headCount: Int
) {
    precondition(
        headCount > 0 && output.columns % headCount == 0,
        "\(operation): \(headCount) heads in \(output.columns) columns")
    precondition(
        qkv.rows == output.rows && qkv.columns == 3 * output.columns
            && Int(starts.last ?? 0) == qkv.rows && starts.first == 0,
        "\(operation): qkv \(qkv.shape), output \(output.shape), \(starts.last ?? 0) tokens")
    precondition(
        logSumExp.rows == qkv.rows && logSumExp.columns == headCount,
        "\(operation): log-sum-exp \(logSumExp.shape) for \(qkv.rows) tokens, \(headCount) heads")
}
