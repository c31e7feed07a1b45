import CNumerics

/// The gradient of `attention`. The probabilities P = e^(score - log-sum-exp) are computed again:
/// dV = Pᵀ dO, dP = dO Vᵀ, dS = P · (dP - rowsum(dO · O)) / √d, dQ = dS K, dK = dSᵀ Q; dQ and dK
/// are rotated back, if queries and keys were rotated.
///
/// - Parameters:
///   - dOutput: `[tokens, hidden]`.
///   - output: what `attention` computed.
///   - logSumExp: what `attention` computed.
///   - dqkv: `[tokens, 3 * hidden]`, overwritten.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func attentionBackward<Element: Activation>(
    _ dOutput: Matrix<Element>, qkv: Matrix<Element>, rotary: RotaryTable?,
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
        gradients.compute(
            in: AttentionScratch(blocks, headSize: size, from: parallel.scratch))
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
    let rotary: RotaryTable?
    let q, k, v, o, dO, dq, dk, dv: HeadColumns<Element>
    let logSumExp: Block<Float>

    /// log₂ e / √headSize: what scores are multiplied by before they become powers of two.
    private var scale: Float { logarithmOfE / squareRoot(Float(q.size)) }

    @inline(__always)
    func compute(in scratch: AttentionScratch<Element>) {
        let tokens = 0..<blocks.length
        q.copy(tokens, rotatedBy: rotary, to: scratch.q)
        dO.copy(tokens, to: scratch.dO)
        scratch.dq.clear(fromRow: 0)
        prepareStatistics(shifts: scratch.shifts, rowSums: scratch.rowSums)
        for keys in blocks.outerBlocks(of: tokens) {
            let real = keys.clamped(to: tokens)
            k.copy(real, rotatedBy: rotary, to: scratch.k)
            v.copy(real, to: scratch.v)
            var isFirst = true
            for queries in blocks.innerBlocks(of: keys) {
                addProducts(of: keys, queries, isFirst: isFirst, in: scratch)
                isFirst = false
            }
            dk.store(
                scratch.dk.base, times: scale / logarithmOfE, rotatedBackBy: rotary, to: real)
            dv.store(scratch.dv.base, to: real)
        }
        dq.store(scratch.dq.base, times: scale / logarithmOfE, rotatedBackBy: rotary, to: tokens)
    }

    /// Adds the contributions of one block of keys and one of queries to dQ, dK and dV.
    ///
    /// - Parameter isFirst: whether these are the first queries that the keys meet; dK and dV are
    ///   then overwritten.
    @inline(__always)
    private func addProducts(
        of keys: Range<Int>, _ queries: Range<Int>, isFirst: Bool,
        in scratch: AttentionScratch<Element>
    ) {
        let size = q.size
        let (rows, columns) = (keys.count, queries.count)
        let (qBlock, dOBlock) = (
            Block(scratch.q, row: queries.lowerBound), Block(scratch.dO, row: queries.lowerBound)
        )
        let scores = Block(scratch.scores.base, stride: columns)
        let dP = Block(scratch.dP.base, stride: columns)
        multiplyBlocks(
            Block(scratch.k), qBlock.transposed, to: scores, rows: rows, columns: columns,
            inner: size, adding: false)
        multiplyBlocks(
            Block(scratch.v), dOBlock.transposed, to: dP, rows: rows, columns: columns,
            inner: size, adding: false)
        differentiateScores(of: keys, queries, in: scratch)
        let (p, dS) = (
            Block(scratch.p.base, stride: columns), Block(scratch.dS.base, stride: columns)
        )
        multiplyBlocks(
            p, dOBlock, to: Block(scratch.dv), rows: rows, columns: size, inner: columns,
            adding: !isFirst)
        multiplyBlocks(
            dS, qBlock, to: Block(scratch.dk), rows: rows, columns: size, inner: columns,
            adding: !isFirst)
        multiplyBlocks(
            dS.transposed, Block(scratch.k), to: Block(scratch.dq, row: queries.lowerBound),
            rows: columns, columns: size, inner: rows, adding: true)
    }

    /// P and dS of one block of keys and one of queries, from their scores and dP; 0 for what is
    /// hidden and for padding.
    @inline(__always)
    private func differentiateScores(
        of keys: Range<Int>, _ queries: Range<Int>, in scratch: AttentionScratch<Element>
    ) {
        let isWhole = blocks.isWhole(keys, queries)
        let real = keys.clamped(to: 0..<blocks.length).count
        let (count, scale) = (queries.count, scale)
        for row in 0..<real {
            let place = row * count
            let scores = scratch.scores.base + place
            if !isWhole {
                let visible = blocks.visible(to: keys.lowerBound + row, in: queries)
                hide(outside: visible, of: scores, count: count)
            }
            differentiate(
                scores: scores, dP: scratch.dP.base + place,
                shifts: scratch.shifts + queries.lowerBound,
                rowSums: scratch.rowSums + queries.lowerBound, scale: scale, count: count,
                intoP: scratch.p.base + place, dS: scratch.dS.base + place)
        }
        let (padding, zero) = ((keys.count - real) * count, Element(rounding: 0))
        (scratch.p.base + real * count).update(repeating: zero, count: padding)
        (scratch.dS.base + real * count).update(repeating: zero, count: padding)
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

/// Memory that the backward pass of one head of one sequence works in.
private struct AttentionScratch<Element: Activation> {
    /// All queries, rotated, and dO: `[padded length, headSize]`.
    let q, dO: Matrix<Element>
    /// The sum of dQ over the blocks of keys so far: `[padded length, headSize]`.
    let dq: Matrix<Float>
    /// One block of keys, rotated, and its values: `[keys, headSize]`.
    let k, v: Matrix<Element>
    /// The sums of dK and dV over the blocks of queries so far: `[keys, headSize]`.
    let dk, dv: Matrix<Float>
    /// Of one block of keys and one of queries: `[keys, queries]`.
    let scores, dP: Matrix<Float>
    /// Of one block of keys and one of queries: `[keys, queries]`.
    let p, dS: Matrix<Element>
    /// Log-sum-exps in powers of two, then rowsum(dO · O): `[2, padded length]`.
    private let statistics: Matrix<Float>

    init(_ blocks: AttentionBlocks, headSize: Int, from pool: BufferPool) {
        let padded = blocks.paddedLength
        let keys = blocks.outerBlocks(of: 0..<blocks.length).size
        let queries = min(queryBlock, padded)
        q = Matrix(rows: padded, columns: headSize, from: pool)
        dO = Matrix(rows: padded, columns: headSize, from: pool)
        dq = Matrix(rows: padded, columns: headSize, from: pool)
        k = Matrix(rows: keys, columns: headSize, from: pool)
        v = Matrix(rows: keys, columns: headSize, from: pool)
        dk = Matrix(rows: keys, columns: headSize, from: pool)
        dv = Matrix(rows: keys, columns: headSize, from: pool)
        scores = Matrix(rows: keys, columns: queries, from: pool)
        dP = Matrix(rows: keys, columns: queries, from: pool)
        p = Matrix(rows: keys, columns: queries, from: pool)
        dS = Matrix(rows: keys, columns: queries, from: pool)
        statistics = Matrix(rows: 2, columns: padded, from: pool)
    }

    /// The log-sum-exp of each query in powers of two: `[padded length]`.
    var shifts: UnsafeMutablePointer<Float> { statistics.base }
    /// rowsum(dO · O) of each query: `[padded length]`.
    var rowSums: UnsafeMutablePointer<Float> { statistics.base + statistics.columns }
}
