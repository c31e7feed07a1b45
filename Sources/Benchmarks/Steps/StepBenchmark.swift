import Encoders
import Host
import Optimizers
import TensorCore
import Training

/// Measures `TrainingStep` on batches of random words.
public struct StepBenchmark {
    /// What is measured.
    public let shape: StepShape
    /// What products multiply.
    public let precision: Precision
    /// Whether layers compute their activations again on the way back.
    public let recomputesActivations: Bool

    private let step: TrainingStep
    private let parallel: Parallel
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
        let model = MaskedLanguageModel(
            configuration: shape.configuration, seed: 0, parallel: parallel)
        step = TrainingStep(
            model: model,
            optimizer: StableAdamW(parameters: model.parameters, configuration: .init()),
            precision: precision, recomputesActivations: recomputesActivations,
            pool: BufferPool(), parallel: parallel)
        startBytes = Memory.resident
    }

    /// Takes `warmup` and then `steps` steps.
    ///
    /// - Parameter progress: told the steps done and all steps.
    /// - Throws: `NonFiniteValue`, which random words do not lead to.
    public mutating func run(
        steps: Int, warmup: Int, progress: (_ done: Int, _ of: Int) -> Void
    ) throws -> StepReport {
        var seconds: [TrainingStep.Seconds] = []
        var rates: [Double] = []
        var useful: [Double] = []
        var tokens = 0
        var operations = OperationCount()
        var warmBytes: Int?
        for number in 0..<warmup + steps {
            progress(number, warmup + steps)
            let batch = shape.batch(step: number)
            let parts = try step([batch], learningRate: 1e-4, seed: 0, step: number).seconds
            guard number >= warmup else { continue }
            if warmBytes == nil { warmBytes = Memory.peak }
            let count = shape.operations(of: batch)
            seconds.append(parts)
            rates.append(Double(batch.tokenCount) / parts.total)
            useful.append(count.total / parts.total)
            tokens += batch.tokenCount
            operations += count
        }
        let peak = Memory.peak
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

    /// The peak beyond weights, moments, gradients and the weights' copies in bfloat16.
    private func working(_ peak: Int?) -> Int? {
        guard let peak, let startBytes else { return nil }
        let matrices = shape.configuration.parameterShapes.filter { $0.shape.count > 1 }
        let gradients = 4 * shape.configuration.parameterCount
        let copies = precision == .bf16 ? matrices.reduce(0) { $0 + 2 * $1.count } : 0
        return max(0, peak - startBytes - gradients - copies)
    }
}
