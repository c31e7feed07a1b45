import Autograd
import TensorCore

/// Layer normalisation with a weight and without bias.
public struct LayerNorm {
    /// w: `[columns]`, initially ones.
    public let weight: Parameter
    /// Added to the variance.
    public let epsilon: Float

    /// A norm of `columns` columns; `name` is the checkpoint's name of the weight.
    public init(name: String, columns: Int, epsilon: Float) {
        weight = Parameter(name: name, count: columns, filledWith: 1)
        self.epsilon = epsilon
    }

    /// `[rows, columns]` to `[rows, columns]`.
    public func callAsFunction<Element: Activation, Input: Activation, Output: Activation>(
        _ x: Tensor<Input>, on tape: Tape<Element>
    ) -> Tensor<Output> {
        tape.layerNorm(x, weight, epsilon: epsilon)
    }
}
