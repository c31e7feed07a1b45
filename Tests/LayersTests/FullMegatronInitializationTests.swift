import Autograd
import Layers
import TensorCore
import Testing

@Suite("full_megatron initialisation")
struct FullMegatronInitializationTests {
    private func initialization(seed: UInt64 = 3, threads: Int = 1) -> FullMegatronInitialization {
        FullMegatronInitialization(
            seed: seed, deviation: 0.02, cutoff: 2, layerCount: 22,
            parallel: Parallel(threads: threads))
    }

    @Test("weights have mean 0, 0.8796 of the deviation, and end at two deviations")
    func moments() {
        let parameter = Parameter(name: "w", rows: 500, columns: 401)
        initialization().initializeInput(parameter)
        let values = parameter.tensor.value.elements.map { Double($0) / 0.02 }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let deviation = (values.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
        // √(1 − 2 · 2 φ(2) / (2 Φ(2) − 1)) = 0.87963; four standard errors of 200,500 samples.
        #expect(abs(mean) < 4 * 0.88 / count.squareRoot())
        #expect(abs(deviation - 0.87963) < 4 * 0.88 / (2 * count).squareRoot())
        let largest = values.map(abs).max() ?? 0
        #expect(largest <= 2.0000002)
        #expect(largest > 1.999)
    }

    @Test("their distribution is the normal one between the cuts")
    func distribution() {
        let normal = TruncatedNormal(deviation: 1, cutoff: 2)
        // (x, share below x) with Φ from tables, rescaled to the cut.
        let shares = [(-1.5, 0.04615), (-1.0, 0.14239), (0.0, 0.5), (0.5, 0.70060), (1.9, 0.99373)]
        for (x, share) in shares {
            let word = UInt32(share * 0x1p32)
            #expect(abs(Double(normal.value(ofUniform: word)) - x) < 2e-3)
        }
        #expect(normal.value(ofUniform: 0) == -normal.value(ofUniform: .max))
        #expect(abs(normal.value(ofUniform: 0) + 2) < 1e-6)
    }

    @Test("without a near cut even the far tail is normal")
    func tails() {
        let normal = TruncatedNormal(deviation: 1, cutoff: 30)
        // Φ⁻¹(2⁻³³) = −6.3380, Φ⁻¹(0.975) = 1.959964, Φ⁻¹(0.9999) = 3.719016.
        #expect(abs(normal.value(ofUniform: 0) + 6.3380) < 1e-3)
        #expect(abs(normal.value(ofUniform: UInt32(0.975 * 0x1p32)) - 1.959964) < 1e-5)
        #expect(abs(normal.value(ofUniform: UInt32(0.9999 * 0x1p32)) - 3.719016) < 1e-4)
    }

    @Test("weights that write into the residual stream are smaller by √(2 · layers)")
    func outputs() {
        let input = Parameter(name: "w", rows: 9, columns: 7)
        let output = Parameter(name: "w", rows: 9, columns: 7)
        initialization().initializeInput(input)
        initialization().initializeOutput(output)
        for (large, small) in zip(input.tensor.value.elements, output.tensor.value.elements) {
            #expect(abs(large / small - 6.6332496) < 1e-5)
        }
    }

    @Test("an element depends on seed, name and place, not on shape or threads")
    func determinism() {
        func elements(_ name: String, _ rows: Int, seed: UInt64 = 3, threads: Int = 1) -> [Float] {
            let parameter = Parameter(name: name, rows: rows, columns: 333)
            initialization(seed: seed, threads: threads).initializeInput(parameter)
            return parameter.tensor.value.elements
        }
        let reference = elements("a", 301)
        #expect(elements("a", 301, threads: 3) == reference)
        #expect(elements("a", 5) == Array(reference.prefix(5 * 333)))
        #expect(elements("b", 301) != reference)
        #expect(elements("a", 301, seed: 4) != reference)
    }
}
