import Autograd
import Layers
import PackedBatches
import TensorCore

/// The encoder of BERT (Devlin et al., 2019) and XLM-RoBERTa (Conneau et al., 2020): rows of tokens,
/// positions and types, and post-norm layers that all see the whole sequence.
public struct PostNormEncoder: TextEncoder {
    /// The tables and their norm.
    public let embeddings: PostNormEmbedding
    /// The layers, from the first on.
    public let layers: [PostNormLayer]

    private let dropoutRate: Double

    /// An encoder of zeros with unit norms.
    public init(_ configuration: PostNormConfiguration) {
        let prefix = configuration.family.prefix
        embeddings = PostNormEmbedding(
            prefix: prefix + "embeddings.", vocabularySize: configuration.vocabularySize,
            positionRows: configuration.positionRows, typeCount: configuration.tokenTypeCount,
            hiddenSize: configuration.hiddenSize, normEpsilon: configuration.normEpsilon,
            padTokenID: configuration.padTokenID, firstPosition: configuration.firstPosition)
        layers = (0..<configuration.layerCount).map { index in
            PostNormLayer(
                prefix: "\(prefix)encoder.layer.\(index).", hiddenSize: configuration.hiddenSize,
                intermediateSize: configuration.intermediateSize,
                headCount: configuration.headCount, normEpsilon: configuration.normEpsilon)
        }
        dropoutRate = configuration.trainingDropout
    }

    /// The token table.
    public var table: Parameter { embeddings.table }

    /// The tables and their norm.
    public var embeddingParameters: [Parameter] { embeddings.parameters }

    /// The parameters of each layer.
    public var layerParameters: [[Parameter]] { layers.map(\.parameters) }

    /// There is nothing behind the last layer.
    public var finalParameters: [Parameter] { [] }

    /// One for the embeddings, two for each layer.
    public var dropoutCount: Int { 1 + 2 * layers.count }

    /// The starts of sequences.
    public func layout(of batch: PackedBatch) -> SequenceLayout {
        SequenceLayout(cumulativeLengths: batch.cumulativeSequenceLengths)
    }

    /// The sum of rows, normalised, of which elements are dropped.
    ///
    /// - Precondition: no sequence is longer than there are positions.
    public func embed<Element: Activation>(
        _ batch: PackedBatch, dropout: DropoutKey?, on tape: Tape<Element>
    ) -> Tensor<Float> {
        let x = embeddings(
            batch.tokenIDs, tokenTypes: batch.tokenTypes,
            cumulativeSequenceLengths: batch.cumulativeSequenceLengths, on: tape)
        guard let dropout = self.dropout(0, of: dropout) else { return x }
        let zeros = Matrix<Float>(rows: x.value.rows, columns: x.value.columns)
        return tape.residual(Tensor(zeros), adding: tape.rounded(x), dropout: dropout)
    }

    /// One layer, both blocks of which drop elements of their output.
    public func apply<Element: Activation>(
        layer index: Int, to x: Tensor<Float>, sequences: SequenceLayout, dropout: DropoutKey?,
        keeping rows: [Int32]?, on tape: Tape<Element>
    ) -> Tensor<Float> {
        let (first, second) = (
            self.dropout(1 + 2 * index, of: dropout), self.dropout(2 + 2 * index, of: dropout)
        )
        return layers[index](
            x, sequences: sequences, dropout: (first, second), keeping: rows, on: tape)
    }

    /// The states as they are, rounded where matrix products are.
    public func finish<Element: Activation>(
        _ x: Tensor<Float>, on tape: Tape<Element>
    ) -> Tensor<Element> {
        tape.rounded(x)
    }

    /// Gives tables and layers their initial weights.
    public func initialize(by initialization: FullMegatronInitialization) {
        embeddings.initialize(by: initialization)
        for layer in layers {
            layer.initialize(by: initialization)
        }
    }

    private func dropout(_ number: Int, of key: DropoutKey?) -> Dropout? {
        dropoutRate > 0 ? key?.dropout(rate: dropoutRate, layer: number) : nil
    }
}
