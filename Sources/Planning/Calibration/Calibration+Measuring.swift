import Encoders
import Host
import Optimizers
import PackedBatches
import Recipes
import Reporting
import TensorCore
import Training

extension Calibration {
    /// Measures this machine for `recipe`.
    ///
    /// - Parameters:
    ///   - threads: worker threads.
    ///   - progress: told in a few words what is being measured.
    /// - Throws: `NonFiniteValue`, which initial weights do not cause.
    public init(_ recipe: Recipe, threads: Int, progress: (String) -> Void) throws {
        let processor = Processor.current
        let load = LoadAverage.lastMinute
        let precision = recipe.precision(on: processor)
        let slice = EncoderSlice(recipe, precision: precision, threads: threads)
        let phases = recipe.stages().map(\.phase)
        let contexts = Set(phases.map(\.context)).sorted()
        let rates = try contexts.map { context in
            progress("measuring the encoder at context \(grouped(context))")
            return try slice.encoderRate(context: context)
        }
        progress("measuring the head")
        let rows = phases.map { $0.mask.ratio.from * Double($0.batch.microbatchTokens) }.max() ?? 1
        let head = try slice.headRate(
            rows: min(1280, max(1, Int(rows))), context: contexts[0])
        progress("measuring the optimizer")
        self.init(
            processor: processor.model, threads: threads, precision: precision, encoder: rates,
            headOperationsPerSecond: head, parametersPerSecond: slice.optimizerRate(),
            loadAverage: load, cores: Cores.available)
    }
}

/// A few layers of the recipe's encoder with its head, to be timed.
private struct EncoderSlice {
    private let step: TrainingStep
    private var configuration: ModernBERTConfiguration { step.model.configuration }
    private static let leastTokens = 2048

    init(_ recipe: Recipe, precision: Precision, threads: Int) {
        var configuration = recipe.model.configuration
        configuration.layerCount = min(
            configuration.layerCount, configuration.globalAttentionEveryNLayers)
        configuration.layerTypes = configuration.layerTypes.map {
            Array($0.prefix(configuration.layerCount))
        }
        let parallel = Parallel(threads: threads)
        let model = MaskedLanguageModel(
            configuration: configuration, seed: recipe.seed, parallel: parallel)
        step = TrainingStep(
            model: model,
            optimizer: StableAdamW(parameters: model.parameters, configuration: .init()),
            precision: precision, recomputesActivations: recipe.activationCheckpointing,
            pool: BufferPool(), parallel: parallel)
    }

    func encoderRate(context: Int) throws -> Calibration.EncoderRate {
        let sequences = max(1, Self.leastTokens / context)
        let tokens = sequences * context
        let batch = batch(sequences: sequences, context: context, scored: 1)
        let operations = configuration.operationsPerToken(
            length: Double(context), scored: 1 / Double(tokens))
        let seconds = try seconds(of: batch)
        return Calibration.EncoderRate(
            context: context, tokens: tokens,
            operationsPerSecond: (operations.body + operations.attention) * Double(tokens)
                / seconds)
    }

    /// The head's rate, from the difference that scored rows make; at most that of the products of
    /// which it consists, since a small difference of two times may be chance.
    func headRate(rows: Int, context: Int) throws -> Double {
        let sequences = max(1, (max(Self.leastTokens, rows) + context - 1) / context)
        let tokens = Double(sequences * context)
        func operations(scored: Int) -> OperationCount {
            configuration.operationsPerToken(
                length: Double(context), scored: Double(scored) / tokens) * tokens
        }
        let all = try seconds(
            of: batch(sequences: sequences, context: context, scored: rows))
        let one = try seconds(of: batch(sequences: sequences, context: context, scored: 1))
        let (more, less) = (operations(scored: rows), operations(scored: 1))
        // The rows' way behind the last attention belongs to the encoder, whose rate `one` gives.
        let encoder = one * (more.body - less.body) / (less.body + less.attention)
        return min((more.head - less.head) / max(all - one - encoder, 1e-6), productRate(rows))
    }

    /// The rate of products of `rows` with a part of the decoder.
    private func productRate(_ rows: Int) -> Double {
        let shape = (rows, min(4096, configuration.vocabularySize), configuration.hiddenSize)
        func rate<Element: Activation>(of type: Element.Type) -> Double {
            TensorCore.productRate(of: type, shape, seconds: 0.05, parallel: step.parallel)
        }
        return step.precision == .bf16 ? rate(of: BFloat16.self) : rate(of: Float.self)
    }

    /// Parameters updated in a second, once the passes above have made gradients.
    func optimizerRate() -> Double {
        let seconds = fastest(2) {
            _ = step.optimizer.step(learningRate: 0, parallel: step.parallel)
        }
        return Double(configuration.parameterCount) / seconds
    }

    /// Seconds of one microbatch, forward and backward.
    private func seconds(of batch: PackedBatch) throws -> Double {
        try fastest(2) { _ = try step.addGradients(of: [batch], seed: 0, step: 0) }
    }

    /// The least time of `runs` runs after one that warms up.
    private func fastest(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
        try body()
        return try (0..<runs).map { _ in
            var watch = Stopwatch()
            try body()
            return watch.lap()
        }.min() ?? 0
    }

    /// Sequences of full length, `scored` of whose tokens are scored.
    private func batch(sequences: Int, context: Int, scored: Int) -> PackedBatch {
        let tokens = sequences * context
        let ids = (0..<tokens).map { Int32($0 * 7919 % configuration.vocabularySize) }
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: tokens)
        for row in 0..<scored { labels[row * tokens / scored] = ids[row] }
        return PackedBatch(
            tokenIDs: ids, labels: labels,
            lengths: Array(repeating: context, count: sequences))
    }
}
