import PackedBatches
import TensorCore
import TextbookTwins

extension KernelBenchmark {
    /// The head's activation, and the decoder with the cross entropy of the scored tokens.
    func headCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        let rows = batch.scoredTokenCount
        let x = numbers(rows, hidden, of: Element.self)
        let y = numbers(rows, hidden, of: Element.self)
        let dx = numbers(rows, hidden, of: Element.self)
        let parallel = parallel
        let bytes = bytes(rows, hidden, Element.self)
        let row = table(1, hidden).values
        let share = 1 / Double(rows)
        return [
            KernelCase(
                name: "GELU, forward", shape: "\(rows) × \(hidden)", work: .bytes(2 * bytes),
                run: { gelu(x, into: y, parallel: parallel) },
                twin: .init(share: share) { _ = row.map(twinGELU) }),
            KernelCase(
                name: "GELU, backward", shape: "\(rows) × \(hidden)", work: .bytes(3 * bytes),
                run: { geluBackward(y, x: x, into: dx, parallel: parallel) },
                twin: .init(share: share) { _ = row.map(twinGELUSlope) }),
        ] + decoderCases(of: Element.self)
    }

    private func decoderCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        let (rows, words) = (batch.scoredTokenCount, shape.vocabulary)
        let x = numbers(rows, hidden, of: Element.self)
        let dx = numbers(rows, hidden, of: Element.self)
        let w = numbers(words, hidden, of: Element.self)
        let dw = Matrix<Float>(rows: words, columns: hidden)
        let (bias, dBias) = (numbers(1, words, of: Float.self), numbers(1, words, of: Float.self))
        let losses = Matrix<Float>(rows: rows, columns: 1)
        let labels = batch.labels.filter { $0 != PackedBatch.ignoredLabel }
        let parallel = parallel
        let forward = 2 * Double(rows) * Double(words) * Double(hidden)
        let label = "\(rows) × \(hidden) × \(words)"
        let (few, small) = (table(4, hidden), table(64, hidden))
        let twin = KernelCase.Twin(share: 4 * 64 / (Double(rows) * Double(words))) {
            _ = TwinCrossEntropy(
                few, decoder: small, bias: [Double](repeating: 0, count: 64),
                labels: [0, 1, 2, 3], scale: 1)
        }
        return [
            KernelCase(
                name: "cross entropy", shape: label, work: .operations(forward),
                products: libraries,
                run: {
                    maskedCrossEntropy(
                        x, decoder: w, bias: bias, labels: labels, into: losses,
                        parallel: parallel)
                }, twin: twin),
            KernelCase(
                name: "cross entropy with gradients", shape: label,
                work: .operations(3 * forward), products: libraries,
                run: {
                    maskedCrossEntropyWithGradients(
                        x, decoder: w, bias: bias, labels: labels, scale: 1, into: losses,
                        gradient: dx, decoderGradient: dw, adding: false, addingToBias: dBias,
                        parallel: parallel)
                }, twin: twin),
        ]
    }
}
