import CNumerics
import Glibc

/// Softmax attention inside each sequence of a packed batch, queries and keys turned by their
/// positions: o = softmax(q kᵀ / √d over the visible keys) v for each head of d features.
///
/// Blocks of queries meet blocks of visible keys with a running softmax, so memory does not grow
/// with the square of the length (Dao, "FlashAttention-2", 2023).
///
/// - Parameters:
///   - qkv: `[tokens, 3 * hidden]`, the queries of all heads, then the keys, then the values.
///   - rotary: the turns of queries and keys; positions restart with each sequence.
///   - cumulativeSequenceLengths: `[sequences + 1]`, rising from 0 to the token count.
///   - headCount: number of heads; it divides hidden.
///   - window: query i sees key j where |i - j| <= window; nil for all of its sequence.
///   - output: `[tokens, hidden]`.
///   - logSumExp: log Σ e^score of each query and head, for the backward pass:
///     `[tokens, headCount]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func attention<Element: Activation>(
    _ qkv: Matrix<Element>, rotary: RotaryTable, cumulativeSequenceLengths starts: [Int32],
    headCount: Int, window: Int?, into output: Matrix<Element>, logSumExp: Matrix<Float>,
    parallel: Parallel
) {
    checkAttention(
        "attention", qkv: qkv, rotary: rotary, output: output, logSumExp: logSumExp,
        starts: starts, headCount: headCount)
    let hidden = output.columns
    let size = hidden / headCount
    let chunks = queryChunks(of: starts)
    parallel.forEach(in: chunks.count * headCount) { index in
        let chunk = chunks[index / headCount]
        let head = index % headCount
        func part(_ matrix: Matrix<Element>, _ offset: Int = 0) -> HeadColumns<Element> {
            HeadColumns(matrix, row: chunk.row, column: offset + head * size, size: size)
        }
        let blocks = AttentionBlocks(
            length: chunk.length, window: window, outerLimit: queryBlock, innerLimit: keyBlock)
        attend(
            chunk.queries, blocks, rotary: rotary, q: part(qkv), k: part(qkv, hidden),
            v: part(qkv, 2 * hidden), o: part(output),
            logSumExp: Block(logSumExp, row: chunk.row, column: head), pool: parallel.scratch)
    }
}

/// Queries per block of the forward pass.
private let queryBlock = 128
/// Keys per block: scores and probabilities of a block stay in the second-level cache.
private let keyBlock = 512
/// Queries per unit of parallel work: enough that turning the keys again for each is little.
private let queryChunk = 2048

/// A unit of parallel work of the forward pass.
private struct QueryChunk {
    /// The first row of the sequence.
    let row: Int
    /// Tokens of the sequence.
    let length: Int
    /// Which of them ask.
    let queries: Range<Int>
}

private func queryChunks(of starts: [Int32]) -> [QueryChunk] {
    zip(starts, starts.dropFirst()).flatMap { start, end in
        let length = Int(end - start)
        return stride(from: 0, to: length, by: queryChunk).map {
            QueryChunk(
                row: Int(start), length: length, queries: $0..<min(length, $0 + queryChunk))
        }
    }
}

