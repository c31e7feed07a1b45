import Randomness
import TensorCore
import TestSupport
import Testing

@Suite struct DropoutTests {
    private let generator = CounterGenerator(seed: 21, purpose: "dropout")

    @Test(arguments: vectorEdges + [256, 511, 20_000])
    func dropsWhatTheGeneratorSays(count: Int) {
        let x = Matrix<Float>(random: 1, count, seed: 1)
        let y = Matrix<Float>(unwritten: 1, count)
        let stream: UInt64 = 5 << 40 | 3
        dropout(
            x, rate: 0.1, generator: generator, stream: stream, into: y, parallel: oneThread)
        let expected = (0..<count).map { index -> Float in
            let position = UInt64(index / 256 * 64 + index % 64)
            let word = generator.words(at: position, stream: stream)[index % 256 / 64]
            return Double(word) < (0.1 * 0x1p32).rounded(.down) ? 0 : x[0, index] * Float(1 / 0.9)
        }
        #expect(y.elements == expected)
        dropout(
            x, rate: 0.1, generator: generator, stream: stream, into: x, parallel: oneThread)
        #expect(x.elements == expected, "in place")
    }

    @Test func dropsTheGivenShareAndKeepsTheMean() {
        let x = Matrix<Float>(rows: 400, columns: 250)
        x.fill(1)
        let y = Matrix<Float>(unwritten: 400, 250)
        dropout(x, rate: 0.1, generator: generator, stream: 0, into: y, parallel: oneThread)
        let dropped = y.elements.count { $0 == 0 }
        // 100,000 draws: the standard deviation is √(100,000 · 0.1 · 0.9) = 95.
        #expect(abs(dropped - 10_000) < 5 * 95)
        dropout(x, rate: 0, generator: generator, stream: 0, into: y, parallel: oneThread)
        #expect(y.elements == x.elements)
    }

    @Test func differentStreamsDropDifferentElements() {
        let x = Matrix<Float>(rows: 1, columns: 1000)
        x.fill(1)
        let (first, second) = (Matrix<Float>(unwritten: 1, 1000), Matrix<Float>(unwritten: 1, 1000))
        dropout(x, rate: 0.5, generator: generator, stream: 1, into: first, parallel: oneThread)
        dropout(x, rate: 0.5, generator: generator, stream: 2, into: second, parallel: oneThread)
        let agreements = zip(first.elements, second.elements).count { $0 == $1 }
        #expect(abs(agreements - 500) < 80)
    }
}
