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
            tape.pullBackProduct(dy, x, weight, w)
        }
    }

    /// y = x wᵀ + bias, as a state of the encoder.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`.
    ///   - weight: w, `[outputs, inputs]`.
    ///   - bias: `[1, outputs]`.
    /// - Returns: `[rows, outputs]`.
    public func linear(
        _ x: Tensor<Element>, _ weight: Parameter, adding bias: Parameter
    ) -> Tensor<Element> {
        let w: Matrix<Element> = weight.operand(parallel: parallel)
        let y: Matrix<Element> = matrix(rows: x.value.rows, columns: w.rows)
        multiply(x.value, byTransposed: w, to: y, parallel: parallel)
        addRow(bias.tensor.value, to: y, into: y, parallel: parallel)
        return record(y) { tape, dy in
            let dBias = bias.tensor.collector.sum(from: tape.pool, parallel: tape.parallel)
            sumRows(of: dy, addingTo: dBias, parallel: tape.parallel)
            tape.pullBackProduct(dy, x, weight, w)
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
            tape.pullBackProduct(tape.rounded(dy), x, weight, w)
        }
    }

    /// Contributes dw = dyᵀ x and dx = dy w, the gradients of x wᵀ.
    private func pullBackProduct(
        _ dy: Matrix<Element>, _ x: Tensor<Element>, _ weight: Parameter, _ w: Matrix<Element>
    ) {
        weight.tensor.collector.contribute(from: pool) { dw, adding in
            multiply(transposed: dy, by: x.value, to: dw, adding: adding, parallel: parallel)
        }
        x.collector.contribute(from: pool) { dx, adding in
            multiply(dy, by: w, to: dx, adding: adding, parallel: parallel)
        }
    }
}
