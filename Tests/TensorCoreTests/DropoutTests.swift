import Randomness
import TensorCore
import TestSupport
import Testing

@Suite struct DropoutTests {
    private func dropout(_ rate: Double, stream: UInt64) -> Dropout {
        Dropout(
            rate: rate, generator: CounterGenerator(seed: 21, purpose: "dropout"), stream: stream)
    }

    private func mask(_ dropout: Dropout, _ x: Matrix<Float>) -> DropoutMask {
        DropoutMask(dropout, count: x.count, from: BufferPool(), parallel: oneThread)
    }

    /// 0 + dropout(x).
    private func dropped(_ x: Matrix<Float>, _ dropout: Dropout) -> [Float] {
        let y = Matrix<Float>(unwritten: x.rows, x.columns)
        let zeros = Matrix<Float>(rows: x.rows, columns: x.columns)
        addBranch(x, to: zeros, dropout: mask(dropout, x), into: y, parallel: oneThread)
        return y.elements
    }

    @Test(arguments: vectorEdges + [256, 511, 20_000])
    func dropsWhatTheGeneratorSays(count: Int) {
        let x = Matrix<Float>(random: 1, count, seed: 1)
        let dropout = dropout(0.1, stream: 5 << 40 | 3)
        let expected = (0..<count).map { index -> Float in
            let position = UInt64(index / 512 * 64 + index % 64)
            let word = dropout.generator.words(at: position, stream: dropout.stream)[
                index % 256 / 64]
            let bits = index % 512 < 256 ? word & 0xffff : word >> 16
            // 0.1 · 2¹⁶ is 6553.6.
            return bits < 6554 ? 0 : x[0, index] * Float(65536.0 / (65536 - 6554))
        }
        #expect(dropped(x, dropout) == expected)
        let gradient = Matrix<Float>(unwritten: 1, count)
        addBranchBackward(x, dropout: mask(dropout, x), into: gradient, parallel: oneThread)
        #expect(gradient.elements == expected, "the gradient is dropped where the value was")
    }

    @Test func dropsTheGivenShareAndKeepsTheMean() {
        let x = Matrix<Float>(rows: 400, columns: 250)
        x.fill(1)
        let count = dropped(x, dropout(0.1, stream: 0)).count { $0 == 0 }
        // 100,000 draws: the standard deviation is √(100,000 · 0.1 · 0.9) = 95.
        #expect(abs(count - 10_000) < 5 * 95)
        #expect(dropped(x, dropout(0, stream: 0)) == x.elements)
    }

    /// 16 bits decide: a rate below half of 2⁻¹⁶ drops nothing, and one near 1 not all.
    @Test func ratesNearNoneAndAllKeepTheMean() {
        let rates: [(rate: Double, threshold: UInt16, factor: Float)] = [
            (0, 0, 1), (7.6e-6, 0, 1), (7.7e-6, 1, Float(65536.0 / 65535)), (0.5, 0x8000, 2),
            (1 - 0x1p-16, 0xffff, 65536), (1.0.nextDown, 0xffff, 65536),
        ]
        for (rate, threshold, factor) in rates {
            let dropout = dropout(rate, stream: 0)
            #expect(dropout.threshold == threshold && dropout.factor == factor, "\(rate)")
        }
        let x = Matrix<Float>(rows: 1, columns: 1 << 20)
        x.fill(1)
        let kept = dropped(x, dropout(1.0.nextDown, stream: 0)).filter { $0 != 0 }
        // 2²⁰ draws of 2⁻¹⁶ each: 16, with a standard deviation of 4.
        #expect(kept.allSatisfy { $0 == 65536 } && (1...36).contains(kept.count))
    }

    @Test func differentStreamsDropDifferentElements() {
        let x = Matrix<Float>(rows: 1, columns: 1000)
        x.fill(1)
        let first = dropped(x, dropout(0.5, stream: 1))
        let second = dropped(x, dropout(0.5, stream: 2))
        #expect(abs(zip(first, second).count { $0 == $1 } - 500) < 80)
    }

    @Test func addsTheBranch() {
        let (x, branch) = (
            Matrix<Float>(random: 3, 9, seed: 1), Matrix<Float>(random: 3, 9, seed: 2)
        )
        let y = Matrix<Float>(unwritten: 3, 9)
        addBranch(branch, to: x, dropout: nil, into: y, parallel: oneThread)
        #expect(y.elements == zip(x.elements, branch.elements).map { $0 + $1 })
    }
}
