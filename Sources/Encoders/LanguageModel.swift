import Autograd
import Layers
import PackedBatches
import TensorCore

/// An encoder with the head that predicts masked tokens, whose decoder is the token table:
/// `MaskedLanguageModel` of ModernBERT, or `PostNormLanguageModel`.
public protocol LanguageModel: AnyObject {
    associatedtype Configuration: EncoderConfiguration
    associatedtype Encoder: TextEncoder

    /// The model's shape.
    var configuration: Configuration { get }
    /// The encoder without the head.
    var encoder: Encoder { get }
    /// What comes before the decoder.
    var head: PredictionHead { get }
    /// The decoder's bias: `[vocabulary]`.
    var decoderBias: Parameter { get }
}

/// The losses of one microbatch.
public struct LanguageModelOutput {
    /// `lossScale` · Σ losses of the scored rows: `[1, 1]`, from which to go backward.
    public let loss: Tensor<Float>
    /// The loss of each scored row in nats, in the order of `PackedBatch.scoredRows`.
    public let rowLosses: [Float]
}

extension LanguageModel {
    /// Every parameter in checkpoint order, as `configuration.parameterShapes` lists them.
    public var parameters: [Parameter] { encoder.parameters + headParameters }

    /// The head's parameters in checkpoint order, without the decoder's weight.
    var headParameters: [Parameter] { head.parameters + [decoderBias] }

    /// Gives the encoder and the head initial weights, a function of the seed.
    ///
    /// - Parameter parallel: the threads that compute them.
    public func initialize(seed: UInt64, parallel: Parallel) {
        let initialization = FullMegatronInitialization(
            seed: seed, deviation: configuration.initializerRange,
            cutoff: configuration.initializerCutoffFactor, layerCount: configuration.layerCount,
            parallel: parallel)
        encoder.initialize(by: initialization)
        head.initialize(by: initialization)
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
    ) -> LanguageModelOutput {
        let states = scoredStates(batch, on: tape, dropout: dropout)
        return loss(of: states, batch, on: tape, lossScale: lossScale)
    }

    /// The first half of `forward`: the encoder's last states of the scored rows,
    /// `[scored rows, hidden]`.
    public func scoredStates<Element: Activation>(
        _ batch: PackedBatch, on tape: Tape<Element>, dropout: DropoutKey?
    ) -> Tensor<Element> {
        encoder(batch, dropout: dropout, keeping: batch.scoredRows, on: tape)
    }

    /// The second half of `forward`: head, decoder and cross entropy.
    public func loss<Element: Activation>(
        of states: Tensor<Element>, _ batch: PackedBatch, on tape: Tape<Element>, lossScale: Float
    ) -> LanguageModelOutput {
        let entropy = tape.maskedCrossEntropy(
            head(states, on: tape), decoder: encoder.table, bias: decoderBias,
            labels: batch.scoredRows.map { batch.labels[Int($0)] }, scale: lossScale)
        return LanguageModelOutput(loss: entropy.loss, rowLosses: entropy.rowLosses)
    }

    /// The encoder's last hidden states, without dropout: `[tokens, hidden]`, or `[rows, hidden]`
    /// where only some `rows` are wanted.
    public func hiddenStates<Element: Activation>(
        _ batch: PackedBatch, rows: [Int32]? = nil, on tape: Tape<Element>
    ) -> Tensor<Element> {
        encoder(batch, dropout: nil, keeping: rows, on: tape)
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
        tape.linear(head(states, on: tape), encoder.table, bias: decoderBias).value
    }
}
