import Autograd
import TensorCore

/// norm(gelu(dense x)): what comes between the encoder and the tied decoder.
public struct PredictionHead {
    /// `[hidden, hidden]`.
    public let dense: Linear
    /// The norm before the decoder.
    public let norm: LayerNorm

    /// Parameters are named `prefix` + `dense.weight` and `norm.weight`.
    public init(prefix: String, hiddenSize: Int, normEpsilon: Float) {
        dense = Linear(name: prefix + "dense.weight", inputs: hiddenSize, outputs: hiddenSize)
        norm = LayerNorm(
            name: prefix + "norm.weight", columns: hiddenSize, epsilon: normEpsilon)
    }

    /// A head of these two layers.
    public init(dense: Linear, norm: LayerNorm) {
        (self.dense, self.norm) = (dense, norm)
    }

    /// `[rows, hidden]` to `[rows, hidden]`.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, on tape: Tape<Element>
    ) -> Tensor<Element> {
        norm(tape.gelu(dense(x, on: tape)), on: tape)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { dense.parameters + norm.parameters }

    /// Gives the dense layer its initial weights.
    public func initialize(by initialization: FullMegatronInitialization) {
        initialization.initializeInput(dense.weight)
    }
}
