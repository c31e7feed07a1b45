import Autograd

/// A parameter's place in a checkpoint.
public struct ParameterShape: Sendable, Equatable {
    /// The name in Hugging Face checkpoints.
    public let name: String
    /// `[columns]` for norms and biases, `[rows, columns]` otherwise.
    public let shape: [Int]

    /// The parameter of that name and shape.
    public init(name: String, shape: [Int]) {
        self.name = name
        self.shape = shape
    }

    init(_ parameter: Parameter) {
        self.init(name: parameter.name, shape: parameter.shape)
    }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }
}

extension EncoderConfiguration {
    /// Every parameter of the masked-LM model in checkpoint order. The decoder's weight is the
    /// token table and appears once, as the table.
    ///
    /// - Precondition: the configuration is valid.
    public var parameterShapes: [ParameterShape] { encoderParameterShapes + headParameterShapes }

    /// Every parameter of the encoder in checkpoint order.
    ///
    /// - Precondition: the configuration is valid.
    public var encoderParameterShapes: [ParameterShape] {
        makeEncoder().parameters.map(ParameterShape.init)
    }

    /// The parameters of the masked-LM head, without the decoder's weight.
    ///
    /// - Precondition: the configuration is valid.
    public var headParameterShapes: [ParameterShape] {
        makeLanguageModel().headParameters.map(ParameterShape.init)
    }

    /// Number of trained numbers, the tied decoder counted once.
    ///
    /// - Precondition: the configuration is valid.
    public var parameterCount: Int {
        parameterShapes.reduce(0) { $0 + $1.count }
    }
}
