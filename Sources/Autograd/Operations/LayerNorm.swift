import TensorCore

extension Tape {
    /// y = (x − μ) / √(σ² + ε) · w, or that plus b, with mean μ and variance σ² of each row.
    ///
    /// - Parameters:
    ///   - x: `[rows, columns]`.
    ///   - weight: w, `[1, columns]`.
    ///   - bias: b, `[1, columns]`; nil for none.
    ///   - epsilon: ε.
    /// - Returns: `[rows, columns]`.
    public func layerNorm<Input: Activation, Output: Activation>(
        _ x: Tensor<Input>, _ weight: Parameter, bias: Parameter? = nil, epsilon: Float
    ) -> Tensor<Output> {
        let y: Matrix<Output> = matrix(rows: x.value.rows, columns: x.value.columns)
        let means: Matrix<Float> = matrix(rows: x.value.rows, columns: 1)
        let reciprocalDeviations: Matrix<Float> = matrix(rows: x.value.rows, columns: 1)
        let w = weight.tensor
        TensorCore.layerNorm(
            x.value, weight: w.value, bias: bias?.tensor.value, epsilon: epsilon, into: y,
            means: means, reciprocalDeviations: reciprocalDeviations, parallel: parallel)
        return record(y) { tape, dy in
            if let dBias = bias?.tensor.collector.sum(from: tape.pool, parallel: tape.parallel) {
                sumRows(of: dy, addingTo: dBias, parallel: tape.parallel)
            }
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
