import TensorCore

extension Tape {
    /// o = softmax(q kᵀ / √headSize) v for each head, every token inside its own sequence, queries
    /// and keys rotated by their positions, if there is a table for it.
    ///
    /// - Parameters:
    ///   - qkv: `[tokens, 3 * hidden]`: queries of all heads, keys of all heads, values.
    ///   - headCount: heads, each a range of `hidden / headCount` columns.
    ///   - window: a token sees |i − j| ≤ window; nil for its whole sequence.
    ///   - rotary: the table of the layer's base; nil for no rotation.
    ///   - cumulativeSequenceLengths: `[sequences + 1]`; positions restart at each.
    /// - Returns: `[tokens, hidden]`.
    public func attention(
        _ qkv: Tensor<Element>, headCount: Int, window: Int?, rotary: RotaryTable?,
        cumulativeSequenceLengths: [Int32]
    ) -> Tensor<Element> {
        let output: Matrix<Element> = matrix(
            rows: qkv.value.rows, columns: qkv.value.columns / 3)
        let logSumExp: Matrix<Float> = matrix(rows: qkv.value.rows, columns: headCount)
        TensorCore.attention(
            qkv.value, rotary: rotary, cumulativeSequenceLengths: cumulativeSequenceLengths,
            headCount: headCount, window: window, into: output, logSumExp: logSumExp,
            parallel: parallel)
        return record(output) { tape, dOutput in
            let dqkv: Matrix<Element> = tape.matrix(
                rows: qkv.value.rows, columns: qkv.value.columns)
            attentionBackward(
                dOutput, qkv: qkv.value, rotary: rotary, output: output, logSumExp: logSumExp,
                cumulativeSequenceLengths: cumulativeSequenceLengths, headCount: headCount,
                window: window, into: dqkv, parallel: tape.parallel)
            qkv.collector.contribute(giving: dqkv, parallel: tape.parallel)
        }
    }
}
