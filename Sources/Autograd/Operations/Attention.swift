import TensorCore

extension Tape {
    /// o = softmax(q kᵀ / √headSize) v for each head, every token inside its own sequence.
    ///
    /// - Parameters:
    ///   - qkv: `[tokens, 3 * hidden]`: queries of all heads, keys of all heads, values.
    ///   - headCount: heads, each a range of `hidden / headCount` columns.
    ///   - window: a token sees |i − j| ≤ window; nil for its whole sequence.
    ///   - cumulativeSequenceLengths: `[sequences + 1]`.
    /// - Returns: `[tokens, hidden]`.
    public func attention(
        _ qkv: Tensor, headCount: Int, window: Int?, cumulativeSequenceLengths: [Int32]
    ) -> Tensor {
        let output = matrix(rows: qkv.value.rows, columns: qkv.value.columns / 3)
        let logSumExp = matrix(rows: qkv.value.rows, columns: headCount)
        TensorCore.attention(
            qkv.value, cumulativeSequenceLengths: cumulativeSequenceLengths,
            headCount: headCount, window: window, into: output, logSumExp: logSumExp,
            parallel: parallel)
        return record(output) { tape, dOutput in
            let dqkv = tape.matrix(rows: qkv.value.rows, columns: qkv.value.columns)
            attentionBackward(
                dOutput, qkv: qkv.value, output: output, logSumExp: logSumExp,
                cumulativeSequenceLengths: cumulativeSequenceLengths, headCount: headCount,
                window: window, into: dqkv, parallel: tape.parallel)
            qkv.collector.contribute(giving: dqkv, parallel: tape.parallel)
        }
    }
}
