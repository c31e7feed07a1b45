import Autograd
import TensorCore

/// y = x wᵀ, or x wᵀ + b.
public struct Linear {
    /// w: `[outputs, inputs]`.
    public let weight: Parameter
    /// b: `[outputs]`; nil in architectures without biases.
    public let bias: Parameter?

    /// A layer of zeros without a bias; `name` is the checkpoint's name of the weight.
    public init(name: String, inputs: Int, outputs: Int) {
        weight = Parameter(name: name, rows: outputs, columns: inputs)
        bias = nil
    }

    /// A layer of zeros with a bias; parameters are named `prefix` + `.weight` and `.bias`.
    public init(prefix: String, inputs: Int, outputs: Int) {
        weight = Parameter(name: prefix + ".weight", rows: outputs, columns: inputs)
        bias = Parameter(name: prefix + ".bias", count: outputs)
    }

    /// `[rows, inputs]` to `[rows, outputs]`.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, on tape: Tape<Element>
    ) -> Tensor<Element> {
        guard let bias else { return tape.linear(x, weight) }
        return tape.linear(x, weight, adding: bias)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}
