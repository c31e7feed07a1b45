import TensorCore

/// Adds up what operations contribute to the gradient of one tensor.
///
/// The first contribution overwrites, later ones add, so that nothing needs to be set to zero.
final class GradientCollector<Element: Activation> {
    private let rows: Int
    private let columns: Int
    private var storage: Matrix<Element>?
    private var hasContributions = false

    /// Nothing collected, nothing allocated.
    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// The sum so far, or nil before the first contribution.
    var gradient: Matrix<Element>? { hasContributions ? storage : nil }

    /// Lets an operation contribute: `body` adds to the matrix where it is `adding`, and overwrites
    /// its undefined contents otherwise.
    func contribute(
        from pool: BufferPool, _ body: (_ target: Matrix<Element>, _ adding: Bool) -> Void
    ) {
        let (target, isFresh) = target(from: pool)
        body(target, !isFresh)
    }

    /// Contributes a whole matrix that the caller hands over.
    func contribute(giving matrix: Matrix<Element>, parallel: Parallel) {
        precondition(
            matrix.rows == rows && matrix.columns == columns,
            """
            GradientCollector: gradient of \(matrix.rows) × \(matrix.columns) for \(rows) × \
            \(columns)
            """
        )
        if let gradient {
            add(matrix, addingTo: gradient, parallel: parallel)
        } else {
            storage = matrix
            hasContributions = true
        }
    }

    /// Hands over the gradient; afterwards nothing is collected.
    func take() -> Matrix<Element>? {
        defer {
            storage = nil
            hasContributions = false
        }
        return gradient
    }

    /// Forgets the sum, keeps the memory.
    func discard() {
        hasContributions = false
    }

    /// Where the next contribution goes, and whether it is the first.
    fileprivate func target(from pool: BufferPool) -> (Matrix<Element>, isFresh: Bool) {
        if let gradient { return (gradient, false) }
        let target = storage ?? Matrix(rows: rows, columns: columns, from: pool)
        storage = target
        hasContributions = true
        return (target, true)
    }
}

extension GradientCollector<Float> {
    /// The sum, for an operation that can only add to it; zeros at the first contribution.
    func sum(from pool: BufferPool, parallel: Parallel) -> Matrix<Float> {
        let (target, isFresh) = target(from: pool)
        if isFresh {
            fill(target, with: 0, parallel: parallel)
        }
        return target
    }
}
