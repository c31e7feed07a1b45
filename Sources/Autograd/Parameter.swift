import TensorCore

/// A trained tensor under the name it has in Hugging Face checkpoints.
public struct Parameter {
    /// Such as `model.layers.3.attn.Wqkv.weight`.
    public let name: String
    /// The value, and the gradient that accumulates over microbatches. Norm weights and biases are
    /// matrices of one row.
    public let tensor: Tensor
    /// The shape in checkpoints: `[columns]` for norms and biases, `[rows, columns]` otherwise.
    public let shape: [Int]

    /// A matrix parameter of zeros: `[rows, columns]`.
    public init(name: String, rows: Int, columns: Int) {
        self.name = name
        tensor = Tensor(Matrix(rows: rows, columns: columns))
        shape = [rows, columns]
    }

    /// A vector parameter, such as a norm's weight or a bias: `[count]`, all `value`.
    public init(name: String, count: Int, filledWith value: Float = 0) {
        self.name = name
        tensor = Tensor(Matrix(rows: 1, columns: count))
        shape = [count]
        if value != 0 {
            tensor.value.fill(value)
        }
    }

    /// Whether weight decay applies: to matrices, not to norms and biases.
    public var decays: Bool { shape.count > 1 }

    /// Number of elements.
    public var count: Int { tensor.value.count }
}
