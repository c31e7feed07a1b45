import TensorCore

extension Tape {
    /// y = x wᵀ.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`.
    ///   - weight: w, `[outputs, inputs]`.
    /// - Returns: `[rows, outputs]`.
    public func linear(_ x: Tensor<Element>, _ weight: Parameter) -> Tensor<Element> {
        let w: Matrix<Element> = weight.operand(parallel: parallel)
        let y: Matrix<Element> = matrix(rows: x.value.rows, columns: w.rows)
        multiply(x.value, byTransposed: w, to: y, parallel: parallel)
        return record(y) { tape, dy in
            weight.tensor.collector.contribute(from: tape.pool) { dw, adding in
                multiply(
                    transposed: dy, by: x.value, to: dw, adding: adding, parallel: tape.parallel)
            }
            x.collector.contribute(from: tape.pool) { dx, adding in
                multiply(dy, by: w, to: dx, adding: adding, parallel: tape.parallel)
            }
        }
    }

    /// y = x wᵀ + bias, in single precision: the logits of a head.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`.
    ///   - weight: w, `[outputs, inputs]`.
    ///   - bias: `[1, outputs]`.
    /// - Returns: `[rows, outputs]`.
    public func linear(
        _ x: Tensor<Element>, _ weight: Parameter, bias: Parameter
    ) -> Tensor<Float> {
        let w: Matrix<Element> = weight.operand(parallel: parallel)
        let y: Matrix<Float> = matrix(rows: x.value.rows, columns: w.rows)
        multiply(x.value, byTransposed: w, to: y, parallel: parallel)
        addRow(bias.tensor.value, to: y, into: y, parallel: parallel)
        return record(y) { tape, dy in
            let dBias = bias.tensor.collector.sum(from: tape.pool, parallel: tape.parallel)
            sumRows(of: dy, addingTo: dBias, parallel: tape.parallel)
            let factor = tape.rounded(dy)
            weight.tensor.collector.contribute(from: tape.pool) { dw, adding in
                multiply(
                    transposed: factor, by: x.value, to: dw, adding: adding,
                    parallel: tape.parallel)
            }
            x.collector.contribute(from: tape.pool) { dx, adding in
                multiply(factor, by: w, to: dx, adding: adding, parallel: tape.parallel)
            }
        }
    }
}
