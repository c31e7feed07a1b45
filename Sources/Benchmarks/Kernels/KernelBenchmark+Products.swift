import Host
import TensorCore
import TextbookTwins

extension KernelBenchmark {
    /// The three products of every linear layer of the encoder.
    func productCases<Element: Activation>(of: Element.Type) -> [KernelCase] {
        [
            ("Wqkv", hidden, 3 * hidden), ("attention Wo", hidden, hidden),
            ("Wi", hidden, 2 * intermediate), ("Wo", intermediate, hidden),
        ].flatMap { linearCases(of: Element.self, name: $0.0, inputs: $0.1, outputs: $0.2) }
    }

    private func linearCases<Element: Activation>(
        of: Element.Type, name: String, inputs: Int, outputs: Int
    ) -> [KernelCase] {
        let x = numbers(tokens, inputs, of: Element.self)
        let w = numbers(outputs, inputs, of: Element.self)
        let y = numbers(tokens, outputs, of: Element.self)
        let dw = numbers(outputs, inputs, of: Float.self)
        let parallel = parallel
        let operations = 2 * Double(tokens) * Double(inputs) * Double(outputs)
        let shape = "\(tokens) × \(inputs) × \(outputs)"
        let twin = productTwin(operations)
        func kernels(_ product: LayerProduct) -> String {
            let used = Processor.ProductKernels(
                of: product, tokens: tokens, inputs: inputs, outputs: outputs,
                precision: Element.precision)
            return "\(used.library.rawValue) \(used.kernels)"
        }
        return [
            KernelCase(
                name: "\(name), forward", shape: shape, work: .operations(operations),
                products: kernels(.output),
                run: { multiply(x, byTransposed: w, to: y, parallel: parallel) }, twin: twin),
            KernelCase(
                name: "\(name), gradient of its input", shape: shape,
                work: .operations(operations), products: kernels(.inputGradient),
                run: { multiply(y, by: w, to: x, parallel: parallel) }, twin: twin),
            KernelCase(
                name: "\(name), gradient of its weight", shape: shape,
                work: .operations(operations), products: kernels(.weightGradient),
                run: { multiply(transposed: y, by: x, to: dw, adding: true, parallel: parallel) },
                twin: twin),
        ]
    }

    /// A product of 64 × 64 × 64 by rows and columns.
    private func productTwin(_ operations: Double) -> KernelCase.Twin {
        let (a, b) = (table(64, 64), table(64, 64))
        return KernelCase.Twin(share: 2 * 64 * 64 * 64 / operations) { _ = a * b }
    }
}
