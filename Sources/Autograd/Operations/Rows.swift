import TensorCore

extension Tape {
    /// y[i] = table[ids[i]].
    ///
    /// - Parameters:
    ///   - parameter: the table, `[vocabulary, columns]`.
    ///   - ids: `[rows]`.
    ///   - ignoredID: the row of this id gets no gradient, as PyTorch's `padding_idx`.
    /// - Returns: `[rows, columns]`.
    public func embedding(
        _ parameter: Parameter, ids: [Int32], ignoring ignoredID: Int32? = nil
    ) -> Tensor<Float> {
        let table = parameter.tensor
        let y: Matrix<Float> = matrix(rows: ids.count, columns: table.value.columns)
        TensorCore.gatherRows(of: table.value, at: ids, into: y, parallel: parallel)
        return record(y) { tape, dy in
            let dTable = table.collector.sum(from: tape.pool, parallel: tape.parallel)
            guard let ignoredID, ids.contains(ignoredID) else {
                scatterRows(dy, to: ids, addingTo: dTable, parallel: tape.parallel)
                return
            }
            let rows = ids.indices.filter { ids[$0] != ignoredID }.map { Int32($0) }
            let kept: Matrix<Float> = tape.matrix(rows: rows.count, columns: dy.columns)
            TensorCore.gatherRows(of: dy, at: rows, into: kept, parallel: tape.parallel)
            scatterRows(
                kept, to: rows.map { ids[Int($0)] }, addingTo: dTable, parallel: tape.parallel)
        }
    }

    /// y[i] = x[rows[i]]: the rows that are kept, such as the scored ones.
    ///
    /// - Parameters:
    ///   - x: `[any, columns]`.
    ///   - rows: `[count]`; each row of x at most once.
    /// - Returns: `[count, columns]`.
    public func gatherRows<Value: Activation>(
        _ x: Tensor<Value>, at rows: [Int32]
    ) -> Tensor<Value> {
        let y: Matrix<Value> = matrix(rows: rows.count, columns: x.value.columns)
        TensorCore.gatherRows(of: x.value, at: rows, into: y, parallel: parallel)
        return record(y) { [collector = x.collector] tape, dy in
            collector.contribute(from: tape.pool) { dx, adding in
                if !adding { fill(dx, with: Value(rounding: 0), parallel: tape.parallel) }
                scatterRows(dy, to: rows, addingTo: dx, parallel: tape.parallel)
            }
        }
    }
}
