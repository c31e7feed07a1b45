import TensorCore

extension Tape {
    /// y = x wᵀ.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`.
    ///   - weight: w, `[outputs, inputs]`.
    /// - Returns: `[rows, outputs]`.
    public func linear(_ x: Tensor, _ weight: Tensor) -> Tensor {
        record(product(x, weight)) { tape, dy in
            tape.pullProductBack(dy, x, weight)
        }
    }

    /// y = rotary(x wᵀ): queries, keys and values with the positions turned into queries and keys.
    ///
    /// One operation, because the rotation then happens in place, forward and backward.
    ///
    /// - Parameters:
    ///   - x: `[tokens, hidden]`.
    ///   - weight: w, `[3 * hidden, hidden]`, rows of queries, keys, values.
    ///   - rotary: the table of the layer's base.
    ///   - cumulativeSequenceLengths: `[sequences + 1]`; positions restart at each.
    /// - Returns: `[tokens, 3 * hidden]`.
    public func rotaryLinear(
        _ x: Tensor, _ weight: Tensor, rotary: RotaryTable, cumulativeSequenceLengths: [Int32]
    ) -> Tensor {
        precondition(
            weight.value.rows % (3 * rotary.headSize) == 0,
            "Tape.rotaryLinear: \(weight.value.rows) rows for heads of \(rotary.headSize)")
        let rotatedHeads = weight.value.rows / 3 * 2 / rotary.headSize
        let y = product(x, weight)
        rotate(
            y, heads: rotatedHeads, by: rotary,
            cumulativeSequenceLengths: cumulativeSequenceLengths, parallel: parallel)
        return record(y) { tape, dy in
            rotateBackward(
                dy, heads: rotatedHeads, by: rotary,
                cumulativeSequenceLengths: cumulativeSequenceLengths, parallel: tape.parallel)
            tape.pullProductBack(dy, x, weight)
        }
    }

    private func product(_ x: Tensor, _ weight: Tensor) -> Matrix<Float> {
        let y = matrix(rows: x.value.rows, columns: weight.value.rows)
        multiply(x.value, byTransposed: weight.value, into: y, parallel: parallel)
        return y
    }

    /// dw += dyᵀ x, dx += dy w.
    private func pullProductBack(_ dy: Matrix<Float>, _ x: Tensor, _ weight: Tensor) {
        weight.collector.contribute(from: pool) {
            multiply(transposed: dy, by: x.value, into: $0, parallel: parallel)
        } adding: {
            multiply(transposed: dy, by: x.value, addingTo: $0, parallel: parallel)
        }
        x.collector.contribute(from: pool) {
            multiply(dy, by: weight.value, into: $0, parallel: parallel)
        } adding: {
            multiply(dy, by: weight.value, addingTo: $0, parallel: parallel)
        }
    }
}
