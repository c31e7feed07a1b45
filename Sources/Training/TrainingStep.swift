import Autograd
import Encoders
import Host
import Layers
import Optimizers
import PackedBatches
import Ranks
import TensorCore

/// One optimizer step: batch → loss → gradients → update. The page to read first.
///
/// A batch is several microbatches whose gradients add up, those of each lane in their order, and
/// those of the lanes by a tree, whoever computes them. The loss of a batch is the mean cross
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
    /// Who computes the batch together, each the microbatches of its own lanes.
    package let ranks: RankGroup

    /// What a step measured.
    package struct Result {
        /// Mean cross entropy of the batch's scored tokens, in nats.
        package let loss: Double
        /// Euclidean norm of all gradients.
        package let gradientNorm: Double
        /// How long its parts took.
        package let seconds: Seconds
        /// How long each rank computed, on rank 0 of several; otherwise empty.
        package let computing: [Double]

        /// How long the rank that was first waited for the last one.
        package var waiting: Double { (computing.max() ?? 0) - (computing.min() ?? 0) }
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
        recomputesActivations: Bool, pool: BufferPool, parallel: Parallel,
        ranks: RankGroup = .alone()
    ) {
        self.model = model
        self.optimizer = optimizer
        self.precision = precision
        self.recomputesActivations = recomputesActivations
        self.pool = pool
        self.parallel = parallel
        self.ranks = ranks
    }

    /// Trains on a batch.
    ///
    /// - Parameters:
    ///   - microbatches: the batch, at least one token of which is scored.
    ///   - lanes: the lanes they come from, which decide in which order gradients are added; nil
    ///     for one lane.
    ///   - learningRate: the schedule's value at this step.
    ///   - seed, step: name this step's dropout masks.
    ///   - stops: asked before each microbatch whether the step is given up.
    /// - Throws: `NonFiniteValue` for a loss, before anything was updated, or for gradients, after
    ///   which parameters and optimizer must not be used; `CancellationError` for a step that was
    ///   given up, before anything was updated; what ranks that do not answer throw.
    package func callAsFunction(
        _ microbatches: [PackedBatch], of lanes: LaneDealing? = nil, learningRate: Double,
        seed: UInt64, step: Int, unless stops: () -> Bool = { false }
    ) throws -> Result {
        let dealing = lanes ?? LaneDealing(microbatches: microbatches.count)
        let sums = LaneSums(dealing, parameters: optimizer.parameters, ranks: ranks)
        var tally = StepTally(microbatches)
        let parts = try sums.parts(parallel: parallel) { lane in
            optimizer.zeroGradients()
            for number in dealing.microbatches(of: lane) {
                if stops() { throw CancellationError() }
                try differentiate(
                    microbatches[number], DropoutKey(seed: seed, step: step, microbatch: number),
                    &tally)
            }
        }
        let computing = try tally.exchange(dealing, among: ranks, during: "step \(step + 1)")
        var watch = Stopwatch()
        let report = try optimizer.step(
            parts: parts, isPresent: dealing.isPresent, learningRate: learningRate,
            during: "step \(step + 1)", parallel: parallel)
        tally.seconds.optimizer = watch.lap()
        guard report.gradientNorm.isFinite else {
            throw NonFiniteValue(
                what: "the norm of the gradients", value: report.gradientNorm,
                place: "the batch of \(microbatches.count) microbatches")
        }
        return Result(
            loss: tally.loss, gradientNorm: report.gradientNorm, seconds: tally.seconds,
            computing: computing)
    }

    /// The first half of a step of one lane: adds the batch's gradients to the parameters',
    /// without an update.
    ///
    /// - Returns: the mean cross entropy of the scored tokens, and how long its parts took.
    /// - Throws: `NonFiniteValue` for a loss.
    package func addGradients(
        of microbatches: [PackedBatch], seed: UInt64, step: Int
    ) throws -> (loss: Double, seconds: Seconds) {
        var tally = StepTally(microbatches)
        for (number, microbatch) in microbatches.enumerated() {
            try differentiate(
                microbatch, DropoutKey(seed: seed, step: step, microbatch: number), &tally)
        }
        return (tally.loss, tally.seconds)
    }

    /// Adds the gradients of a microbatch to the parameters' and notes its share of the loss.
    private func differentiate(
        _ microbatch: PackedBatch, _ dropout: DropoutKey, _ tally: inout StepTally
    ) throws {
        let loss =
            switch precision {
            case .fp32: differentiate(microbatch, in: Float.self, dropout, &tally)
            case .bf16: differentiate(microbatch, in: BFloat16.self, dropout, &tally)
            }
        tally.losses[dropout.microbatch] = loss
        // With others it is told by all at once, when all have computed.
        if ranks.count == 1 { try tally.check(dropout.microbatch) }
    }

    /// Adds the microbatch's gradients to the parameters' and returns its share of the loss.
    private func differentiate<Element: Activation>(
        _ batch: PackedBatch, in: Element.Type, _ dropout: DropoutKey, _ tally: inout StepTally
    ) -> Double {
        var watch = Stopwatch()
        let tape = Tape<Element>(
            parallel: parallel, pool: pool, recomputing: recomputesActivations)
        let states = model.scoredStates(batch, on: tape, dropout: dropout)
        tally.seconds.forward += watch.lap()
        let output = model.loss(of: states, batch, on: tape, lossScale: tally.lossScale)
        tally.seconds.head += watch.lap()
        tape.backward(from: output.loss)
        tally.seconds.backward += watch.lap()
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
