import TensorCore

extension Tape {
    /// y = x + branch, or x + dropout(branch): the residual stream after a block.
    ///
    /// - Parameters:
    ///   - x: `[rows, columns]`.
    ///   - branch: `[rows, columns]`.
    ///   - dropout: which elements of the branch to drop; nil in evaluation.
    /// - Returns: `[rows, columns]`.
    public func residual(
        _ x: Tensor<Float>, adding branch: Tensor<Element>, dropout: Dropout? = nil
    ) -> Tensor<Float> {
        let y: Matrix<Float> = matrix(rows: x.value.rows, columns: x.value.columns)
        addBranch(branch.value, to: x.value, dropout: dropout, into: y, parallel: parallel)
        return record(y) { [dx = x.collector, dBranch = branch.collector] tape, dy in
            let passed: Matrix<Element> = tape.matrix(rows: dy.rows, columns: dy.columns)
            addBranchBackward(dy, dropout: dropout, into: passed, parallel: tape.parallel)
            dBranch.contribute(giving: passed, parallel: tape.parallel)
            dx.contribute(giving: dy, parallel: tape.parallel)
        }
    }
}
