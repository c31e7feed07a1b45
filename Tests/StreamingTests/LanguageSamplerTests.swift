import Formats
import Randomness
import Streaming
import Testing

@Suite struct LanguageSamplerTests {
    let generator = CounterGenerator(seed: 3, purpose: "sampler")

    @Test func everySourceIsDrawnItsExpectedNumberOfTimesToWithinOne() {
        let weights = [0.61, 0.2, 0.1, 0.05, 0.0399, 0.0001]
        var sampler = LanguageSampler(weights: weights, generator: generator, blockSize: 100)
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<3 {
            let end = sampler.cursor.block + 50
            while sampler.cursor.block < end {
                counts[sampler.next()] += 1
            }
            // One draw of block `end` has been made when the loop ends.
            let draws = Double(100 * end)
            for (count, weight) in zip(counts, weights) {
                #expect(abs(Double(count) - weight * draws) <= 2)
            }
        }
    }

    @Test(arguments: [0, 1, 99, 100, 101, 257])
    func aSamplerAtACursorContinues(draws: Int) {
        let weights = (1...20).map { 1 / Double($0) }
        var sampler = LanguageSampler(weights: weights, generator: generator, blockSize: 100)
        for _ in 0..<draws {
            _ = sampler.next()
        }
        var continued = LanguageSampler(
            weights: weights, generator: generator, blockSize: 100, cursor: sampler.cursor)
        for _ in 0..<300 {
            #expect(continued.next() == sampler.next())
        }
    }

    /// Weights that change every 1 to 300 draws, in blocks of 100.
    @Test func expectationsAreKeptHoweverOftenTheWeightsChange() {
        let lengths = CounterGenerator(seed: 4, purpose: "lengths")
        var sampler = LanguageSampler(
            weights: mixture(0), generator: generator, blockSize: 100)
        var (counts, expected) = (
            [Double](repeating: 0, count: 20), [Double](repeating: 0, count: 20)
        )
        for change in 0..<400 {
            if change > 0 { sampler.change(to: change, weights: mixture(change)) }
            let weights = sampler.weights
            let draws = 1 + Int(lengths.integer(below: 300, at: UInt64(change)))
            for _ in 0..<draws {
                counts[sampler.next()] += 1
            }
            for index in weights.indices { expected[index] += Double(draws) * weights[index] }
        }
        // What is owed in the last, broken block is at most what a source has in one.
        for (count, expected) in zip(counts, expected) {
            #expect(abs(count - expected) <= 1 + 100 * 0.25)
        }
        let rare = zip(counts, expected).suffix(15)
        #expect(rare.allSatisfy { abs($0 - $1) <= 3 })
    }

    @Test(arguments: [1, 2, 17, 100, 101, 555])
    func aSamplerContinuesBehindChanges(draws: Int) throws {
        var sampler = LanguageSampler(weights: mixture(0), generator: generator, blockSize: 100)
        for draw in 0..<draws {
            if draw % 37 == 36 {
                sampler.change(to: draw, weights: mixture(draw))
            }
            _ = sampler.next()
        }
        let text = try JSONFile.encoder.encode(sampler.cursor)
        let cursor = try JSONFile.decoder.decode(LanguageSampler.Cursor.self, from: text)
        #expect(cursor == sampler.cursor)
        var continued = LanguageSampler(
            weights: mixture(cursor.mixture), generator: generator, blockSize: 100, cursor: cursor)
        for draw in 0..<300 {
            if draw == 150 {
                sampler.change(to: 900, weights: mixture(900))
                continued.change(to: 900, weights: mixture(900))
            }
            #expect(continued.next() == sampler.next())
        }
    }

    @Test func aSourceThatHasNotEnteredIsNotDrawn() {
        var sampler = LanguageSampler(weights: [3, 0, 1], generator: generator, blockSize: 50)
        #expect((0..<120).allSatisfy { _ in sampler.next() != 1 })
        sampler.change(to: 1, weights: [2, 1, 1])
        let draws = (0..<200).count { _ in sampler.next() == 1 }
        #expect((48...52).contains(draws))
    }

    /// Five large weights that differ from mixture to mixture, and fifteen small ones.
    private func mixture(_ number: Int) -> [Double] {
        let values = CounterGenerator(seed: 5, purpose: "weights \(number)")
        return (0..<20).map { index in
            (index < 5 ? 1 : 0.02) * (0.5 + values.uniform(at: UInt64(index), stream: 0))
        }
    }

    @Test func aSourceOfWeightZeroIsNeverDrawn() {
        var sampler = LanguageSampler(weights: [1, 0, 2], generator: generator, blockSize: 7)
        for _ in 0..<1000 {
            #expect(sampler.next() != 1)
        }
    }

    @Test func blocksMayBeEmpty() {
        let weights = [Double](repeating: 1, count: 300)
        var sampler = LanguageSampler(weights: weights, generator: generator, blockSize: 1)
        var counts = [Int](repeating: 0, count: 300)
        for _ in 0..<3000 {
            counts[sampler.next()] += 1
        }
        #expect(counts.allSatisfy { 8 <= $0 && $0 <= 12 })
    }

    @Test func drawsAreMixedInsideABlock() {
        var sampler = LanguageSampler(weights: [1, 1], generator: generator, blockSize: 1000)
        let draws = (0..<1000).map { _ in sampler.next() }
        let changes = zip(draws, draws.dropFirst()).count { $0 != $1 }
        // 500 expected, standard deviation 16.
        #expect((420...580).contains(changes))
    }
}
