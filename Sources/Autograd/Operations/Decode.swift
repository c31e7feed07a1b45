import TensorCore

extension Tape {
    /// y = x wᵀ + bias: logits of the whole vocabulary, for inference on few rows.
    ///
    /// - Parameters:
    ///   - x: `[rows, hidden]`.
    ///   - decoder: w, `[vocabulary, hidden]`.
    ///   - bias: `[1, vocabulary]`.
    /// - Returns: `[rows, vocabulary]`.
    public func decode(_ x: Tensor<Element>, decoder: Parameter, bias: Parameter) -> Matrix<Float> {
        let w: Matrix<Element> = decoder.operand(parallel: parallel)
        let y: Matrix<Float> = matrix(rows: x.value.rows, columns: w.rows)
        multiply(x.value, byTransposed: w, to: y, parallel: parallel)
        addRow(bias.tensor.value, to: y, into: y, parallel: parallel)
        return y
    }
}
