import TensorCore

/// A trained tensor under the name it has in Hugging Face checkpoints.
///
/// Its memory is allocated when `tensor` is first used: a model whose parameters are only listed
/// costs none.
public struct Parameter {
    /// Such as `model.layers.3.attn.Wqkv.weight`.
    public let name: String
    /// The shape in checkpoints: `[columns]` for norms and biases, `[rows, columns]` otherwise.
    public let shape: [Int]
    /// The value and its copy of lower precision.
    private let storage: ParameterStorage

    /// A parameter that is given: `tensor` has one row where `shape` has one number.
    public init(name: String, tensor: Tensor<Float>, shape: [Int]) {
        precondition(
            shape.reduce(1, *) == tensor.value.count && shape.last == tensor.value.columns,
            "Parameter: \(name) of shape \(shape), \(tensor.value.rows) rows")
        (self.name, self.shape) = (name, shape)
        storage = ParameterStorage { tensor }
    }

    /// A matrix parameter of zeros: `[rows, columns]`.
    public init(name: String, rows: Int, columns: Int) {
        (self.name, shape) = (name, [rows, columns])
        storage = ParameterStorage { Tensor(Matrix(rows: rows, columns: columns)) }
    }

    /// A vector parameter, such as a norm's weight or a bias: `[count]`, all `value`.
    public init(name: String, count: Int, filledWith value: Float = 0) {
        (self.name, shape) = (name, [count])
        storage = ParameterStorage {
            let matrix = Matrix<Float>(rows: 1, columns: count)
            if value != 0 { matrix.fill(value) }
            return Tensor(matrix)
        }
    }

    /// The value, and the gradient that accumulates over microbatches. Norm weights and biases are
    /// matrices of one row.
    public var tensor: Tensor<Float> { storage.tensor }

    /// Whether weight decay applies: to matrices, not to norms and biases.
    public var decays: Bool { shape.count > 1 }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The value as an operand of matrix products: the value itself in single precision, else a
    /// copy that is rounded at the first call after `didChange()`.
    public func operand<Element: Activation>(parallel: Parallel) -> Matrix<Element> {
        if let value = tensor.value as? Matrix<Element> { return value }
        guard
            let copy = storage.lowPrecisionCopy(parallel: parallel) as? Matrix<Element>
        else { preconditionFailure("Parameter.operand: \(name) in \(Element.precision)") }
        return copy
    }

    /// The up-to-date copy of the value that `operand` gives in bfloat16; nil where there is none.
    /// Code that writes the value may write the copy too, which saves another pass.
    public var lowPrecisionCopy: Matrix<BFloat16>? { storage.currentCopy }

    /// Marks the copy of lower precision as outdated, because the value was written.
    public func didChange() {
        storage.isCopyOutdated = true
    }
}

/// A parameter's value, and the value rounded to bfloat16; each is made when it is first needed.
private final class ParameterStorage {
    private let makeTensor: () -> Tensor<Float>
    private(set) lazy var tensor = makeTensor()
    private var copy: Matrix<BFloat16>?
    var isCopyOutdated = false

    init(_ makeTensor: @escaping () -> Tensor<Float>) {
        self.makeTensor = makeTensor
    }

    /// The copy, unless it is outdated.
    var currentCopy: Matrix<BFloat16>? { isCopyOutdated ? nil : copy }

    func lowPrecisionCopy(parallel: Parallel) -> Matrix<BFloat16> {
        if let currentCopy { return currentCopy }
        let value = tensor.value
        let rounded = copy ?? Matrix(rows: value.rows, columns: value.columns)
        convert(value, into: rounded, parallel: parallel)
        (copy, isCopyOutdated) = (rounded, false)
        return rounded
    }
}
