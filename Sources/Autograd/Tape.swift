import TensorCore

/// Runs operations forward and remembers how to run them backward.
///
/// Each operation is a method that computes its result and records its pullback, one closure that
/// turns the result's gradient into contributions to the arguments' gradients. `backward` runs the
/// pullbacks in reverse order and drops each, with the activations it kept, as soon as it has run.
///
/// With `recording: false` nothing is kept: every intermediate result is gone when the next
/// operation is done with it.
public final class Tape {
    /// The threads that operations may use.
    public let parallel: Parallel
    /// Where results and gradients come from and return to.
    public let pool: BufferPool
    /// Whether operations can be run backward.
    public let isRecording: Bool

    /// Turns a result's gradient, which it may overwrite, into the arguments' gradients. It gets
    /// the tape as an argument and must not capture it, which would keep both alive for ever.
    typealias Pullback = (_ tape: Tape, _ gradient: Matrix<Float>) -> Void

    private struct Step {
        let collector: GradientCollector
        let pullback: Pullback
    }

    private var steps: [Step] = []

    /// An empty tape.
    public init(parallel: Parallel, pool: BufferPool, recording: Bool = true) {
        self.parallel = parallel
        self.pool = pool
        isRecording = recording
    }

    /// The number of operations that `backward` would run.
    public var operationCount: Int { steps.count }

    /// Adds d`result`/dx to the gradient of every tensor x that `result`, a 1 × 1 tensor of this
    /// tape, was computed from, and empties the tape.
    public func backward(from result: Tensor) {
        backward(from: result, gradient: Matrix(rows: 1, columns: 1, elements: [1]))
    }

    /// Adds Σ `gradient` · d`result`/dx to the gradient of every tensor x that `result` was
    /// computed from, and empties the tape. The elements of `gradient` may be overwritten.
    public func backward(from result: Tensor, gradient: Matrix<Float>) {
        precondition(isRecording, "Tape.backward: this tape does not record")
        result.collector.contribute(giving: gradient, parallel: parallel)
        while let step = steps.popLast() {
            // A result that nothing used has no gradient to pull back.
            guard let gradient = step.collector.take() else { continue }
            step.pullback(self, gradient)
        }
    }

    /// The tensor of an operation's result. There is no other way to make one, so that no
    /// operation is without its pullback.
    func record(_ result: Matrix<Float>, pullback: @escaping Pullback) -> Tensor {
        let tensor = Tensor(result)
        if isRecording {
            steps.append(Step(collector: tensor.collector, pullback: pullback))
        }
        return tensor
    }

    /// A matrix with undefined contents for a result.
    func matrix(rows: Int, columns: Int) -> Matrix<Float> {
        Matrix(rows: rows, columns: columns, from: pool)
    }
}
