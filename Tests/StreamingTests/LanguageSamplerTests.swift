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
