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
            tape.pullBackRows(dy, to: ids, of: table, ignoring: ignoredID)
        }
    }

    /// y[i] = Σ over tables of table[ids[i]], such as a token's row, its position's and its type's.
    ///
    /// - Parameter parts: each table, `[any, columns]`, with the ids of `[rows]` and the id whose
    ///   row gets no gradient, as PyTorch's `padding_idx`; at least one.
    /// - Returns: `[rows, columns]`.
    public func embedding(
        sumOf parts: [(table: Parameter, ids: [Int32], ignoring: Int32?)]
    ) -> Tensor<Float> {
        let y: Matrix<Float> = matrix(
            rows: parts[0].ids.count, columns: parts[0].table.tensor.value.columns)
        for (index, part) in parts.enumerated() {
            let table = part.table.tensor.value
            if index == 0 {
                TensorCore.gatherRows(of: table, at: part.ids, into: y, parallel: parallel)
            } else {
                addRows(of: table, at: part.ids, to: y, parallel: parallel)
            }
        }
        return record(y) { tape, dy in
            for part in parts {
                tape.pullBackRows(
                    dy, to: part.ids, of: part.table.tensor, ignoring: part.ignoring)
            }
        }
    }

    /// Adds rows of a gradient to those of a table that they were read from.
    private func pullBackRows(
        _ dy: Matrix<Float>, to ids: [Int32], of table: Tensor<Float>, ignoring ignoredID: Int32?
    ) {
        let dTable = table.collector.sum(from: pool, parallel: parallel)
        guard let ignoredID, ids.contains(ignoredID) else {
            scatterRows(dy, to: ids, addingTo: dTable, parallel: parallel)
            return
        }
        let rows = ids.indices.filter { ids[$0] != ignoredID }.map { Int32($0) }
        let kept: Matrix<Float> = matrix(rows: rows.count, columns: dy.columns)
        TensorCore.gatherRows(of: dy, at: rows, into: kept, parallel: parallel)
        scatterRows(
            kept, to: rows.map { ids[Int($0)] }, addingTo: dTable, parallel: parallel)
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
