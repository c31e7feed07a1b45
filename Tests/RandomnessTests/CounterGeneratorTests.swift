import Randomness
import Testing

/// The known answers that the authors of "Parallel random numbers: as easy as 1, 2, 3" publish
/// with their Random123 library, for philox4x32 with ten rounds.
@Suite struct PhiloxTests {
    @Test func zeroCounterAndKeyGiveTheKnownAnswer() {
        #expect(
            philox4x32(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    }

    @Test func allOnesGiveTheKnownAnswer() {
        #expect(
            philox4x32(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    }

    @Test func theDigitsOfPiGiveTheKnownAnswer() {
        #expect(
            philox4x32(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }
}

@Suite struct CounterGeneratorTests {
    let generator = CounterGenerator(seed: 21, purpose: "test")

    @Test func positionAndStreamFillTheCounterLowWordFirst() {
        let pi = CounterGenerator(key: SIMD2(0xa409_3822, 0x299f_31d0))
        let words = pi.words(at: 0x85a3_08d3_243f_6a88, stream: 0x0370_7344_1319_8a2e)
        #expect(words == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func seedPurposePositionAndStreamAllMatter() {
        let here = generator.words(at: 1, stream: 2)
        #expect(here == CounterGenerator(seed: 21, purpose: "test").words(at: 1, stream: 2))
        #expect(here != CounterGenerator(seed: 22, purpose: "test").words(at: 1, stream: 2))
        #expect(here != CounterGenerator(seed: 21, purpose: "Test").words(at: 1, stream: 2))
        #expect(here != generator.words(at: 2, stream: 2))
        #expect(here != generator.words(at: 1, stream: 1))
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 257])
    func fillingGivesTheWordsOfOnePositionAfterAnother(count: Int) {
        let position: UInt64 = 0xffff_fffd
        var words = [UInt32](repeating: 0, count: count)
        generator.fill(&words, from: position, stream: 0x1_2345_6789)
        for (index, word) in words.enumerated() {
            let four = generator.words(at: position + UInt64(index / 4), stream: 0x1_2345_6789)
            #expect(word == four[index % 4])
        }
    }

    @Test(arguments: [1, 5, 1 << 20, UInt64.max])
    func eightIntegersAreThoseOfEightPositions(bound: UInt64) {
        let generator = CounterGenerator(seed: 3, purpose: "integers")
        let positions = SIMD8<UInt64>(0, 1, 7, 1 << 32, 1 << 63, .max, 12, 12)
        let integers = generator.integers(below: bound, at: positions, stream: 9 << 32 | 4)
        for lane in 0..<8 {
            let expected = generator.integer(
                below: bound, at: positions[lane], stream: 9 << 32 | 4)
            #expect(integers[lane] == expected)
        }
    }

    /// Mean ½ and variance 1/12, each within five standard deviations for 100,000 numbers:
    /// 5 / √(12 n) = 0.0046 and 5 / √(180 n) = 0.0012.
    @Test func uniformNumbersHaveTheirMeanAndVariance() {
        let numbers = (0..<UInt64(100_000)).map { generator.uniform(at: $0, stream: 3) }
        let mean = numbers.reduce(0, +) / 1e5
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
        #expect(numbers.allSatisfy { 0 <= $0 && $0 < 1 })
        #expect(abs(mean - 0.5) < 0.0046)
        #expect(abs(variance - 1.0 / 12) < 0.0012)
    }

    /// Mean 0, variance 1 and kurtosis 3, each within five standard deviations for 100,000
    /// numbers: 5 / √n, 5 √(2 / n) and 5 √(96 / n).
    @Test func normalNumbersHaveTheirMoments() {
        let numbers = (0..<UInt64(50_000)).flatMap { position -> [Double] in
            let (first, second) = generator.normals(at: position)
            return [first, second]
        }
        let moments = (1...4).map { power in
            numbers.reduce(0) { sum, x in sum + (0..<power).reduce(1) { y, _ in y * x } } / 1e5
        }
        #expect(abs(moments[0]) < 0.016)
        #expect(abs(moments[1] - 1) < 0.0224)
        #expect(abs(moments[3] - 3) < 0.155)
    }

    /// χ² with 6 degrees of freedom exceeds 35 with probability 4 · 10⁻⁶.
    @Test func integersBelowABoundAreUniform() {
        var counts = [Double](repeating: 0, count: 7)
        for position in 0..<70_000 {
            counts[Int(generator.integer(below: 7, at: UInt64(position)))] += 1
        }
        let chiSquared = counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 }
        #expect(chiSquared < 35)
    }

    @Test func theOnlyIntegerBelowOneIsZero() {
        #expect((0..<100).allSatisfy { generator.integer(below: 1, at: $0) == 0 })
    }

    /// Neighbouring positions, streams and keys differ in 16 of 32 bits on average; five standard
    /// deviations over 1,000 × 128 bits are 0.007 of a bit.
    @Test func neighboursDifferInHalfOfTheirBits() {
        for (position, stream): (UInt64, UInt64) in [(1, 0), (0, 1)] {
            var bits = 0
            for start in (0..<1000 as Range<UInt64>) {
                let difference =
                    generator.words(at: start, stream: start)
                    ^ generator.words(at: start + position, stream: start + stream)
                bits += (0..<4).reduce(0) { $0 + difference[$1].nonzeroBitCount }
            }
            #expect(abs(Double(bits) / 128_000 - 0.5) < 0.007)
        }
    }
}
