import CNumerics

/// Elements per slab, a multiple of `DropoutMask.block`.
private let elementSlab = 1 << 14

/// y = x + branch, or x + dropout(branch): the residual stream after a block.
///
/// - Parameters:
///   - x: any shape.
///   - branch: the shape of x.
///   - dropout: which elements of the branch to keep; nil for all.
///   - y: the shape of x.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func addBranch<Element: Activation>(
    _ branch: Matrix<Element>, to x: Matrix<Float>, dropout: DropoutMask?, into y: Matrix<Float>,
    parallel: Parallel
) {
    precondition(
        branch.rows == x.rows && branch.columns == x.columns && y.hasShape(of: x),
        "addBranch: \(branch.shape) to \(x.shape) into \(y.shape)")
    check(dropout, count: x.count, "addBranch")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        if let dropout {
            dropout.forEachBlock(in: range, parallel: parallel) { start, count, factors in
                let (branch, x, y) = (branch.base + start, x.base + start, y.base + start)
                for j in 0..<count {
                    y[j] = multiplyAdd(branch[j].widened, factors[j], x[j])
                }
            }
        } else {
            let (branch, x, y) = (branch.base, x.base, y.base)
            for j in range {
                y[j] = x[j] + branch[j].widened
            }
        }
    }
}

/// The gradient of `addBranch` for its branch: dBranch = dy, or dropout(dy).
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func addBranchBackward<Element: Activation>(
    _ dy: Matrix<Float>, dropout: DropoutMask?, into dBranch: Matrix<Element>, parallel: Parallel
) {
    precondition(
        dy.rows == dBranch.rows && dy.columns == dBranch.columns,
        "addBranchBackward: \(dy.shape) into \(dBranch.shape)")
    check(dropout, count: dy.count, "addBranchBackward")
    parallel.forEachSlab(of: elementSlab, in: dy.count) { range in
        if let dropout {
            dropout.forEachBlock(in: range, parallel: parallel) { start, count, factors in
                let (dy, dBranch) = (dy.base + start, dBranch.base + start)
                for j in 0..<count {
                    dBranch[j] = Element(rounding: dy[j] * factors[j])
                }
            }
        } else {
            let (dy, dBranch) = (dy.base, dBranch.base)
            for j in range {
                dBranch[j] = Element(rounding: dy[j])
            }
        }
    }
}

private func check(_ dropout: DropoutMask?, count: Int, _ function: String) {
    precondition(
        dropout == nil || dropout?.count == count,
        "\(function): a mask of \(dropout?.count ?? 0) elements for \(count)")
}
