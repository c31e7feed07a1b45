import Autograd
import Encoders
import Layers
import Optimizers
import PackedBatches
import Streaming
import TensorCore

/// One optimizer step: batch → loss → gradients → update. The page to read first.
///
/// A batch is several microbatches whose gradients add up. The loss of a batch is the mean cross
/// entropy over all its scored tokens, however they are spread over the microbatches.
struct TrainingStep {
    let model: MaskedLanguageModel
    let optimizer: StableAdamW
    let precision: Precision
    let recomputesActivations: Bool
    let pool: BufferPool
    let parallel: Parallel

    /// What a step measured.
    struct Result {
        /// Mean cross entropy of the batch's scored tokens, in nats.
        let loss: Double
        /// Euclidean norm of all gradients.
        let gradientNorm: Double
    }

    /// Trains on `batch`.
    ///
    /// - Parameters:
    ///   - learningRate: the schedule's value at this step.
    ///   - seed, step: name this step's dropout masks.
    /// - Throws: `NonFiniteValue` for a loss, before anything was updated, or for gradients, when
    ///   parameters and optimizer are of no more use.
    func callAsFunction(
        _ batch: StepBatch, learningRate: Double, seed: UInt64, step: Int
    ) throws -> Result {
        optimizer.zeroGradients()
        var loss = 0.0
        for (index, microbatch) in batch.microbatches.enumerated() {
            let dropout = DropoutKey(seed: seed, step: step, microbatch: index)
            let lossScale = 1 / Float(batch.scoredTokens)
            switch precision {
            case .fp32: loss += differentiate(microbatch, in: Float.self, dropout, lossScale)
            case .bf16: loss += differentiate(microbatch, in: BFloat16.self, dropout, lossScale)
            }
            guard loss.isFinite else {
                throw NonFiniteValue(
                    what: "the loss", value: loss,
                    place: "microbatch \(index + 1) of the \(batch.microbatches.count) in its batch"
                )
            }
        }
        let report = optimizer.step(learningRate: learningRate, parallel: parallel)
        guard report.gradientNorm.isFinite else {
            throw NonFiniteValue(
                what: "the norm of the gradients", value: report.gradientNorm,
                place: "the batch of \(batch.microbatches.count) microbatches")
        }
        return Result(loss: loss, gradientNorm: report.gradientNorm)
    }

    /// Adds the microbatch's gradients to the parameters' and returns its share of the loss.
    private func differentiate<Element: Activation>(
        _ batch: PackedBatch, in: Element.Type, _ dropout: DropoutKey, _ lossScale: Float
    ) -> Double {
        let tape = Tape<Element>(
            parallel: parallel, pool: pool, recomputing: recomputesActivations)
        let output = model.forward(batch, on: tape, dropout: dropout, lossScale: lossScale)
        tape.backward(from: output.loss)
        return Double(output.loss.value[0, 0])
    }
}

/// Something that must be a number is infinite or not a number.
struct NonFiniteValue: Error {
    /// What it is: `the loss`.
    let what: String
    let value: Double
    /// Where in the step it was seen: `microbatch 2 of the 4 in its batch`.
    let place: String
}
