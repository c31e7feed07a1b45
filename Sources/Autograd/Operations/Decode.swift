import TensorCore

extension Tape {
    /// y = x wᵀ + bias: logits of the whole vocabulary, for inference on few rows.
    ///
    /// - Parameters:
    ///   - x: `[rows, hidden]`.
    ///   - decoder: w, `[vocabulary, hidden]`.
    ///   - bias: `[1, vocabulary]`.
    /// - Returns: `[rows, vocabulary]`.
    public func decode(_ x: Tensor, decoder: Tensor, bias: Tensor) -> Tensor {
        addRow(linear(x, decoder), bias)
    }

    /// y = x + row, the row added to every row of x.
    ///
    /// - Parameters:
    ///   - x: `[rows, columns]`.
    ///   - row: `[1, columns]`.
    public func addRow(_ x: Tensor, _ row: Tensor) -> Tensor {
        let y = matrix(rows: x.value.rows, columns: x.value.columns)
        TensorCore.addRow(row.value, to: x.value, into: y, parallel: parallel)
        return record(y) { [dx = x.collector, dRow = row.collector] tape, dy in
            sumRows(
                of: dy, addingTo: dRow.sum(from: tape.pool, parallel: tape.parallel),
                parallel: tape.parallel)
            dx.contribute(giving: dy, parallel: tape.parallel)
        }
    }
}
