import Autograd
import TensorCore

/// Layer normalisation with a weight, and with a bias where the architecture has biases.
public struct LayerNorm {
    /// w: `[columns]`, initially ones.
    public let weight: Parameter
    /// b: `[columns]`, initially zeros; nil in architectures without biases.
    public let bias: Parameter?
    /// Added to the variance.
    public let epsilon: Float

    /// A norm of `columns` columns without a bias; `name` is the checkpoint's name of the weight.
    public init(name: String, columns: Int, epsilon: Float) {
        weight = Parameter(name: name, count: columns, filledWith: 1)
        bias = nil
        self.epsilon = epsilon
    }

    /// A norm with a bias; parameters are named `prefix` + `.weight` and `.bias`.
    public init(prefix: String, columns: Int, epsilon: Float) {
        weight = Parameter(name: prefix + ".weight", count: columns, filledWith: 1)
        bias = Parameter(name: prefix + ".bias", count: columns)
        self.epsilon = epsilon
    }

    /// `[rows, columns]` to `[rows, columns]`.
    public func callAsFunction<Element: Activation, Input: Activation, Output: Activation>(
        _ x: Tensor<Input>, on tape: Tape<Element>
    ) -> Tensor<Output> {
        tape.layerNorm(x, weight, bias: bias, epsilon: epsilon)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}
