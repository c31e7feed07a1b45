import Autograd
import Encoders
import Layers
import Optimizers
import PackedBatches
import TensorCore

/// Measures training steps: forward, head, backward and optimizer, of the model, the tape and the
/// optimizer that train otherwise.
public struct StepBenchmark {
    /// What is measured.
    public let shape: StepShape
    /// What products multiply.
    public let precision: Precision
    /// Whether layers compute their activations again on the way back.
    public let recomputesActivations: Bool

    private let model: MaskedLanguageModel
    private let optimizer: StableAdamW
    private let parallel: Parallel
    private let pool = BufferPool()
    private var ceilings = Ceilings()
    /// In memory before the first step: weights and moments above all.
    private let startBytes: Int?

    private static let ceilingSeconds = 0.6

    /// A model with initial weights and an optimizer before its first step.
    public init(
        _ shape: StepShape, precision: Precision, threads: Int,
        recomputesActivations: Bool = false
    ) {
        self.shape = shape
        self.precision = precision
        self.recomputesActivations = recomputesActivations
        parallel = Parallel(threads: threads)
        ceilings.measureProducts(
            in: precision, parallel: parallel, seconds: Self.ceilingSeconds)
        model = MaskedLanguageModel(
            configuration: shape.configuration, seed: 0, parallel: parallel)
        optimizer = StableAdamW(parameters: model.parameters, configuration: .init())
        startBytes = ProcessMemory.residentBytes
    }

    /// Seconds of one step's parts.
    private struct Seconds {
        var forward = 0.0
        var head = 0.0
        var backward = 0.0
        var optimizer = 0.0

        var total: Double { forward + head + backward + optimizer }
    }

    /// Takes `warmup` and then `steps` steps.
    ///
    /// - Parameter progress: told the steps done and all steps.
    public mutating func run(
        steps: Int, warmup: Int, progress: (_ done: Int, _ of: Int) -> Void
    ) -> StepReport {
        var seconds: [Seconds] = []
        var rates: [Double] = []
        var useful: [Double] = []
        var tokens = 0
        var operations = OperationCount()
        var warmBytes: Int?
        for step in 0..<warmup + steps {
            progress(step, warmup + steps)
            let batch = shape.batch(step: step)
            let parts =
                switch precision {
                case .fp32: take(batch, step: step, in: Float.self)
                case .bf16: take(batch, step: step, in: BFloat16.self)
                }
            guard step >= warmup else { continue }
            if warmBytes == nil { warmBytes = ProcessMemory.peakBytes }
            let count = shape.operations(of: batch)
            seconds.append(parts)
            rates.append(Double(batch.tokenCount) / parts.total)
            useful.append(count.total / parts.total)
            tokens += batch.tokenCount
            operations += count
        }
        let peak = ProcessMemory.peakBytes
        ceilings.measureProducts(
            in: precision, parallel: parallel, seconds: Self.ceilingSeconds)
        let ceiling = ceilings.operationsPerSecond(in: precision)
        return StepReport(
            shape: shape, parameters: shape.configuration.parameterCount, precision: precision,
            threads: parallel.threads, checkpointing: recomputesActivations, steps: steps,
            tokensPerStep: Double(tokens) / Double(steps),
            operationsPerStep: operations * (1 / Double(steps)), tokensPerSecond: median(rates),
            secondsPerStep: median(seconds.map(\.total)),
            forwardSeconds: median(seconds.map(\.forward)),
            headSeconds: median(seconds.map(\.head)),
            backwardSeconds: median(seconds.map(\.backward)),
            optimizerSeconds: median(seconds.map(\.optimizer)),
            stepSeconds: seconds.map(\.total), operationsPerSecond: median(useful),
            ceilingOperationsPerSecond: ceiling, shareOfCeiling: median(useful) / ceiling,
            peakBytes: peak, workingBytes: working(peak),
            growthBytes: peak.flatMap { peak in warmBytes.map { peak - $0 } },
            processor: Processor.current)
    }

    private func take<Element: Activation>(
        _ batch: PackedBatch, step: Int, in: Element.Type
    ) -> Seconds {
        var seconds = Seconds()
        var watch = Stopwatch()
        optimizer.zeroGradients()
        let tape = Tape<Element>(
            parallel: parallel, pool: pool, recomputing: recomputesActivations)
        let states = model.scoredStates(
            batch, on: tape, dropout: DropoutKey(seed: 0, step: step, microbatch: 0))
        seconds.forward = watch.lap()
        let output = model.loss(
            of: states, batch, on: tape, lossScale: 1 / Float(batch.scoredTokenCount))
        seconds.head = watch.lap()
        tape.backward(from: output.loss)
        seconds.backward = watch.lap()
        optimizer.step(learningRate: 1e-4, parallel: parallel)
        seconds.optimizer = watch.lap()
        return seconds
    }

    /// The peak beyond weights, moments, gradients and the weights' copies in bfloat16.
    private func working(_ peak: Int?) -> Int? {
        guard let peak, let startBytes else { return nil }
        let matrices = shape.configuration.parameterShapes.filter { $0.shape.count > 1 }
        let gradients = 4 * shape.configuration.parameterCount
        let copies = precision == .bf16 ? matrices.reduce(0) { $0 + 2 * $1.count } : 0
        return max(0, peak - startBytes - gradients - copies)
    }
}
