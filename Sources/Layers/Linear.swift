import Autograd
import TensorCore

/// y = x wᵀ, without bias.
public struct Linear {
    /// w: `[outputs, inputs]`.
    public let weight: Parameter

    /// A layer of zeros; `name` is the checkpoint's name of the weight.
    public init(name: String, inputs: Int, outputs: Int) {
        weight = Parameter(name: name, rows: outputs, columns: inputs)
    }

    /// `[rows, inputs]` to `[rows, outputs]`.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, on tape: Tape<Element>
    ) -> Tensor<Element> {
        tape.linear(x, weight)
    }
}
