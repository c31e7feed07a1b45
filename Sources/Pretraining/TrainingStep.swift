import Autograd
import Encoders
import Layers
import Optimizers
import Streaming
import TensorCore

/// One optimizer step: batch → loss → gradients → update. The page to read first.
///
/// A batch is several microbatches whose gradients add up. The loss of a batch is the mean cross
/// entropy over all its scored tokens, however they are spread over the microbatches.
struct TrainingStep {
    let model: MaskedLanguageModel
    let optimizer: StableAdamW
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
    /// - Throws: `NonFiniteLoss` before anything was updated.
    func callAsFunction(
        _ batch: StepBatch, learningRate: Double, seed: UInt64, step: Int
    ) throws -> Result {
        optimizer.zeroGradients()
        var loss = 0.0
        for (index, microbatch) in batch.microbatches.enumerated() {
            let tape = Tape(parallel: parallel, pool: pool)
            let output = model.forward(
                microbatch, on: tape,
                dropout: DropoutKey(seed: seed, step: step, microbatch: index),
                lossScale: 1 / Float(batch.scoredTokens))
            tape.backward(from: output.loss)
            loss += Double(output.loss.value[0, 0])
            guard loss.isFinite else { throw NonFiniteLoss(microbatch: index, loss: loss) }
        }
        let report = optimizer.step(learningRate: learningRate, parallel: parallel)
        return Result(loss: loss, gradientNorm: report.gradientNorm)
    }
}

/// The loss of a batch is no number; parameters and optimizer are as they were before it.
struct NonFiniteLoss: Error {
    let microbatch: Int
    let loss: Double
}
