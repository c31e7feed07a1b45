import Autograd
import TensorCore

/// y = Wo (gelu(a) · g) with (a, g) = Wi x: the gated feed-forward block.
public struct GeGLUFeedForward {
    /// `[2 * intermediate, hidden]`: rows of the activated half, then of the gate.
    public let input: Linear
    /// `[hidden, intermediate]`.
    public let output: Linear

    /// Parameters are named `prefix` + `Wi.weight` and `Wo.weight`.
    public init(prefix: String, hiddenSize: Int, intermediateSize: Int) {
        input = Linear(
            name: prefix + "Wi.weight", inputs: hiddenSize, outputs: 2 * intermediateSize)
        output = Linear(name: prefix + "Wo.weight", inputs: intermediateSize, outputs: hiddenSize)
    }

    /// `[rows, hidden]` to `[rows, hidden]`.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, on tape: Tape<Element>
    ) -> Tensor<Element> {
        output(tape.geglu(input(x, on: tape)), on: tape)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { [input.weight, output.weight] }

    /// Gives both weights their initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        initialization.initializeInput(input.weight)
        initialization.initializeOutput(output.weight)
    }
}
