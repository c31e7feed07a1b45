import TensorCore

/// A value of the computation, and where its gradient is collected.
///
/// Tensors that are computed come from a `Tape`'s operations only, each with its pullback; this
/// initialiser makes what computation starts from: parameters and inputs.
public final class Tensor<Element: Activation> {
    /// The value: `[rows, columns]`.
    public let value: Matrix<Element>
    /// Collects the gradient; shared with the pullbacks, which need not keep the value for it.
    let collector: GradientCollector<Element>

    /// A tensor that is given, not computed.
    public init(_ value: Matrix<Element>) {
        self.value = value
        collector = GradientCollector(rows: value.rows, columns: value.columns)
    }

    /// What the backward passes since the last `discardGradient()` have added up, of the value's
    /// shape; nil if none has reached this tensor. Only given tensors keep theirs: an
    /// intermediate result's gradient is gone once its pullback has run.
    public var gradient: Matrix<Element>? { collector.gradient }

    /// Forgets the gradient. The next backward pass overwrites it; no time is spent on zeros.
    public func discardGradient() {
        collector.discard()
    }

    /// Hands the gradient over and forgets it: the next backward pass makes another matrix. Nil
    /// where none has reached this tensor.
    package func takeGradient() -> Matrix<Element>? {
        collector.take()
    }
}
