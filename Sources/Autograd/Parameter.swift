import TensorCore

/// A trained tensor under the name it has in Hugging Face checkpoints.
public struct Parameter {
    /// Such as `model.layers.3.attn.Wqkv.weight`.
    public let name: String
    /// The value, and the gradient that accumulates over microbatches. Norm weights and biases are
    /// matrices of one row.
    public let tensor: Tensor<Float>
    /// The value as matrix products of lower precision take it.
    private let lowPrecision = LowPrecisionCopy()
    /// The shape in checkpoints: `[columns]` for norms and biases, `[rows, columns]` otherwise.
    public let shape: [Int]

    /// A parameter that is given: `tensor` has one row where `shape` has one number.
    public init(name: String, tensor: Tensor<Float>, shape: [Int]) {
        precondition(
            shape.reduce(1, *) == tensor.value.count && shape.last == tensor.value.columns,
            "Parameter: \(name) of shape \(shape), \(tensor.value.rows) rows")
        (self.name, self.tensor, self.shape) = (name, tensor, shape)
    }

    /// A matrix parameter of zeros: `[rows, columns]`.
    public init(name: String, rows: Int, columns: Int) {
        self.init(
            name: name, tensor: Tensor(Matrix(rows: rows, columns: columns)),
            shape: [rows, columns])
    }

    /// A vector parameter, such as a norm's weight or a bias: `[count]`, all `value`.
    public init(name: String, count: Int, filledWith value: Float = 0) {
        self.init(
            name: name, tensor: Tensor(Matrix(rows: 1, columns: count)), shape: [count])
        if value != 0 {
            tensor.value.fill(value)
        }
    }

    /// Whether weight decay applies: to matrices, not to norms and biases.
    public var decays: Bool { shape.count > 1 }

    /// Number of elements.
    public var count: Int { tensor.value.count }

    /// The value as an operand of matrix products: the value itself in single precision, else a
    /// copy that is rounded at the first call after `didChange()`.
    public func operand<Element: Activation>(parallel: Parallel) -> Matrix<Element> {
        if let value = tensor.value as? Matrix<Element> { return value }
        guard
            let copy = lowPrecision.matrix(of: tensor.value, parallel: parallel)
                as? Matrix<Element>
        else { preconditionFailure("Parameter.operand: \(name) in \(Element.precision)") }
        return copy
    }

    /// The copy of the value that `operand` gives in bfloat16, if one was ever asked for. Who
    /// writes the value may write it too, so that no time is spent on another pass.
    public var lowPrecisionCopy: Matrix<BFloat16>? { lowPrecision.current }

    /// Says that the value was written: its copy of lower precision is old.
    public func didChange() {
        lowPrecision.isOld = true
    }
}

/// A parameter rounded to bfloat16, made when it is needed.
private final class LowPrecisionCopy {
    private var matrix: Matrix<BFloat16>?
    var isOld = false

    /// The copy, unless it is old.
    var current: Matrix<BFloat16>? { isOld ? nil : matrix }

    func matrix(of value: Matrix<Float>, parallel: Parallel) -> Matrix<BFloat16> {
        if let current { return current }
        let copy = matrix ?? Matrix(rows: value.rows, columns: value.columns)
        convert(value, into: copy, parallel: parallel)
        (matrix, isOld) = (copy, false)
        return copy
    }
}
