import Randomness
import TensorCore
import TextbookTwins

extension KernelBenchmark {
    /// Activations, the residual stream and casts.
    func pointwiseCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        gatedCases(of: Element.self) + residualCases(of: Element.self)
    }

    private func gatedCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        let x = numbers(tokens, 2 * intermediate, of: Element.self)
        let dx = numbers(tokens, 2 * intermediate, of: Element.self)
        let y = numbers(tokens, intermediate, of: Element.self)
        let parallel = parallel
        let half = bytes(tokens, intermediate, Element.self)
        let share = 1 / Double(tokens)
        let row = table(1, 2 * intermediate)
        let gradient = row.part(rows: 0..<1, columns: 0..<intermediate)
        return [
            KernelCase(
                name: "GeGLU, forward", shape: "\(tokens) × \(2 * intermediate)",
                work: .bytes(3 * half), run: { geglu(x, into: y, parallel: parallel) },
                twin: .init(share: share) { _ = twinGeGLU(row) }),
            KernelCase(
                name: "GeGLU, backward", shape: "\(tokens) × \(2 * intermediate)",
                work: .bytes(5 * half),
                run: { gegluBackward(y, x: x, into: dx, parallel: parallel) },
                twin: .init(share: share) { _ = twinGeGLUBackward(gradient, x: row) }),
        ]
    }

    private func residualCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        let x = numbers(tokens, hidden, of: Float.self)
        let y = numbers(tokens, hidden, of: Float.self)
        let branch = numbers(tokens, hidden, of: Element.self)
        let (parallel, columns) = (parallel, hidden)
        let dropout = Dropout(
            rate: 0.1, generator: CounterGenerator(seed: 0, purpose: "benchmark dropout"),
            stream: 0)
        let pool = BufferPool()
        @Sendable func mask() -> DropoutMask {
            DropoutMask(dropout, count: y.count, from: pool, parallel: parallel)
        }
        let drawn = mask()
        let (wide, narrow) = (
            bytes(tokens, hidden, Float.self), bytes(tokens, hidden, Element.self)
        )
        let shape = "\(tokens) × \(hidden)"
        let share = 1 / Double(tokens)
        let row = table(1, columns)
        func dropped() -> Table {
            Table(1, columns) { _, column in
                let words = dropout.generator.words(at: UInt64(column / 4), stream: 0)
                return words[column % 4] >> 16 < dropout.threshold ? 0 : row[0, column] / 0.9
            }
        }
        return [
            KernelCase(
                name: "residual with dropout, forward", shape: shape,
                work: .bytes(2 * wide + narrow),
                run: { addBranch(branch, to: x, dropout: mask(), into: y, parallel: parallel) },
                twin: .init(share: share) { _ = row + dropped() }),
            KernelCase(
                name: "residual with dropout, backward", shape: shape,
                work: .bytes(wide + narrow),
                run: {
                    addBranchBackward(y, dropout: drawn, into: branch, parallel: parallel)
                },
                twin: .init(share: share) { _ = dropped() }),
            KernelCase(
                name: "residual, forward", shape: shape, work: .bytes(2 * wide + narrow),
                run: { addBranch(branch, to: x, dropout: nil, into: y, parallel: parallel) },
                twin: .init(share: share) { _ = row + row }),
            KernelCase(
                name: "conversion", shape: shape, work: .bytes(wide + narrow),
                run: { convert(x, into: branch, parallel: parallel) },
                twin: .init(share: share) { _ = Table(1, columns) { row[$0, $1] } }),
        ]
    }
}
