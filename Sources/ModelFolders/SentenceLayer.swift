/// One of sentence-transformers' modules behind the pooling: what is done to a vector.
public enum SentenceLayer: Sendable, Equatable {
    /// y = x / max(‖x‖, 1e-12).
    case normalize
    /// y = activation(W x + b).
    case dense(DenseLayer)
    /// y = (x − mean) / √(variance + 1e-5) · w + b.
    case layerNorm(NormalizingLayer)

    /// The numbers of a vector that it takes, and the key that says so; nil for any.
    var inputs: (count: Int, location: String)? {
        switch self {
        case .normalize: nil
        case .dense(let layer): (layer.inputs, "\(layer.path): in_features")
        case .layerNorm(let layer): (layer.weight.count, "\(layer.path): dimension")
        }
    }

    /// The numbers that it gives, where they are not as many as it takes.
    var outputs: Int? {
        if case .dense(let layer) = self { layer.outputs } else { nil }
    }

    /// In a few words: `Dense 768 to 256, tanh`.
    public var summary: String {
        switch self {
        case .normalize: "length 1"
        case .dense(let layer):
            "Dense \(layer.inputs) to \(layer.outputs), \(layer.activation.rawValue)"
        case .layerNorm: "LayerNorm"
        }
    }
}

/// sentence-transformers' `Dense`: a linear layer and a function of each number.
public struct DenseLayer: Sendable, Equatable {
    /// A function of each number, by the last part of the name of PyTorch's class.
    public enum Activation: String, CaseIterable, Sendable {
        case identity = "Identity"
        case tanh = "Tanh"
        case relu = "ReLU"
        /// The exact one, by the error function.
        case gelu = "GELU"
        case sigmoid = "Sigmoid"
        case silu = "SiLU"
    }

    /// Numbers of a vector that it takes.
    public let inputs: Int
    /// Numbers of a vector that it gives.
    public let outputs: Int
    /// W, row by row: `[outputs, inputs]`.
    public let weight: [Float]
    /// b, `[outputs]`; empty for none.
    public let bias: [Float]
    /// What is done to each number then.
    public let activation: Activation
    /// The file that says so.
    let path: String
}

/// sentence-transformers' `LayerNorm`.
public struct NormalizingLayer: Sendable, Equatable {
    /// PyTorch's, which no file changes.
    public static let epsilon = 1e-5
    /// w.
    public let weight: [Float]
    /// b.
    public let bias: [Float]
    /// The file that says so.
    let path: String
}
