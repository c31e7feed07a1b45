import TensorCore

extension Tape {
    /// y = (x − μ) / √(σ² + ε) · w, with mean μ and variance σ² of each row.
    ///
    /// - Parameters:
    ///   - x: `[rows, columns]`.
    ///   - weight: w, `[1, columns]`.
    ///   - epsilon: ε.
    /// - Returns: `[rows, columns]`.
    public func layerNorm<Input: Activation, Output: Activation>(
        _ x: Tensor<Input>, _ weight: Parameter, epsilon: Float
    ) -> Tensor<Output> {
        let y: Matrix<Output> = matrix(rows: x.value.rows, columns: x.value.columns)
        let means: Matrix<Float> = matrix(rows: x.value.rows, columns: 1)
        let reciprocalDeviations: Matrix<Float> = matrix(rows: x.value.rows, columns: 1)
        let w = weight.tensor
        TensorCore.layerNorm(
            x.value, weight: w.value, epsilon: epsilon, into: y, means: means,
            reciprocalDeviations: reciprocalDeviations, parallel: parallel)
        return record(y) { tape, dy in
            let dw = w.collector.sum(from: tape.pool, parallel: tape.parallel)
            x.collector.contribute(from: tape.pool) { dx, adding in
                layerNormBackward(
                    dy, x: x.value, weight: w.value, means: means,
                    reciprocalDeviations: reciprocalDeviations, to: dx, adding: adding,
                    addingToWeight: dw, parallel: tape.parallel)
            }
        }
    }
}
