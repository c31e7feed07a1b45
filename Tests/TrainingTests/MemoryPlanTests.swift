import Autograd
import Encoders
import Layers
import PackedBatches
import TensorCore
import Testing
import Training

@Suite("Planned memory")
struct MemoryPlanTests {
    private let configuration = ModernBERTConfiguration(
        vocabularySize: 2048, hiddenSize: 192, intermediateSize: 576, layerCount: 7, headCount: 3)

    /// Bytes that the buffers of one microbatch take, gradients of parameters left out.
    private func measured(recomputing: Bool) -> Int {
        let (parallel, pool) = (Parallel(threads: 2), BufferPool())
        let model = MaskedLanguageModel(configuration: configuration)
        for parameter in model.parameters { parameter.tensor.discardGradient() }
        let ids = (0..<4096).map { Int32($0 % 2048) }
        let labels = ids.map { $0 % 5 == 0 ? $0 : PackedBatch.ignoredLabel }
        let batch = PackedBatch(
            tokenIDs: ids, labels: labels, cumulativeSequenceLengths: (0...8).map { $0 * 512 },
            sequenceSources: Array(repeating: 0, count: 8))
        do {
            let tape = Tape<Float>(parallel: parallel, pool: pool, recomputing: recomputing)
            let output = model.forward(
                batch, on: tape, dropout: DropoutKey(seed: 1, step: 0, microbatch: 0),
                lossScale: 1)
            tape.backward(from: output.loss)
        }
        return pool.idleByteCount
    }

    @Test("is what the buffers of a microbatch take, within an eighth", arguments: [false, true])
    func activations(recomputing: Bool) {
        let memory = MemoryPlan(
            configuration, precision: .fp32, isCheckpointing: recomputing, microbatchTokens: 4096,
            scored: 0.2)
        let layers =
            recomputing ? memory.activationsWithCheckpointing : memory.activations
        let planned = layers + memory.working - (128 << 20)
        let ratio = Double(measured(recomputing: recomputing)) / Double(planned)
        #expect((0.875...1.125).contains(ratio), "\(ratio)")
    }

    @Test("counts weights, gradients, moments and rounded matrices")
    func parameters() {
        let memory = MemoryPlan(
            ModernBERTConfiguration.mmBERTBase, precision: .bf16, isCheckpointing: true,
            microbatchTokens: 8192, scored: 0.3)
        #expect(memory.parameters == 4 * 307_786_240)
        #expect(memory.moments == 2 * memory.gradients && memory.gradients == memory.parameters)
        // Norms and the decoder's bias stay in single precision.
        #expect(memory.roundedCopies == 2 * (307_786_240 - 256_000 - 46 * 768))
        #expect(memory.peak == memory.withCheckpointing)
        #expect(memory.withCheckpointing < memory.withoutCheckpointing)
    }

    /// Bytes of weights and their copies, gradients and moments in units of 10⁷.
    private func fixed(_ configuration: ModernBERTConfiguration, lanes: Int, ranks: Int) -> Double {
        let memory = MemoryPlan(
            configuration, precision: .bf16, isCheckpointing: false, microbatchTokens: 1024,
            scored: 0.3, lanes: lanes, ranks: ranks)
        let bytes =
            memory.parameters + memory.roundedCopies + memory.gradients + memory.moments
        #expect((memory.exchange == 0) == (ranks == 1))
        return (Double(bytes) / 1e7).rounded()
    }

    @Test("divides the moments by the ranks, and holds a gradient more each time lanes double")
    func ranks() {
        let cases = [(1, 1), (4, 4), (64, 64), (64, 16), (64, 1)]
        let small = cases.map { fixed(.mmBERTSmall, lanes: $0.0, ranks: $0.1) }
        #expect(small == [254, 169, 143, 261, 592])
        let base = cases.map { fixed(.mmBERTBase, lanes: $0.0, ranks: $0.1) }
        #expect(base == [554, 369, 312, 569, 1293])
    }

    @Test("counts pieces of two buckets at a time, and a bucket")
    func exchange() {
        func exchange(lanes: Int, ranks: Int, machines: Int = 1) -> Int {
            let memory = MemoryPlan(
                ModernBERTConfiguration.mmBERTSmall, precision: .fp32, isCheckpointing: false,
                microbatchTokens: 1024, scored: 0.3, lanes: lanes, ranks: ranks,
                machines: machines)
            return memory.exchange >> 20
        }
        #expect(exchange(lanes: 16, ranks: 16) == 8 + 4)
        #expect(exchange(lanes: 16, ranks: 16, machines: 16) == 8 + 4)
        #expect(exchange(lanes: 64, ranks: 64) == 32 + 16)
        // Two parts each.
        #expect(exchange(lanes: 12, ranks: 2) == 16 + 4)
        // Three buckets among four of a machine, then two of a fourth of it among 16 machines.
        #expect(exchange(lanes: 64, ranks: 64, machines: 16) == 48 + 8 + 16)
    }
}
