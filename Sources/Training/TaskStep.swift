import Autograd
import Encoders
import Host
import Layers
import Optimizers
import PackedBatches
import TensorCore

/// One optimizer step of fine-tuning: examples → loss → gradients → update.
package struct TaskStep {
    package let model: TaskModel
    package let optimizer: StableAdamW
    /// Which part is trained: the optimizer's parameters.
    package let trained: TrainedPart
    /// What vectors are trained to be, of a model without a head.
    package let rule: ContrastiveRule
    /// What matrix products multiply.
    package let precision: Precision
    /// The most tokens of a microbatch, unless one example has more.
    package let microbatchTokens: Int
    package let pool: BufferPool
    package let parallel: Parallel

    /// What a step measured.
    package struct Result: Sendable {
        /// Mean loss of the step's examples, in nats.
        package let loss: Double
        /// Euclidean norm of all gradients, before they were cut.
        package let gradientNorm: Double
        /// What weight decay left of each trained parameter, in the optimizer's order.
        package let kept: [Double]
    }

    /// A step that changes those parameters of `model` that lie in `trained`.
    package init(
        model: TaskModel, optimizer: StableAdamW, trained: TrainedPart,
        rule: ContrastiveRule = ContrastiveRule(), precision: Precision,
        microbatchTokens: Int, pool: BufferPool, parallel: Parallel
    ) {
        (self.model, self.optimizer, self.trained) = (model, optimizer, trained)
        self.rule = rule
        (self.precision, self.microbatchTokens) = (precision, microbatchTokens)
        (self.pool, self.parallel) = (pool, parallel)
    }

    /// Trains on examples.
    ///
    /// - Parameters:
    ///   - learningRate: the schedule's value at this step.
    ///   - seed, step: name this step's dropout masks.
    ///   - stops: asked before each microbatch whether the step is given up.
    /// - Throws: `NonFiniteValue` for a loss, before anything was updated, or for gradients, after
    ///   which parameters and optimizer must not be used; `CancellationError` for a step that was
    ///   given up, before anything was updated.
    package func callAsFunction(
        _ examples: [TaskExample], learningRate: Double, seed: UInt64, step: Int,
        unless stops: () -> Bool = { false }
    ) throws -> Result {
        optimizer.zeroGradients()
        let loss = try addGradients(of: examples, seed: seed, step: step, unless: stops)
        let report = optimizer.step(learningRate: learningRate, parallel: parallel)
        guard report.gradientNorm.isFinite else {
            throw NonFiniteValue(
                what: "the norm of the gradients", value: report.gradientNorm,
                place: "the batch of \(examples.count) examples")
        }
        return Result(loss: loss, gradientNorm: report.gradientNorm, kept: report.kept)
    }

    /// The first half of a step: adds the gradients of the examples' mean loss to the parameters',
    /// without an update.
    ///
    /// - Returns: the mean loss.
    /// - Throws: `NonFiniteValue` for a loss; `CancellationError` if `stops` turns true between two
    ///   microbatches.
    package func addGradients(
        of examples: [TaskExample], seed: UInt64, step: Int, unless stops: () -> Bool = { false }
    ) throws -> Double {
        guard model.task.kind != .vectors else {
            return try addContrastiveGradients(
                of: examples, rule, seed: seed, step: step, unless: stops)
        }
        let count = max(1, examples.reduce(0) { $0 + $1.lossCount })
        let plan = BatchPlan(lengths: examples.map(\.tokenCount), budget: microbatchTokens)
        var loss = 0.0
        for (index, places) in plan.batches.enumerated() {
            if stops() { throw CancellationError() }
            let batch = places.map { examples[$0] }
            let dropout = DropoutKey(seed: seed, step: step, microbatch: index)
            switch precision {
            case .fp32: loss += differentiate(batch, in: Float.self, dropout, 1 / Float(count))
            case .bf16: loss += differentiate(batch, in: BFloat16.self, dropout, 1 / Float(count))
            }
            guard loss.isFinite else {
                throw NonFiniteValue(
                    what: "the loss", value: loss,
                    place: "microbatch \(index + 1) of the \(plan.batches.count) in its batch")
            }
        }
        return loss / Double(count)
    }

    /// Adds the gradients of a microbatch to the parameters' and returns the sum of its losses.
    private func differentiate<Element: Activation>(
        _ examples: [TaskExample], in: Element.Type, _ dropout: DropoutKey, _ scale: Float
    ) -> Double {
        let tape = Tape<Element>(parallel: parallel, pool: pool)
        let sequences = examples.flatMap(\.sequences)
        let batch = PackedBatch(sequences)
        let logits = model.logits(
            batch, rows: model.task.kind == .tokens ? batch.rows(of: sequences) : nil, on: tape,
            dropout: dropout, training: trained)
        let loss = TaskLoss(logits.value, scale: scale, pool: pool, parallel: parallel)
        let sum = loss(of: examples, objective: model.task.objective)
        tape.backward(from: logits, gradient: loss.gradient)
        return sum
    }
}
