import TensorCore
import TextbookTwins

extension KernelBenchmark {
    /// The two passes of the optimizer over as many numbers as all layers have together. There are
    /// two because the learning rate of a parameter depends on all of its gradient.
    func optimizerCases() -> [KernelCase] {
        let configuration = shape.configuration
        let columns = 1 << 12
        let embedded = shape.vocabulary * hidden
        let rows = max(1, (configuration.parameterCount - embedded) / columns)
        let (p, g) = (
            numbers(rows, columns, of: Float.self), numbers(rows, columns, of: Float.self)
        )
        let m = Matrix<Float>(rows: rows, columns: columns)
        let v = Matrix<Float>(rows: rows, columns: columns)
        v.fill(1)
        let rounded = precision == .bf16 ? Matrix<BFloat16>(rows: rows, columns: columns) : nil
        let parallel = parallel
        let bytes = bytes(rows, columns, Float.self)
        let label = "\(rows * columns)"
        let numbers = table(1, 64).values
        let twin = KernelCase.Twin(share: 64 / Double(rows * columns)) {
            _ = twinStableAdamW(
                parameter: numbers, gradient: numbers, first: numbers,
                second: numbers.map { $0 * $0 }, step: 2, betas: (0.9, 0.95), epsilon: 1e-8,
                learningRate: 1e-4, peakLearningRate: 1e-4, weightDecay: 1e-5)
        }
        return [
            KernelCase(
                name: "StableAdamW, moments", shape: label, work: .bytes(5 * bytes),
                run: {
                    _ = updateMoments(
                        gradient: g, first: m, second: v, firstDecay: 0.9, secondDecay: 0.95,
                        epsilon: 1e-8, parallel: parallel)
                }, twin: twin),
            KernelCase(
                name: "StableAdamW, weights", shape: label,
                work: .bytes(rounded == nil ? 4 * bytes : 4.5 * bytes),
                run: {
                    updateParameter(
                        p, first: m, second: v, learningRate: 1e-6, keep: 1, epsilon: 1e-8,
                        rounded: rounded, parallel: parallel)
                }, twin: twin),
        ]
    }
}
