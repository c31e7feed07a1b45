import Encoders

/// The encoder in numbers.
public struct ModelPlan: Encodable, Sendable, Equatable {
    /// Sizes of `ModernBERTConfiguration`.
    public let layers, hidden, intermediate, heads, vocabulary, maximumPositions: Int
    /// Layers that attend to whole sequences; the others attend to a window.
    public let globalLayers: Int
    /// Width of that window in tokens.
    public let localAttention: Int
    /// Trained numbers with the masked-LM head, the tied decoder counted once.
    public let parameters: Int
    /// Trained numbers of the encoder alone.
    public let encoderParameters: Int
    /// Those of them in the token table.
    public let tableParameters: Int

    init(_ configuration: ModernBERTConfiguration) {
        layers = configuration.layerCount
        hidden = configuration.hiddenSize
        intermediate = configuration.intermediateSize
        heads = configuration.headCount
        vocabulary = configuration.vocabularySize
        maximumPositions = configuration.maximumPositions
        globalLayers = (0..<layers).filter(configuration.isGlobal).count
        localAttention = configuration.localAttention
        parameters = configuration.parameterCount
        encoderParameters = configuration.parameterShapes
            .filter { $0.name.hasPrefix("model.") }.reduce(0) { $0 + $1.count }
        tableParameters = vocabulary * hidden
    }
}
