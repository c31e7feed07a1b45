import Autograd
import Layers
import PackedBatches
import TensorCore

/// The encoder: token embedding, pre-norm layers with alternating local and global attention, and
/// a final norm (Warner et al., "Smarter, better, faster, longer", 2024).
public struct ModernBERT: TextEncoder {
    /// The token table and its norm.
    public let embeddings: TokenEmbedding
    /// The layers, from the first on.
    public let layers: [EncoderLayer]
    /// The norm after the last layer.
    public let finalNorm: LayerNorm

    private let attentionOutputDropout: Double
    private let rotary: RotaryTables

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
        rotary = RotaryTables(
            headSize: configuration.headSize,
            bases: (configuration.globalRotaryBase, configuration.localRotaryBase))
    }

    /// The token table.
    public var table: Parameter { embeddings.table }

    /// The table and its norm.
    public var embeddingParameters: [Parameter] { embeddings.parameters }

    /// The parameters of each layer.
    public var layerParameters: [[Parameter]] { layers.map(\.parameters) }

    /// The final norm.
    public var finalParameters: [Parameter] { finalNorm.parameters }

    /// One for each layer.
    public var dropoutCount: Int { layers.count }

    /// Changes the bases of the rotary frequencies.
    func setRotaryBases(global: Double, local: Double) { rotary.bases = (global, local) }

    /// The starts of sequences, and rotary tables for the longest of them.
    public func layout(of batch: PackedBatch) -> SequenceLayout { rotary.layout(of: batch) }

    /// Token rows, normalised.
    public func embed<Element: Activation>(
        _ batch: PackedBatch, dropout: DropoutKey?, on tape: Tape<Element>
    ) -> Tensor<Float> {
        embeddings(batch.tokenIDs, on: tape)
    }

    /// One layer, whose attention drops elements of its output.
    public func apply<Element: Activation>(
        layer index: Int, to x: Tensor<Float>, sequences: SequenceLayout, dropout: DropoutKey?,
        keeping rows: [Int32]?, on tape: Tape<Element>
    ) -> Tensor<Float> {
        let dropout =
            attentionOutputDropout > 0
            ? dropout?.dropout(rate: attentionOutputDropout, layer: index) : nil
        return layers[index](x, sequences: sequences, dropout: dropout, keeping: rows, on: tape)
    }

    /// The final norm.
    public func finish<Element: Activation>(
        _ x: Tensor<Float>, on tape: Tape<Element>
    ) -> Tensor<Element> {
        finalNorm(x, on: tape)
    }

    /// Gives the table and the layers their initial weights.
    public func initialize(by initialization: FullMegatronInitialization) {
        embeddings.initialize(by: initialization)
        for layer in layers {
            layer.initialize(by: initialization)
        }
    }
}
