import TensorCore

extension Tape {
    /// y = dropout(x), or x itself without dropout.
    ///
    /// - Parameters:
    ///   - x: any shape.
    ///   - dropout: which elements to drop; nil in evaluation.
    public func dropping(_ x: Tensor<Element>, by dropout: Dropout?) -> Tensor<Element> {
        guard let dropout else { return x }
        let zeros = Matrix<Float>(rows: x.value.rows, columns: x.value.columns)
        return rounded(residual(Tensor(zeros), adding: x, dropout: dropout))
    }

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
        let mask = dropout.map {
            DropoutMask($0, count: y.count, from: pool, parallel: parallel)
        }
        addBranch(branch.value, to: x.value, dropout: mask, into: y, parallel: parallel)
        return record(y) { [dx = x.collector, dBranch = branch.collector] tape, dy in
            let passed: Matrix<Element> = tape.matrix(rows: dy.rows, columns: dy.columns)
            addBranchBackward(dy, dropout: mask, into: passed, parallel: tape.parallel)
            dBranch.contribute(giving: passed, parallel: tape.parallel)
            dx.contribute(giving: dy, parallel: tape.parallel)
        }
    }
}
