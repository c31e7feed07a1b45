import Encoders
import TensorCore
import TextbookTwins

extension KernelBenchmark {
    /// Attention over whole sequences and inside a window. Operations are those between tokens
    /// that see each other; what the backward pass computes again does not count.
    func attentionCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        // Layer 0 is global in every size, layer 1 local.
        ["global", "local"].enumerated().flatMap { layer, name in
            attentionCases(
                of: Element.self, name: name, window: shape.configuration.window(ofLayer: layer))
        }
    }

    private func attentionCases<Element: Activation>(
        of: Element.Type, name: String, window: Int?
    ) -> [KernelCase] {
        let configuration = shape.configuration
        let heads = configuration.headCount
        let qkv = numbers(tokens, 3 * hidden, of: Element.self)
        let dqkv = numbers(tokens, 3 * hidden, of: Element.self)
        let output = numbers(tokens, hidden, of: Element.self)
        let dOutput = numbers(tokens, hidden, of: Element.self)
        let sums = Matrix<Float>(rows: tokens, columns: heads)
        let rotary = RotaryTable(
            base: 10_000, headSize: hidden / heads, positions: shape.context)
        let (parallel, starts) = (parallel, batch.cumulativeSequenceLengths)
        let forward = (0..<batch.sequenceCount).reduce(0.0) {
            let length = Double(batch.rows(ofSequence: $1).count)
            return $0 + 4 * Double(hidden) * length
                * ModernBERTConfiguration.visibleKeys(length: length, window: window)
        }
        let label = "\(tokens) × \(hidden)"
        attention(
            qkv, rotary: rotary, cumulativeSequenceLengths: starts, headCount: heads,
            window: window, into: output, logSumExp: sums, parallel: parallel)
        let twins = attentionTwins(forward, window: window)
        return [
            KernelCase(
                name: "attention, \(name), forward", shape: label, work: .operations(forward),
                products: libraries,
                run: {
                    attention(
                        qkv, rotary: rotary, cumulativeSequenceLengths: starts,
                        headCount: heads, window: window, into: output, logSumExp: sums,
                        parallel: parallel)
                }, twin: twins.forward),
            KernelCase(
                name: "attention, \(name), backward", shape: label,
                work: .operations(2 * forward), products: libraries,
                run: {
                    attentionBackward(
                        dOutput, qkv: qkv, rotary: rotary, output: output, logSumExp: sums,
                        cumulativeSequenceLengths: starts, headCount: heads, window: window,
                        into: dqkv, parallel: parallel)
                }, twin: twins.backward),
        ]
    }

    /// The twins on one sequence of 64 tokens, all heads.
    private func attentionTwins(
        _ operations: Double, window: Int?
    ) -> (forward: KernelCase.Twin, backward: KernelCase.Twin) {
        let heads = shape.configuration.headCount
        let (qkv, dOutput) = (table(64, 3 * hidden), table(64, hidden))
        let starts: [Int32] = [0, 64]
        let visible = ModernBERTConfiguration.visibleKeys(length: 64, window: window)
        let share = 4 * Double(hidden) * 64 * visible / operations
        return (
            .init(share: share) {
                _ = twinAttention(qkv, starts: starts, heads: heads, window: window)
            },
            .init(share: share) {
                _ = twinAttentionBackward(
                    dOutput, qkv: qkv, starts: starts, heads: heads, window: window)
            }
        )
    }
}
