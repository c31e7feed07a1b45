import Autograd
import Layers
import PackedBatches
import TensorCore

/// The encoder: token embedding, pre-norm layers with alternating local and global attention, and
/// a final norm (Warner et al., "Smarter, better, faster, longer", 2024).
public struct ModernBERT {
    /// The token table and its norm.
    public let embeddings: TokenEmbedding
    /// The layers, from the first on.
    public let layers: [EncoderLayer]
    /// The norm after the last layer.
    public let finalNorm: LayerNorm

    private let attentionOutputDropout: Double

    /// An encoder of zeros with unit norms.
    public init(_ configuration: ModernBERTConfiguration) {
        embeddings = TokenEmbedding(
            prefix: "model.embeddings.", vocabularySize: configuration.vocabularySize,
            hiddenSize: configuration.hiddenSize, normEpsilon: configuration.normEpsilon,
            padTokenID: configuration.padTokenID)
        layers = (0..<configuration.layerCount).map { index in
            EncoderLayer(
                prefix: "model.layers.\(index).", index: index,
                hiddenSize: configuration.hiddenSize,
                intermediateSize: configuration.intermediateSize,
                headCount: configuration.headCount, window: configuration.window(ofLayer: index),
                normEpsilon: configuration.normEpsilon)
        }
        finalNorm = LayerNorm(
            name: "model.final_norm.weight", columns: configuration.hiddenSize,
            epsilon: configuration.normEpsilon)
        attentionOutputDropout = configuration.attentionOutputDropout
    }

    /// The last hidden states: `[tokens, hidden]`, or `[rows, hidden]` where only some `rows` are
    /// wanted.
    public func callAsFunction<Element: Activation>(
        _ tokenIDs: [Int32], sequences: SequenceLayout, dropout: DropoutKey?,
        keeping rows: [Int32]? = nil, on tape: Tape<Element>
    ) -> Tensor<Element> {
        var x = embeddings(tokenIDs, on: tape)
        for (index, layer) in layers.enumerated() {
            let dropout =
                attentionOutputDropout > 0
                ? dropout?.dropout(rate: attentionOutputDropout, layer: index) : nil
            let kept = index == layers.count - 1 ? rows : nil
            x = tape.recomputed(x) { tape, x in
                layer(x, sequences: sequences, dropout: dropout, keeping: kept, on: tape)
            }
        }
        return finalNorm(x, on: tape)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] {
        embeddings.parameters + layers.flatMap(\.parameters) + [finalNorm.weight]
    }

    /// Gives the table and the layers their initial weights.
    public func initialize(by initialization: FullMegatronInitialization) {
        embeddings.initialize(by: initialization)
        for layer in layers {
            layer.initialize(by: initialization)
        }
    }
}
