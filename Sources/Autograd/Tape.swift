import TensorCore

/// Runs operations forward and remembers how to run them backward.
///
/// Each operation is a method that computes its result and records its pullback, one closure that
/// turns the result's gradient into contributions to the arguments' gradients. `backward` runs the
/// pullbacks in reverse order and drops each, with the activations it kept, as soon as it has run.
///
/// `Element` is what activations between matrix products are stored in and products multiply:
/// `Float` or `BFloat16`. The residual stream is `Float` in both.
///
/// With `recording: false` nothing is kept: every intermediate result is freed once the next
/// operation has used it.
public final class Tape<Element: Activation> {
    /// The threads that operations may use.
    public let parallel: Parallel
    /// Where results and gradients come from and return to.
    public let pool: BufferPool
    /// Whether operations can be run backward.
    public let isRecording: Bool
    /// Whether `recomputed` segments keep only their argument: less memory for about a third more
    /// arithmetic.
    public let recomputes: Bool

    /// Takes the gradient of an operation's result and pulls it back. It gets the tape as an
    /// argument and must not capture it, which would keep both alive forever.
    private var steps: [(Tape) -> Void] = []

    /// An empty tape.
    public init(
        parallel: Parallel, pool: BufferPool, recording: Bool = true, recomputing: Bool = false
    ) {
        self.parallel = parallel
        self.pool = pool
        isRecording = recording
        recomputes = recomputing
    }

    /// The number of operations that `backward` would run.
    package var operationCount: Int { steps.count }

    /// Adds d`result`/dx to the gradient of every tensor x that `result`, a 1 × 1 tensor of this
    /// tape, was computed from, and empties the tape.
    public func backward(from result: Tensor<Float>) {
        backward(from: result, gradient: Matrix(rows: 1, columns: 1, elements: [1]))
    }

    /// Adds Σ `gradient` · d`result`/dx to the gradient of every tensor x that `result` was
    /// computed from, and empties the tape. The elements of `gradient` may be overwritten.
    public func backward<Value: Activation>(
        from result: Tensor<Value>, gradient: Matrix<Value>
    ) {
        precondition(isRecording, "Tape.backward: this tape does not record")
        result.collector.contribute(giving: gradient, parallel: parallel)
        while let step = steps.popLast() {
            step(self)
        }
    }

    /// The tensor of an operation's result. This is the only way to make one, so that every
    /// operation has its pullback.
    ///
    /// - Parameter pullback: turns the result's gradient, which it may overwrite, into the
    ///   arguments' gradients.
    func record<Value: Activation>(
        _ result: Matrix<Value>,
        pullback: @escaping (_ tape: Tape, _ gradient: Matrix<Value>) -> Void
    ) -> Tensor<Value> {
        let tensor = Tensor(result)
        if isRecording {
            steps.append { [collector = tensor.collector] tape in
                // A result that nothing used has no gradient to pull back.
                guard let gradient = collector.take() else { return }
                pullback(tape, gradient)
            }
        }
        return tensor
    }

    /// A matrix with undefined contents for a result.
    func matrix<Value: Activation>(rows: Int, columns: Int) -> Matrix<Value> {
        Matrix(rows: rows, columns: columns, from: pool)
    }
}
