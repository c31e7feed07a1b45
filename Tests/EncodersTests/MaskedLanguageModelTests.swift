import Autograd
import Encoders
import Foundation
import Layers
import PackedBatches
import TensorCore
import Testing

@Suite("Masked language model")
struct MaskedLanguageModelTests {
    private let configuration = ModernBERTConfiguration(
        vocabularySize: 600, hiddenSize: 64, intermediateSize: 96, layerCount: 5, headCount: 4
    ) { $0.localAttention = 16 }

    /// Sequences of 5, 90 and 40 tokens, every third token scored.
    private var batch: PackedBatch {
        let ids = (0..<135).map { Int32(5 + $0 * 7 % 590) }
        return PackedBatch(
            tokenIDs: ids,
            labels: ids.enumerated().map { $0 % 3 == 1 ? $1 : PackedBatch.ignoredLabel },
            cumulativeSequenceLengths: [0, 5, 95, 135], sequenceSources: [0, 0, 0])
    }

    /// Losses and all gradients of one pass.
    private func run<Element: Activation>(
        _ model: MaskedLanguageModel, threads: Int, dropout: DropoutKey?,
        recomputing: Bool = false, in: Element.Type = Float.self
    ) -> [[Float]] {
        let tape = Tape<Element>(
            parallel: Parallel(threads: threads), pool: BufferPool(), recomputing: recomputing)
        let output = model.forward(batch, on: tape, dropout: dropout, lossScale: 0.1)
        tape.backward(from: output.loss)
        let gradients = model.parameters.map { $0.tensor.gradient?.elements ?? [] }
        for parameter in model.parameters {
            parameter.tensor.discardGradient()
        }
        return [output.rowLosses] + gradients
    }

