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
}
