import Randomness
import Testing

@Suite struct PermutationTests {
    let generator = CounterGenerator(seed: 1, purpose: "permutation")

    @Test(arguments: [0, 1, 2, 7, 8, 9, 63, 257])
    func everyNumberOccursOnce(count: Int) {
        let order = generator.permutation(of: count, stream: 5)
        #expect(order.count == count)
        #expect(order.sorted() == Array(0..<count))
    }

    @Test func streamsGiveOtherOrdersAndTheSameStreamTheSame() {
        let order = generator.permutation(of: 63, stream: 5)
        #expect(order == generator.permutation(of: 63, stream: 5))
        #expect(order != generator.permutation(of: 63, stream: 6))
    }

    /// 24 orders of four, 24,000 draws: χ² with 23 degrees of freedom exceeds 75 with probability
    /// 2 · 10⁻⁷.
    @Test func allOrdersAreEquallyLikely() {
        var counts: [[Int]: Double] = [:]
        for stream in 0..<24_000 as Range<UInt64> {
            counts[generator.permutation(of: 4, stream: stream), default: 0] += 1
        }
        #expect(counts.count == 24)
        let chiSquared = counts.values.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 }
        #expect(chiSquared < 75)
    }
}
