import Autograd
import Host
import Layers
import PackedBatches
import TensorCore

/// ModernBERT with the masked-language-modelling head, whose decoder is the token table.
public final class MaskedLanguageModel {
    /// The losses of one microbatch.
    public struct Output {
        /// `lossScale` · Σ losses of the scored rows: `[1, 1]`, from which to go backward.
        public let loss: Tensor<Float>
        /// The loss of each scored row in nats, in the order of `PackedBatch.scoredRows`.
        public let rowLosses: [Float]
    }

    /// The model's shape; the rotary bases change from phase to phase.
    public private(set) var configuration: ModernBERTConfiguration
    /// The encoder without the head.
    public let encoder: ModernBERT
    /// What comes before the decoder.
    public let head: PredictionHead
    /// The decoder's bias: `[vocabulary]`.
    public let decoderBias: Parameter

    private var rotaryTables = RotaryTables()

    /// A model of zeros with unit norms, to be filled from a checkpoint.
    ///
    /// - Precondition: the configuration is valid.
    public init(configuration: ModernBERTConfiguration) {
        precondition(
            configuration.hiddenSize % configuration.headCount == 0
                && configuration.headSize % 2 == 0,
            """
            MaskedLanguageModel: \(configuration.headCount) heads for \
            \(configuration.hiddenSize) columns
            """)
        self.configuration = configuration
        encoder = ModernBERT(configuration)
        head = PredictionHead(
            prefix: "head.", hiddenSize: configuration.hiddenSize,
            normEpsilon: configuration.normEpsilon)
        decoderBias = Parameter(name: "decoder.bias", count: configuration.vocabularySize)
    }

    /// A model with initial weights (`FullMegatronInitialization`), a function of the seed.
    ///
    /// - Parameter parallel: the threads that compute them; nil for all cores of this process.
    public convenience init(
        configuration: ModernBERTConfiguration, seed: UInt64, parallel: Parallel? = nil
    ) {
        self.init(configuration: configuration)
        let initialization = FullMegatronInitialization(
            seed: seed, deviation: configuration.initializerRange,
            cutoff: configuration.initializerCutoffFactor, layerCount: configuration.layerCount,
            parallel: parallel ?? Parallel(threads: Cores.usable))
        encoder.initialize(by: initialization)
        head.initialize(by: initialization)
    }

    /// Every parameter in checkpoint order, as `configuration.parameterShapes` lists them.
    public var parameters: [Parameter] { encoder.parameters + headParameters }

    /// The head's parameters in checkpoint order, without the decoder's weight.
    var headParameters: [Parameter] { head.parameters + [decoderBias] }

    /// Changes the bases of the rotary frequencies, as a phase with another context does.
    public func setRotaryBases(global: Double, local: Double) {
        configuration.globalRotaryBase = global
        configuration.localRotaryBase = local
    }

    /// The loss of a microbatch. Only scored rows go through the end of the last layer and the
    /// head.
    ///
    /// - Parameters:
    ///   - batch: token ids below the vocabulary, at least one row scored.
    ///   - tape: records the operations for the backward pass.
    ///   - dropout: the key of this pass's dropout; nil in evaluation.
    ///   - lossScale: such as 1 / scored tokens of all microbatches of the step.
    public func forward<Element: Activation>(
        _ batch: PackedBatch, on tape: Tape<Element>, dropout: DropoutKey?, lossScale: Float
    ) -> Output {
        let states = scoredStates(batch, on: tape, dropout: dropout)
        return loss(of: states, batch, on: tape, lossScale: lossScale)
    }

    /// The first half of `forward`: the encoder's last states of the scored rows,
    /// `[scored rows, hidden]`.
    public func scoredStates<Element: Activation>(
        _ batch: PackedBatch, on tape: Tape<Element>, dropout: DropoutKey?
    ) -> Tensor<Element> {
        encoder(
            batch.tokenIDs, sequences: layout(of: batch), dropout: dropout,
            keeping: batch.scoredRows, on: tape)
    }

    /// The second half of `forward`: head, decoder and cross entropy.
    public func loss<Element: Activation>(
        of states: Tensor<Element>, _ batch: PackedBatch, on tape: Tape<Element>, lossScale: Float
    ) -> Output {
        let entropy = tape.maskedCrossEntropy(
            head(states, on: tape), decoder: encoder.embeddings.table, bias: decoderBias,
            labels: batch.scoredRows.map { batch.labels[Int($0)] }, scale: lossScale)
        return Output(loss: entropy.loss, rowLosses: entropy.rowLosses)
    }

    /// The encoder's last hidden states, without dropout: `[tokens, hidden]`, or `[rows, hidden]`
    /// where only some `rows` are wanted.
    public func hiddenStates<Element: Activation>(
        _ batch: PackedBatch, rows: [Int32]? = nil, on tape: Tape<Element>
    ) -> Tensor<Element> {
        encoder(
            batch.tokenIDs, sequences: layout(of: batch), dropout: nil, keeping: rows, on: tape)
    }

    /// The logits of some rows, or of all: `[rows, vocabulary]`.
    public func logits<Element: Activation>(
        _ batch: PackedBatch, rows: [Int32]? = nil, on tape: Tape<Element>
    ) -> Matrix<Float> {
        logits(of: hiddenStates(batch, rows: rows, on: tape), on: tape)
    }

    /// The logits of last hidden states: `[rows, hidden]` to `[rows, vocabulary]`.
    public func logits<Element: Activation>(
        of states: Tensor<Element>, on tape: Tape<Element>
    ) -> Matrix<Float> {
        tape.linear(head(states, on: tape), encoder.embeddings.table, bias: decoderBias).value
    }

    private func layout(of batch: PackedBatch) -> SequenceLayout {
        rotaryTables.layout(of: batch, in: configuration)
    }
}
