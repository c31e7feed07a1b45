import Autograd
import Layers
import PackedBatches
import TensorCore

/// An encoder with a head that classifies texts or tokens, finds answers, or chooses; or without
/// one, to make vectors.
public final class TaskModel {
    /// The encoder's shape.
    public let configuration: any EncoderConfiguration
    /// What the head answers.
    public let task: TaskHead
    /// The encoder.
    public let encoder: any TextEncoder
    /// What comes behind it; nil where the pooled states are what is wanted.
    public let head: ClassificationHead?

    /// A model of zeros with unit norms, to be filled from a folder.
    ///
    /// - Precondition: the configuration is valid.
    public init(configuration: any EncoderConfiguration, task: TaskHead) {
        (self.configuration, self.task) = (configuration, task)
        encoder = configuration.makeEncoder()
        head = configuration.makeHead(for: task)
    }

    /// Every parameter in checkpoint order.
    public var parameters: [Parameter] { encoder.parameters + (head?.parameters ?? []) }

    /// Those of them that are trained.
    public func parameters(in part: TrainedPart) -> [Parameter] {
        encoder.parameters(in: part) + (head?.parameters ?? [])
    }

    /// Gives the encoder, the part before the classifier and the classifier initial weights, each
    /// a function of the seed.
    ///
    /// - Parameters:
    ///   - parts: what gets them; the rest stays as it is.
    ///   - parallel: the threads that compute them.
    public func initialize(_ parts: Set<InitialPart>, seed: UInt64, parallel: Parallel) {
        let initialization = FullMegatronInitialization(
            seed: seed, deviation: configuration.initializerRange,
            cutoff: configuration.initializerCutoffFactor, layerCount: configuration.layerCount,
            parallel: parallel)
        if parts.contains(.encoder) { encoder.initialize(by: initialization) }
        guard let head else { return }
        if parts.contains(.preparation) { head.initializePreparation(by: initialization) }
        if parts.contains(.classifier) { head.initializeClassifier(by: initialization) }
    }

    /// Parts of a model that a folder may lack.
    public enum InitialPart: Sendable {
        case encoder, preparation, classifier
    }

    /// The head's logits in single precision, or without a head the texts' vectors. Only the rows
    /// that are read go through the end of the last layer.
    ///
    /// - Parameters:
    ///   - batch: token ids below the vocabulary.
    ///   - rows: for a head on tokens, the rows it reads; nil for all. Nil for other heads.
    ///   - tape: records the operations for the backward pass.
    ///   - dropout: the key of this pass's dropout; nil in evaluation.
    ///   - trained: what gradients are wanted of.
    /// - Returns: `[sequences, outputs]` of heads for sequences and choices, `[rows, outputs]` of
    ///   those for tokens and answers, `[sequences, hidden]` without a head.
    public func logits<Element: Activation>(
        _ batch: PackedBatch, rows: [Int32]? = nil, on tape: Tape<Element>,
        dropout: DropoutKey? = nil, training trained: TrainedPart = .all
    ) -> Tensor<Float> {
        let starts = batch.cumulativeSequenceLengths
        let readsFirst = readsSequences && task.pooling == .cls
        let states = encoder(
            batch, dropout: dropout, keeping: readsFirst ? Array(starts.dropLast()) : rows,
            training: trained, on: tape)
        let mean =
            readsSequences && task.pooling == .mean
            ? tape.meanOfSequences(states, cumulativeSequenceLengths: starts) : nil
        guard let head else { return mean ?? tape.widened(states) }
        let pooled = mean.map { tape.rounded($0) } ?? states
        return head(pooled, dropout: dropout, layer: encoder.dropoutCount, on: tape)
    }

    /// Whether one state of each sequence is read.
    public var readsSequences: Bool { task.kind != .tokens && task.kind != .answers }
}
