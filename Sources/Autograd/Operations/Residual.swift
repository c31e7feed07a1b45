import Randomness
import TensorCore

/// Which elements one application of dropout drops: a function of what is in here and of the
/// element's place, so that nothing is saved and threads do not matter.
public struct Dropout: Sendable, Equatable {
    /// The probability of dropping an element; the others are divided by 1 − `rate`.
    public let rate: Double
    /// What the randomness is for.
    public let generator: CounterGenerator
    /// Which application: distinct for each step, microbatch and layer.
    public let stream: UInt64

    /// Dropout of one application.
    public init(rate: Double, generator: CounterGenerator, stream: UInt64) {
        self.rate = rate
        self.generator = generator
        self.stream = stream
    }
}

extension Tape {
    /// y = x + branch, or x + dropout(branch): the residual stream after a block.
    ///
    /// - Parameters:
    ///   - x: `[rows, columns]`.
    ///   - branch: `[rows, columns]`.
    ///   - dropout: what to drop of the branch; nil in evaluation.
    /// - Returns: `[rows, columns]`.
    public func residual(_ x: Tensor, adding branch: Tensor, dropout: Dropout? = nil) -> Tensor {
        let y = matrix(rows: x.value.rows, columns: x.value.columns)
        if let dropout {
            apply(dropout, to: branch.value, into: y)
            add(x.value, addingTo: y, parallel: parallel)
        } else {
            add(x.value, branch.value, into: y, parallel: parallel)
        }
        return record(y) { [dx = x.collector, dBranch = branch.collector] tape, dy in
            let passed = tape.matrix(rows: dy.rows, columns: dy.columns)
            if let dropout {
                tape.apply(dropout, to: dy, into: passed)
            } else {
                copy(dy, into: passed, parallel: tape.parallel)
            }
            dBranch.contribute(giving: passed, parallel: tape.parallel)
            dx.contribute(giving: dy, parallel: tape.parallel)
        }
    }

    private func apply(_ dropout: Dropout, to x: Matrix<Float>, into y: Matrix<Float>) {
        TensorCore.dropout(
            x, rate: dropout.rate, generator: dropout.generator, stream: dropout.stream, into: y,
            parallel: parallel)
    }
}
