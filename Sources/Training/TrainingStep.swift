import Autograd
import Encoders
import Host
import Layers
import Optimizers
import PackedBatches
import TensorCore

/// One optimizer step: batch → loss → gradients → update. The page to read first.
///
/// A batch is several microbatches whose gradients add up. The loss of a batch is the mean cross
/// entropy over all its scored tokens, however they are spread over the microbatches.
package struct TrainingStep {
    package let model: MaskedLanguageModel
    package let optimizer: StableAdamW
    /// What matrix products multiply.
    package let precision: Precision
    /// Whether layers compute their activations again on the way back.
    package let recomputesActivations: Bool
    package let pool: BufferPool
    package let parallel: Parallel

    /// What a step measured.
    package struct Result {
        /// Mean cross entropy of the batch's scored tokens, in nats.
        package let loss: Double
        /// Euclidean norm of all gradients.
        package let gradientNorm: Double
        /// How long its parts took.
        package let seconds: Seconds
    }

    /// Seconds of a step's parts.
    package struct Seconds: Sendable {
        /// Embedding and encoder.
        package var forward = 0.0
        /// Head and cross entropy; the decoder's gradients are made with it.
        package var head = 0.0
        /// The way back through the encoder.
        package var backward = 0.0
        /// The update.
        package var optimizer = 0.0

        package var total: Double { forward + head + backward + optimizer }
    }

    package init(
        model: MaskedLanguageModel, optimizer: StableAdamW, precision: Precision,
        recomputesActivations: Bool, pool: BufferPool, parallel: Parallel
    ) {
        self.model = model
        self.optimizer = optimizer
        self.precision = precision
        self.recomputesActivations = recomputesActivations
        self.pool = pool
        self.parallel = parallel
    }

    /// Trains on a batch.
    ///
    /// - Parameters:
    ///   - microbatches: the batch, at least one token of which is scored.
    ///   - learningRate: the schedule's value at this step.
    ///   - seed, step: name this step's dropout masks.
    ///   - stops: asked before each microbatch whether the step is given up.
    /// - Throws: `NonFiniteValue` for a loss, before anything was updated, or for gradients, after
    ///   which parameters and optimizer must not be used; `CancellationError` for a step that was
    ///   given up, before anything was updated.
    package func callAsFunction(
        _ microbatches: [PackedBatch], learningRate: Double, seed: UInt64, step: Int,
        unless stops: () -> Bool = { false }
    ) throws -> Result {
        optimizer.zeroGradients()
        var (loss, seconds) = try addGradients(
            of: microbatches, seed: seed, step: step, unless: stops)
        var watch = Stopwatch()
        let report = optimizer.step(learningRate: learningRate, parallel: parallel)
        seconds.optimizer = watch.lap()
        guard report.gradientNorm.isFinite else {
            throw NonFiniteValue(
                what: "the norm of the gradients", value: report.gradientNorm,
                place: "the batch of \(microbatches.count) microbatches")
        }
        return Result(loss: loss, gradientNorm: report.gradientNorm, seconds: seconds)
    }

    /// The first half of a step: adds the batch's gradients to the parameters', without an update.
    ///
    /// - Returns: the mean cross entropy of the scored tokens, and how long its parts took.
    /// - Throws: `NonFiniteValue` for a loss; `CancellationError` if `stops` turns true between two
    ///   microbatches.
    package func addGradients(
        of microbatches: [PackedBatch], seed: UInt64, step: Int,
        unless stops: () -> Bool = { false }
    ) throws -> (loss: Double, seconds: Seconds) {
        let scoredTokens = microbatches.reduce(0) { $0 + $1.scoredTokenCount }
        // Of a few tokens, perhaps none is scored.
        let lossScale = 1 / Float(max(1, scoredTokens))
        var loss = 0.0
        var seconds = Seconds()
        for (index, microbatch) in microbatches.enumerated() {
            if stops() { throw CancellationError() }
            let dropout = DropoutKey(seed: seed, step: step, microbatch: index)
            switch precision {
            case .fp32:
                loss += differentiate(microbatch, in: Float.self, dropout, lossScale, &seconds)
            case .bf16:
                loss += differentiate(microbatch, in: BFloat16.self, dropout, lossScale, &seconds)
            }
            guard loss.isFinite else {
                throw NonFiniteValue(
                    what: "the loss", value: loss,
                    place: "microbatch \(index + 1) of the \(microbatches.count) in its batch")
            }
        }
        return (loss, seconds)
    }

    /// Adds the microbatch's gradients to the parameters' and returns its share of the loss.
    private func differentiate<Element: Activation>(
        _ batch: PackedBatch, in: Element.Type, _ dropout: DropoutKey, _ lossScale: Float,
        _ seconds: inout Seconds
    ) -> Double {
        var watch = Stopwatch()
        let tape = Tape<Element>(
            parallel: parallel, pool: pool, recomputing: recomputesActivations)
        let states = model.scoredStates(batch, on: tape, dropout: dropout)
        seconds.forward += watch.lap()
        let output = model.loss(of: states, batch, on: tape, lossScale: lossScale)
        seconds.head += watch.lap()
        tape.backward(from: output.loss)
        seconds.backward += watch.lap()
        return Double(output.loss.value[0, 0])
    }
}

/// Something that must be a number is infinite or not a number.
package struct NonFiniteValue: Error {
    /// What it is: `the loss`.
    package let what: String
    package let value: Double
    /// Where in the step it was seen: `microbatch 2 of the 4 in its batch`; nil for what was
    /// measured between two steps.
    package let place: String?

    package init(what: String, value: Double, place: String? = nil) {
        (self.what, self.value, self.place) = (what, value, place)
    }
}
