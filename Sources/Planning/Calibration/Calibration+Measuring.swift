import Autograd
import Encoders
import Layers
import Optimizers
import PackedBatches
import Recipes
import TensorCore

extension Calibration {
    /// Measures this machine for `recipe`.
    ///
    /// - Parameters:
    ///   - threads: worker threads.
    ///   - progress: told in a few words what is being measured.
    public init(_ recipe: Recipe, threads: Int, progress: (String) -> Void) {
        let processor = Processor.current
        let precision = recipe.precision(on: processor)
        let slice = EncoderSlice(recipe, threads: threads)
        let phases = recipe.stages().map(\.phase)
        let contexts = Set(phases.map(\.context)).sorted()
        let rates = contexts.map { context in
            progress("measuring the encoder at context \(grouped(context))")
            return slice.encoderRate(context: context, precision: precision)
        }
        progress("measuring the head")
        let rows = phases.map { $0.mask.ratio.from * Double($0.batch.microbatchTokens) }.max() ?? 1
        let head = slice.headRate(
            rows: min(1280, max(1, Int(rows))), context: contexts[0], precision: precision)
        progress("measuring the optimizer")
        self.init(
            processor: processor.model, threads: threads, precision: precision, encoder: rates,
            headOperationsPerSecond: head, parametersPerSecond: slice.optimizerRate())
    }
}

/// A few layers of the recipe's encoder with its head, and the clock.
private struct EncoderSlice {
    private let model: MaskedLanguageModel
    private let parallel: Parallel
    private let pool = BufferPool()
    private let recomputes: Bool
    private static let leastTokens = 2048

    init(_ recipe: Recipe, threads: Int) {
        var configuration = recipe.model.configuration
        configuration.layerCount = min(
            configuration.layerCount, configuration.globalAttentionEveryNLayers)
        configuration.layerTypes = configuration.layerTypes.map {
            Array($0.prefix(configuration.layerCount))
        }
        recomputes = recipe.activationCheckpointing
        parallel = Parallel(threads: threads)
        model = MaskedLanguageModel(
            configuration: configuration, seed: recipe.seed, parallel: parallel)
    }

    func encoderRate(context: Int, precision: Precision) -> Calibration.EncoderRate {
        let sequences = max(1, Self.leastTokens / context)
        let tokens = sequences * context
        let batch = batch(sequences: sequences, context: context, scored: 1)
        let operations = model.configuration.operationsPerToken(
            length: Double(context), scored: 1 / Double(tokens))
        let seconds = seconds(of: batch, precision)
        return Calibration.EncoderRate(
            context: context, tokens: tokens,
            operationsPerSecond: (operations.body + operations.attention) * Double(tokens)
                / seconds)
    }

    /// The difference that scored rows make.
    func headRate(rows: Int, context: Int, precision: Precision) -> Double {
        let sequences = max(1, (max(Self.leastTokens, rows) + context - 1) / context)
        let tokens = Double(sequences * context)
        func operations(scored: Int) -> OperationCount {
            model.configuration.operationsPerToken(
                length: Double(context), scored: Double(scored) / tokens) * tokens
        }
        let all = seconds(
            of: batch(sequences: sequences, context: context, scored: rows), precision)
        let one = seconds(of: batch(sequences: sequences, context: context, scored: 1), precision)
        let (more, less) = (operations(scored: rows), operations(scored: 1))
        // The rows' way behind the last attention belongs to the encoder, whose rate `one` gives.
        let encoder = one * (more.body - less.body) / (less.body + less.attention)
        return (more.head - less.head) / max(all - one - encoder, 1e-6)
    }

    /// Parameters updated in a second, once the passes above have made gradients.
    func optimizerRate() -> Double {
        let optimizer = StableAdamW(parameters: model.parameters, configuration: .init())
        let seconds = fastest(2) { _ = optimizer.step(learningRate: 0, parallel: parallel) }
        return Double(model.configuration.parameterCount) / seconds
    }

    /// Seconds of one microbatch, forward and backward.
    private func seconds(of batch: PackedBatch, _ precision: Precision) -> Double {
        fastest(2) {
            switch precision {
            case .fp32: differentiate(batch, in: Float.self)
            case .bf16: differentiate(batch, in: BFloat16.self)
            }
        }
    }

    private func differentiate<Element: Activation>(_ batch: PackedBatch, in: Element.Type) {
        let tape = Tape<Element>(parallel: parallel, pool: pool, recomputing: recomputes)
        let output = model.forward(
            batch, on: tape, dropout: DropoutKey(seed: 0, step: 0, microbatch: 0),
            lossScale: 1 / Float(batch.scoredTokenCount))
        tape.backward(from: output.loss)
    }

    /// The least time of some runs after one that warms up.
    private func fastest(_ runs: Int, _ body: () -> Void) -> Double {
        body()
        return (0..<runs).map { _ in
            let start = ContinuousClock.now
            body()
            return (ContinuousClock.now - start) / .seconds(1)
        }.min() ?? 0
    }

    /// Sequences of full length, `scored` of whose tokens are scored.
    private func batch(sequences: Int, context: Int, scored: Int) -> PackedBatch {
        let tokens = sequences * context
        let vocabulary = model.configuration.vocabularySize
        let ids = (0..<tokens).map { Int32($0 * 7919 % vocabulary) }
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: tokens)
        for row in 0..<scored { labels[row * tokens / scored] = ids[row] }
        return PackedBatch(
            tokenIDs: ids, labels: labels,
            cumulativeSequenceLengths: (0...sequences).map { Int32($0 * context) },
            sequenceSources: Array(repeating: 0, count: sequences))
    }
}
