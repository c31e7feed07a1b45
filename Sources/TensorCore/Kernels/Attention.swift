import CNumerics
import Glibc

/// Softmax attention inside each sequence of a packed batch, queries and keys rotated by their
/// positions, if there is a table for it: o = softmax(q kᵀ / √d over the visible keys) v for each head of d features.
///
/// Blocks of queries meet blocks of visible keys with a running softmax, so memory does not grow
/// with the square of the length (Dao, "FlashAttention-2", 2023).
///
/// - Parameters:
///   - qkv: `[tokens, 3 * hidden]`, the queries of all heads, then the keys, then the values.
///   - rotary: the rotations of queries and keys; positions restart with each sequence. Nil for
///     none.
///   - cumulativeSequenceLengths: `[sequences + 1]`, rising from 0 to the token count.
///   - headCount: number of heads; it divides hidden.
///   - window: query i sees key j where |i - j| <= window; nil for all of its sequence.
///   - output: `[tokens, hidden]`.
///   - logSumExp: log Σ e^score of each query and head, for the backward pass:
///     `[tokens, headCount]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func attention<Element: Activation>(
    _ qkv: Matrix<Element>, rotary: RotaryTable?, cumulativeSequenceLengths starts: [Int32],
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
/// Queries per unit of parallel work: enough that rotating the keys again for each costs little.
private let queryChunk = 2048

/// A unit of parallel work of the forward pass.
private struct QueryChunk {
    /// The first row of the sequence.
    let row: Int
    /// Tokens of the sequence.
    let length: Int
    /// The tokens whose queries belong to this unit.
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
    _ queries: Range<Int>, _ blocks: AttentionBlocks, rotary: RotaryTable?,
    q: HeadColumns<Element>, k: HeadColumns<Element>, v: HeadColumns<Element>,
    o: HeadColumns<Element>, logSumExp: Block<Float>, pool: BufferPool
) {
    let size = q.size
    let tokens = 0..<blocks.length
    let outer = blocks.outerBlocks(of: queries)
    // Keys that any of the queries sees, and their values.
    let seen = blocks.seen(by: queries)
    let kPanel = Matrix<Element>(rows: seen.count, columns: size, from: pool)
    let vPanel = Matrix<Element>(rows: seen.count, columns: size, from: pool)
    k.copy(seen.clamped(to: tokens), rotatedBy: rotary, to: kPanel)
    v.copy(seen.clamped(to: tokens), to: vPanel)
    let columns = min(keyBlock, seen.count)
    let qPanel = Matrix<Element>(rows: outer.size, columns: size, from: pool)
    let scores = Matrix<Float>(rows: outer.size, columns: columns, from: pool)
    let powers = Matrix<Element>(rows: outer.size, columns: columns, from: pool)
    let softmax = RunningSoftmax(queries: outer.size, headSize: size, from: pool)
    for outer in outer {
        let real = outer.clamped(to: tokens)
        q.copy(real, rotatedBy: rotary, to: qPanel)
        softmax.restart()
        var isFirst = true
        for inner in blocks.innerBlocks(of: outer) {
            let first = inner.lowerBound - seen.lowerBound
            let scores = Block(scores.base, stride: inner.count)
            let powers = Block(powers.base, stride: inner.count)
            multiplyBlocks(
                Block(qPanel), Block(kPanel, row: first, transposed: true), to: scores,
                rows: outer.count, columns: inner.count, inner: size, adding: false)
            softmax.raise(scores, outer, inner, blocks, isFirst: isFirst, into: powers)
            multiplyBlocks(
                powers, Block(vPanel, row: first), to: Block(softmax.sums), rows: outer.count,
                columns: size, inner: inner.count, adding: !isFirst)
            isFirst = false
        }
        for row in 0..<real.count {
            logSumExp.base[(outer.lowerBound + row) * logSumExp.stride] = softmax.finish(row)
        }
        o.store(softmax.sums.base, to: real)
    }
}

/// The softmax of a block of queries over keys that arrive block by block. The sums of a query are
/// relative to the largest score it has met so far.
private struct RunningSoftmax {
    /// Σ power · value over the keys so far: `[queries, headSize]`.
    let sums: Matrix<Float>
    /// The largest score of each query, then the sum of its powers: `[2, queries]`.
    private let state: Matrix<Float>
    /// Powers are 2^(scale · score): log₂ e / √headSize.
    private let scale: Float

    init(queries: Int, headSize: Int, from pool: BufferPool) {
        sums = Matrix(rows: queries, columns: headSize, from: pool)
        state = Matrix(rows: 2, columns: queries, from: pool)
        scale = logarithmOfE / squareRoot(Float(headSize))
    }

    private var maxima: UnsafeMutablePointer<Float> { state.base }
    private var totals: UnsafeMutablePointer<Float> { state.base + state.columns }

    /// Starts anew; `sums` is left for the first block to overwrite.
    func restart() {
        maxima.update(repeating: -.infinity, count: state.columns)
        totals.update(repeating: 0, count: state.columns)
    }

    /// Turns the scores of a block of queries (`outer`) and keys (`inner`) into powers, 0 for what
    /// is hidden and for padding, and rescales `sums` where the largest score has grown.
    ///
    /// - Parameters:
    ///   - scores: `[outer, inner]`, overwritten.
    ///   - isFirst: whether `sums` is still empty.
    ///   - powers: `[outer, inner]`.
    @inline(__always)
    func raise<Element: Activation>(
        _ scores: Block<Float>, _ outer: Range<Int>, _ inner: Range<Int>,
        _ blocks: AttentionBlocks, isFirst: Bool, into powers: Block<Element>
    ) {
        let isWhole = blocks.isWhole(outer, inner)
        let real = outer.clamped(to: 0..<blocks.length).count
        for row in 0..<real {
            let scores = scores.advanced(byRows: row).base
            let powers = powers.advanced(byRows: row).base
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
            let total = TensorCore.raise(
                scores, count: inner.count, largest: largest, scale: scale, into: powers)
            if !isFirst && largest > before {
                let correction = powerOfTwo((before - largest) * scale)
                totals[row] *= correction
                multiplySums(of: row, by: correction)
            }
            totals[row] += total
            maxima[row] = largest
        }
        powers.advanced(byRows: real).base.update(
            repeating: Element(rounding: 0), count: (outer.count - real) * inner.count)
    }

    /// Divides a query's sums by the sum of its powers.
    ///
    /// - Returns: log Σ e^(score / √headSize).
    @inline(__always)
    func finish(_ row: Int) -> Float {
        multiplySums(of: row, by: 1 / totals[row])
        return maxima[row] * scale / logarithmOfE + logf(totals[row])
    }

    private func multiplySums(of row: Int, by factor: Float) {
        let x = sums.base + row * sums.columns
        for j in 0..<sums.columns {
            x[j] *= factor
        }
    }
}

func checkAttention<Element: Activation>(
    _ operation: String, qkv: Matrix<Element>, rotary: RotaryTable?, output: Matrix<Element>,
    logSumExp: Matrix<Float>, starts: [Int32], headCount: Int
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
    guard let rotary else { return }
    precondition(
        output.columns == headCount * rotary.headSize,
        "\(operation): \(headCount) heads of \(rotary.headSize) in \(output.columns) columns")
    let longest = zip(starts, starts.dropFirst()).reduce(0) { max($0, Int($1.1 - $1.0)) }
    precondition(
        longest <= rotary.positions,
        "\(operation): length \(longest) for \(rotary.positions) positions")
}
