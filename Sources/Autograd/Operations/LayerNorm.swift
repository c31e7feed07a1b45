import TensorCore

extension Tape {
    /// y = (x − μ) / √(σ² + ε) · w, with mean μ and variance σ² of each row.
    ///
    /// - Parameters:
    ///   - x: `[rows, columns]`.
    ///   - weight: w, `[1, columns]`.
    ///   - epsilon: ε.
    /// - Returns: `[rows, columns]`.
    public func layerNorm(_ x: Tensor, _ weight: Tensor, epsilon: Float) -> Tensor {
        let y = matrix(rows: x.value.rows, columns: x.value.columns)
        let means = matrix(rows: x.value.rows, columns: 1)
        let reciprocalDeviations = matrix(rows: x.value.rows, columns: 1)
        TensorCore.layerNorm(
            x.value, weight: weight.value, epsilon: epsilon, into: y, means: means,
            reciprocalDeviations: reciprocalDeviations, parallel: parallel)
        return record(y) { tape, dy in
            let dw = weight.collector.sum(from: tape.pool, parallel: tape.parallel)
            x.collector.contribute(from: tape.pool) {
                layerNormBackward(
                    dy, x: x.value, weight: weight.value, means: means,
                    reciprocalDeviations: reciprocalDeviations, into: $0, addingToWeight: dw,
                    parallel: tape.parallel)
            } adding: {
                layerNormBackward(
                    dy, x: x.value, weight: weight.value, means: means,
                    reciprocalDeviations: reciprocalDeviations, addingTo: $0, addingToWeight: dw,
                    parallel: tape.parallel)
            }
        }
    }
}
