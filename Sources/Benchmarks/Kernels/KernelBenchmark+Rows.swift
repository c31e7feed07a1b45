import TensorCore
import TextbookTwins

extension KernelBenchmark {
    /// Rows by index, and the norm.
    func rowCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        gatherCases() + normCases(of: Element.self)
    }

    /// Rows of a table of the whole vocabulary: only the rows that are read count, not the table.
    private func gatherCases() -> [KernelCase] {
        let embedding = Matrix<Float>(rows: shape.vocabulary, columns: hidden)
        let rows = numbers(tokens, hidden, of: Float.self)
        let ids = batch.tokenIDs
        let (hidden, parallel) = (hidden, parallel)
        let bytes = bytes(tokens, hidden, Float.self)
        let small = table(64, hidden)
        let places = ids.prefix(16).map { Int($0) % 64 }
        let share = 16 / Double(tokens)
        return [
            KernelCase(
                name: "embedding, forward", shape: "\(tokens) × \(hidden)",
                work: .bytes(2 * bytes),
                run: { gatherRows(of: embedding, at: ids, into: rows, parallel: parallel) },
                twin: .init(share: share) {
                    _ = Table(16, hidden) { small[places[$0], $1] }
                }),
            KernelCase(
                name: "embedding, backward", shape: "\(tokens) × \(hidden)",
                work: .bytes(3 * bytes),
                run: { scatterRows(rows, to: ids, addingTo: embedding, parallel: parallel) },
                twin: .init(share: share) {
                    var sums = small
                    for row in 0..<16 {
                        for column in 0..<hidden {
                            sums[places[row], column] += small[row, column]
                        }
                    }
                }),
        ]
    }

    private func normCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        let x = numbers(tokens, hidden, of: Float.self)
        let dx = numbers(tokens, hidden, of: Float.self)
        let y = numbers(tokens, hidden, of: Element.self)
        let w = numbers(1, hidden, of: Float.self)
        let dw = numbers(1, hidden, of: Float.self)
        let (means, deviations) = (
            Matrix<Float>(rows: tokens, columns: 1), Matrix<Float>(rows: tokens, columns: 1)
        )
        let parallel = parallel
        let (wide, narrow) = (
            bytes(tokens, hidden, Float.self), bytes(tokens, hidden, Element.self)
        )
        let (small, weight) = (table(4, hidden), table(1, hidden).values)
        return [
            KernelCase(
                name: "layer norm, forward", shape: "\(tokens) × \(hidden)",
                work: .bytes(wide + narrow),
                run: {
                    layerNorm(
                        x, weight: w, epsilon: 1e-5, into: y, means: means,
                        reciprocalDeviations: deviations, parallel: parallel)
                },
                twin: .init(share: 4 / Double(tokens)) {
                    _ = twinLayerNorm(small, weight: weight, epsilon: 1e-5)
                }),
            KernelCase(
                name: "layer norm, backward", shape: "\(tokens) × \(hidden)",
                work: .bytes(3 * wide + narrow),
                run: {
                    layerNormBackward(
                        y, x: x, weight: w, means: means, reciprocalDeviations: deviations,
                        to: dx, adding: true, addingToWeight: dw, parallel: parallel)
                },
                twin: .init(share: 4 / Double(tokens)) {
                    _ = twinLayerNormBackward(small, x: small, weight: weight, epsilon: 1e-5)
                }),
        ]
    }
}
