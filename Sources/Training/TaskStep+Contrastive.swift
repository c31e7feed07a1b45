import Autograd
import Encoders
import Layers
import PackedBatches
import TensorCore

extension TaskStep {
    /// Adds the gradients of the contrastive loss of a batch of examples to the parameters'.
    ///
    /// The loss needs the vectors of all texts at once, the encoder's activations only those of a
    /// microbatch: so texts are encoded once without recording, and again, microbatch by
    /// microbatch, to push the gradient of their vectors back. A batch that is one microbatch is
    /// encoded once.
    ///
    /// Source: Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited
    /// Setup" (2021).
    ///
    /// - Returns: the loss.
    /// - Throws: `NonFiniteValue` for a loss; `CancellationError` if `stops` turns true between two
    ///   microbatches.
    func addContrastiveGradients(
        of examples: [TaskExample], _ rule: ContrastiveRule, seed: UInt64, step: Int,
        unless stops: () -> Bool
    ) throws -> Double {
        switch precision {
        case .fp32: try differentiate(examples, rule, in: Float.self, seed, step, stops)
        case .bf16: try differentiate(examples, rule, in: BFloat16.self, seed, step, stops)
        }
    }

    private func differentiate<Element: Activation>(
        _ examples: [TaskExample], _ rule: ContrastiveRule, in: Element.Type, _ seed: UInt64,
        _ step: Int, _ stops: () -> Bool
    ) throws -> Double {
        let sequences = examples.flatMap(\.sequences)
        let batches = BatchPlan(lengths: sequences.map(\.ids.count), budget: microbatchTokens)
            .batches.map { places in places.map { Int32($0) } }
        let vectors = Matrix<Float>(
            rows: sequences.count, columns: model.configuration.hiddenSize, from: pool)

        /// The vectors of a microbatch, and the tape that recorded them.
        func encode(
            _ index: Int, recording: Bool
        ) throws -> (tape: Tape<Element>, vectors: Tensor<Float>) {
            if stops() { throw CancellationError() }
            let tape = Tape<Element>(parallel: parallel, pool: pool, recording: recording)
            // The same key, so the same dropout, both times.
            let dropout = DropoutKey(seed: seed, step: step, microbatch: index)
            let texts = batches[index].map { sequences[Int($0)] }
            return (
                tape,
                model.logits(PackedBatch(texts), on: tape, dropout: dropout, training: trained)
            )
        }

        let isCached = batches.count > 1
        var recorded: (tape: Tape<Element>, vectors: Tensor<Float>)?
        for index in batches.indices {
            let part = try encode(index, recording: !isCached)
            replaceRows(
                of: vectors, at: batches[index], by: part.vectors.value, parallel: parallel)
            if !isCached { recorded = part }
        }
        let (loss, gradient) = ContrastiveLoss(rule, pool: pool, parallel: parallel)(
            of: vectors, examples)
        guard loss.isFinite else {
            throw NonFiniteValue(
                what: "the loss", value: loss, place: "the batch of \(examples.count) examples")
        }
        for index in batches.indices {
            let part = try recorded ?? encode(index, recording: true)
            let own = Matrix<Float>(
                rows: batches[index].count, columns: gradient.columns, from: pool)
            gatherRows(of: gradient, at: batches[index], into: own, parallel: parallel)
            part.tape.backward(from: part.vectors, gradient: own)
        }
        return loss
    }
}