    @Test("parameters have the names and shapes that transformers gives them")
    func parameters() {
        let configuration = ModernBERTConfiguration(
            vocabularySize: 600, hiddenSize: 64, intermediateSize: 96, layerCount: 2, headCount: 4)
        let listed = configuration.parameterShapes.map { "\($0.name) \($0.shape)" }
        #expect(
            listed == [
                "model.embeddings.tok_embeddings.weight [600, 64]",
                "model.embeddings.norm.weight [64]",
                "model.layers.0.attn.Wqkv.weight [192, 64]",
                "model.layers.0.attn.Wo.weight [64, 64]",
                "model.layers.0.mlp_norm.weight [64]",
                "model.layers.0.mlp.Wi.weight [192, 64]",
                "model.layers.0.mlp.Wo.weight [64, 96]",
                "model.layers.1.attn_norm.weight [64]",
                "model.layers.1.attn.Wqkv.weight [192, 64]",
                "model.layers.1.attn.Wo.weight [64, 64]",
                "model.layers.1.mlp_norm.weight [64]",
                "model.layers.1.mlp.Wi.weight [192, 64]",
                "model.layers.1.mlp.Wo.weight [64, 96]",
                "model.final_norm.weight [64]",
                "head.dense.weight [64, 64]", "head.norm.weight [64]", "decoder.bias [600]",
            ])
        let values = MaskedLanguageModel(configuration: configuration).parameters.map(
            \.tensor.value)
        #expect(values.reduce(0) { $0 + $1.count } == configuration.parameterCount)
    }

    @Test("weight decay leaves out norms and biases")
    func decay() {
        let model = MaskedLanguageModel(configuration: configuration)
        let undecayed = model.parameters.filter { !$0.decays }.map(\.name)
        // The norms of the embedding, the layers, the end and the head, and the bias.
        #expect(undecayed.count == 1 + (4 + 5) + 1 + 1 + 1)
        #expect(undecayed.allSatisfy { $0.contains("norm") || $0 == "decoder.bias" })
    }

    @Test("the parameters of a model that no memory holds can be listed")
    func listing() {
        let huge = ModernBERTConfiguration(
            vocabularySize: 1 << 30, hiddenSize: 1 << 20, intermediateSize: 1 << 20, layerCount: 2,
            headCount: 1 << 10)
        // The table, 2 · 7 matrices of hidden × hidden or as large in the layers, the head's one,
        // six norms, the bias.
        let hidden = 1 << 20
        #expect(
            huge.parameterCount
                == (1 << 50) + (2 * 7 + 1) * hidden * hidden + 6 * hidden + (1 << 30))
    }

    @Test("an untrained model gives every word about the same probability")
    func untrainedLoss() {
        let model = MaskedLanguageModel(configuration: configuration, seed: 7)
        let silent = Tape<Float>(
            parallel: Parallel(threads: 1), pool: BufferPool(), recording: false)
        let output = model.forward(batch, on: silent, dropout: nil, lossScale: 1 / 45)
        #expect(output.rowLosses.count == 45)
        #expect(abs(output.loss.value[0, 0] - log(600)) < 0.05)
    }

    @Test("initial weights, losses and gradients have the same bits for any number of threads")
    func threads() {
        let models = [1, 3].map {
            MaskedLanguageModel(
                configuration: configuration, seed: 7, parallel: Parallel(threads: $0))
        }
        let key = DropoutKey(seed: 1, step: 2, microbatch: 3)
        #expect(
            run(models[0], threads: 1, dropout: key) == run(models[1], threads: 3, dropout: key))
    }

    @Test("recomputed activations give the same bits, and keep less memory")
    func recomputation() {
        let model = MaskedLanguageModel(configuration: configuration, seed: 7)
        let key = DropoutKey(seed: 1, step: 2, microbatch: 3)
        #expect(
            run(model, threads: 2, dropout: key, recomputing: true)
                == run(model, threads: 2, dropout: key))
        func keptBytes(recomputing: Bool) -> Int {
            let pool = BufferPool()
            let tape = Tape<Float>(
                parallel: Parallel(threads: 2), pool: pool, recomputing: recomputing)
            let output = model.forward(batch, on: tape, dropout: key, lossScale: 1)
            tape.backward(from: output.loss)
            return pool.idleByteCount
        }
        #expect(keptBytes(recomputing: true) < keptBytes(recomputing: false) / 2)
    }

    @Test("bf16 follows fp32, with the same bits for any number of threads")
    func bfloat16() {
        let model = MaskedLanguageModel(configuration: configuration, seed: 7)
        let key = DropoutKey(seed: 1, step: 2, microbatch: 3)
        let exact = run(model, threads: 2, dropout: key)
        let rounded = run(model, threads: 2, dropout: key, in: BFloat16.self)
        #expect(rounded == run(model, threads: 3, dropout: key, in: BFloat16.self))
        for (index, (rounded, exact)) in zip(rounded, exact).enumerated() {
            let difference = zip(rounded, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let size = exact.reduce(0) { $0 + $1 * $1 }
            // Five layers of operands with errors of 2⁻⁹ relative: a few of them add up.
            #expect(difference.squareRoot() <= 0.05 * size.squareRoot(), "tensor \(index)")
        }
    }

    @Test("dropout depends on seed, step, microbatch and layer, and on nothing else")
    func dropout() {
        let model = MaskedLanguageModel(configuration: configuration, seed: 7)
        func losses(_ key: DropoutKey?) -> [Float] {
            run(model, threads: 2, dropout: key)[0]
        }
        let key = DropoutKey(seed: 1, step: 2, microbatch: 3)
        let reference = losses(key)
        #expect(losses(key) == reference)
        #expect(losses(nil) != reference)
        #expect(losses(DropoutKey(seed: 2, step: 2, microbatch: 3)) != reference)
        #expect(losses(DropoutKey(seed: 1, step: 3, microbatch: 3)) != reference)
        #expect(losses(DropoutKey(seed: 1, step: 2, microbatch: 4)) != reference)
        let streams = (0..<4).map { key.dropout(rate: 0.1, layer: $0).stream }
        #expect(Set(streams).count == 4)
    }

    @Test("a sequence's states do not depend on what it is packed with")
    func packing() {
        let model = MaskedLanguageModel(configuration: configuration, seed: 7)
        let silent = Tape<Float>(
            parallel: Parallel(threads: 2), pool: BufferPool(), recording: false)
        let packed = batch
        let all = model.hiddenStates(packed, on: silent).value.elements
        for sequence in 0..<packed.sequenceCount {
            let rows = packed.rows(ofSequence: sequence)
            let alone = PackedBatch(
                tokenIDs: Array(packed.tokenIDs[rows]), labels: Array(packed.labels[rows]),
                cumulativeSequenceLengths: [0, Int32(rows.count)], sequenceSources: [0])
            let states = model.hiddenStates(alone, on: silent).value.elements
            let expected = all[rows.lowerBound * 64..<rows.upperBound * 64]
            // The BLAS may sum in another order at another number of rows.
            let worst = zip(states, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(worst < 2e-5)
        }
    }

    @Test("new rotary bases change what is computed")
    func rotaryBases() {
        let model = MaskedLanguageModel(configuration: configuration, seed: 7)
        let before = run(model, threads: 1, dropout: nil)[0]
        model.setRotaryBases(global: 10_000, local: 10_000)
        #expect(model.configuration.globalRotaryBase == 10_000)
        #expect(run(model, threads: 1, dropout: nil)[0] != before)
        model.setRotaryBases(global: 160_000, local: 160_000)
        #expect(run(model, threads: 1, dropout: nil)[0] == before)
    }
}