/// Outputs and log-sum-exps of some queries of one head and sequence.
@inline(__always)
private func attend<Element: Activation>(
    _ queries: Range<Int>, _ blocks: AttentionBlocks, rotary: RotaryTable,
    q: HeadColumns<Element>, k: HeadColumns<Element>, v: HeadColumns<Element>,
    o: HeadColumns<Element>, logSumExp: Block<Float>, pool: BufferPool
) {
    let size = q.size
    let scale = logarithmOfE / squareRoot(Float(size))
    let outer = blocks.outerBlocks(of: queries)
    let rows = outer.size
    // Keys that any of the queries sees, and their values.
    let seen = blocks.seen(by: queries)
    let kPanel = Matrix<Element>(rows: seen.count, columns: size, from: pool)
    let vPanel = Matrix<Element>(rows: seen.count, columns: size, from: pool)
    let real = seen.clamped(to: 0..<blocks.length)
    k.copy(real, turnedBy: rotary, to: kPanel.base)
    v.copy(real, to: vPanel.base)
    kPanel.clear(fromRow: real.count)
    vPanel.clear(fromRow: real.count)
    let columns = min(keyBlock, seen.count)
    let qPanel = Matrix<Element>(rows: rows, columns: size, from: pool)
    let scores = Matrix<Float>(rows: rows, columns: columns, from: pool)
    let powers = Matrix<Element>(rows: rows, columns: columns, from: pool)
    let sums = Matrix<Float>(rows: rows, columns: size, from: pool)
    let state = Matrix<Float>(rows: 2, columns: rows, from: pool)
    let (maxima, totals) = (state.base, state.base + rows)
    for outer in outer {
        let real = outer.clamped(to: 0..<blocks.length)
        q.copy(real, turnedBy: rotary, to: qPanel.base)
        qPanel.clear(fromRow: real.count)
        maxima.update(repeating: -.infinity, count: rows)
        totals.update(repeating: 0, count: rows)
        var isFirst = true
        for inner in blocks.innerBlocks(of: outer) {
            let first = inner.lowerBound - seen.lowerBound
            multiplyBlocks(
                Block(qPanel), Block(kPanel, row: first, transposed: true),
                to: Block(scores.base, stride: inner.count), rows: outer.count,
                columns: inner.count, inner: size, adding: false)
            let isWhole = blocks.isWhole(outer, inner)
            for row in 0..<real.count {
                let scores = scores.base + row * inner.count
                let powers = powers.base + row * inner.count
                if !isWhole {
                    let visible = blocks.visible(to: outer.lowerBound + row, in: inner)
                    guard !visible.isEmpty else {
                        powers.update(repeating: Element(rounding: 0), count: inner.count)
                        continue
                    }
                    hide(outside: visible, of: scores, count: inner.count)
                }
                let before = maxima[row]
                let largest = larger(before, maximum(of: scores, count: inner.count))
                let total = raise(
                    scores, count: inner.count, largest: largest, scale: scale, into: powers)
                if !isFirst && largest > before {
                    let correction = powerOfTwo((before - largest) * scale)
                    totals[row] *= correction
                    multiply(sums.base + row * size, by: correction, count: size)
                }
                totals[row] += total
                maxima[row] = largest
            }
            (powers.base + real.count * inner.count).update(
                repeating: Element(rounding: 0), count: (outer.count - real.count) * inner.count)
            multiplyBlocks(
                Block(powers.base, stride: inner.count), Block(vPanel, row: first),
                to: Block(sums), rows: outer.count, columns: size, inner: inner.count,
                adding: !isFirst)
            isFirst = false
        }
        for row in 0..<real.count {
            multiply(sums.base + row * size, by: 1 / totals[row], count: size)
            logSumExp.base[(outer.lowerBound + row) * logSumExp.stride] =
                maxima[row] * scale / logarithmOfE + logf(totals[row])
        }
        o.store(sums.base, to: real)
    }
}

private func multiply(_ x: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
    for j in 0..<count {
        x[j] *= factor
    }
}

extension Matrix where Element: Activation {
    /// Sets the rows from `row` on to zero.
    func clear(fromRow row: Int) {
        (base + row * columns).update(
            repeating: Element(rounding: 0), count: (rows - row) * columns)
    }
}

func checkAttention<Element: Activation>(
    _ operation: String, qkv: Matrix<Element>, rotary: RotaryTable, output: Matrix<Element>,
    logSumExp: Matrix<Float>, starts: [Int32], headCount: Int
) {
    precondition(
        headCount > 0 && output.columns == headCount * rotary.headSize,
        "\(operation): \(headCount) heads of \(rotary.headSize) in \(output.columns) columns")
    precondition(
        qkv.rows == output.rows && qkv.columns == 3 * output.columns
            && Int(starts.last ?? 0) == qkv.rows && starts.first == 0,
        "\(operation): qkv \(qkv.shape), output \(output.shape), \(starts.last ?? 0) tokens")
    precondition(
        logSumExp.rows == qkv.rows && logSumExp.columns == headCount,
        "\(operation): log-sum-exp \(logSumExp.shape) for \(qkv.rows) tokens, \(headCount) heads")
    let longest = zip(starts, starts.dropFirst()).reduce(0) { max($0, Int($1.1 - $1.0)) }
    precondition(
        longest <= rotary.positions,
        "\(operation): length \(longest) for \(rotary.positions) positions")
}
