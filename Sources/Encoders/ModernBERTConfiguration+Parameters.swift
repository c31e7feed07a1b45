/// A parameter's place in a checkpoint, known without allocating it.
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

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }
}

extension ModernBERTConfiguration {
    /// Every parameter of the masked-LM model in checkpoint order. The decoder's weight is the
    /// token table and appears once, as the table.
    public var parameterShapes: [ParameterShape] { encoderParameterShapes + headParameterShapes }

    /// Every parameter of the encoder in checkpoint order.
    public var encoderParameterShapes: [ParameterShape] {
        var shapes = [
            ParameterShape(
                name: "model.embeddings.tok_embeddings.weight",
                shape: [vocabularySize, hiddenSize]),
            ParameterShape(name: "model.embeddings.norm.weight", shape: [hiddenSize]),
        ]
        for index in 0..<layerCount {
            shapes += layerParameterShapes(index)
        }
        return shapes + [ParameterShape(name: "model.final_norm.weight", shape: [hiddenSize])]
    }

    /// The parameters of the masked-LM head, without the decoder's weight.
    public var headParameterShapes: [ParameterShape] {
        [
            ParameterShape(name: "head.dense.weight", shape: [hiddenSize, hiddenSize]),
            ParameterShape(name: "head.norm.weight", shape: [hiddenSize]),
            ParameterShape(name: "decoder.bias", shape: [vocabularySize]),
        ]
    }

    /// Number of trained numbers, the tied decoder counted once.
    public var parameterCount: Int {
        parameterShapes.reduce(0) { $0 + $1.count }
    }

    private func layerParameterShapes(_ index: Int) -> [ParameterShape] {
        let prefix = "model.layers.\(index)."
        let attentionNorm =
            index == 0
            ? [] : [ParameterShape(name: prefix + "attn_norm.weight", shape: [hiddenSize])]
        return attentionNorm + [
            ParameterShape(
                name: prefix + "attn.Wqkv.weight", shape: [3 * hiddenSize, hiddenSize]),
            ParameterShape(name: prefix + "attn.Wo.weight", shape: [hiddenSize, hiddenSize]),
            ParameterShape(name: prefix + "mlp_norm.weight", shape: [hiddenSize]),
            ParameterShape(
                name: prefix + "mlp.Wi.weight", shape: [2 * intermediateSize, hiddenSize]),
            ParameterShape(name: prefix + "mlp.Wo.weight", shape: [hiddenSize, intermediateSize]),
        ]
    }
}
