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
    ///
    /// - Parameter trained: what gradients are wanted of; the rest is computed without keeping
    ///   anything.
    public func callAsFunction<Element: Activation>(
        _ tokenIDs: [Int32], sequences: SequenceLayout, dropout: DropoutKey?,
        keeping rows: [Int32]? = nil, training trained: TrainedPart = .all,
        on tape: Tape<Element>
    ) -> Tensor<Element> {
        func states(
            of x: Tensor<Float>, from first: Int, to end: Int, on tape: Tape<Element>
        ) -> Tensor<Float> {
            (first..<end).reduce(x) { x, index in
                let dropout =
                    attentionOutputDropout > 0
                    ? dropout?.dropout(rate: attentionOutputDropout, layer: index) : nil
                let kept = index == layers.count - 1 ? rows : nil
                return tape.recomputed(x) { tape, x in
                    layers[index](
                        x, sequences: sequences, dropout: dropout, keeping: kept, on: tape)
                }
            }
        }
        let end = layers.count
        guard let first = trained.firstLayer(of: end) else {
            return finalNorm(
                states(of: embeddings(tokenIDs, on: tape), from: 0, to: end, on: tape),
                on: tape)
        }
        guard first <= end else {
            return tape.withoutGradient { silent in
                finalNorm(
                    states(of: embeddings(tokenIDs, on: silent), from: 0, to: end, on: silent),
                    on: silent)
            }
        }
        let x = tape.withoutGradient { silent in
            states(of: embeddings(tokenIDs, on: silent), from: 0, to: first, on: silent)
        }
        return finalNorm(states(of: x, from: first, to: end, on: tape), on: tape)
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
