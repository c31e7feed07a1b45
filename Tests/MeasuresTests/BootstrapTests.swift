import Measures
import Testing

@Suite struct BootstrapTests {
    private struct Numbers: Decodable {
        var numbers: [Double]
        var mean: Double
        var halfWidth: Double?
        var quantiles: [Double]
    }

    @Test func quantilesAreNumpysAndIntervalsOfSeedsScipys() throws {
        for numbers in try cases("intervals", as: Numbers.self) {
            let sorted = numbers.numbers.sorted()
            for (share, expected) in zip([0.025, 0.5, 0.975], numbers.quantiles) {
                #expect(abs(quantile(share, of: sorted) - expected) < 1e-12)
            }
            let mean = SeedMean(of: numbers.numbers)
            #expect(abs(mean.mean - numbers.mean) < 1e-12)
            #expect((mean.halfWidth == nil) == (numbers.halfWidth == nil))
            #expect(abs((mean.halfWidth ?? 0) - (numbers.halfWidth ?? 0)) < 1e-10)
        }
    }

    @Test func aResampleHasAsManyExamples() {
        let bootstrap = Bootstrap()
        for count in [1, 2, 3, 4, 5, 63, 257] {
            for resample in 0..<5 {
                let weights = bootstrap.weights(ofResample: resample, count: count)
                #expect(weights.count == count)
                #expect(weights.reduce(0, +) == UInt32(count))
            }
        }
    }

    /// Of 400 examples 300 are correct: the share's standard deviation is √(p(1 − p)/n) = 0.0217,
    /// and an interval of 95 % is 2 · 1.96 as wide.
    private let accuracy = Classification(
        references: Array(repeating: "a", count: 400),
        predictions: Array(repeating: "a", count: 300) + Array(repeating: "b", count: 100))

    @Test func theIntervalOfAShareIsTheBinomials() throws {
        let interval = try #require(Bootstrap(resamples: 10_000).intervals(of: accuracy)[0])
        #expect(abs(interval.lower - (0.75 - 1.96 * 0.02165)) < 0.004)
        #expect(abs(interval.upper - (0.75 + 1.96 * 0.02165)) < 0.004)
        #expect(interval.undefined == 0)
    }

    @Test func threadsChangeNothingAndSeedsDo() {
        let alone = Bootstrap(seed: 3).intervals(of: accuracy)
        #expect(Bootstrap(seed: 3, threads: 3).intervals(of: accuracy) == alone)
        #expect(Bootstrap(seed: 4).intervals(of: accuracy) != alone)
    }

    @Test func undefinedResamplesAreCounted() throws {
        let numbers = Regression(references: [1, 1, 2], predictions: [1, 2, 3])
        let interval = try #require(Bootstrap().intervals(of: numbers)[0])
        #expect(interval.undefined > 100)
        let constant = Regression(references: [1, 1], predictions: [1, 2])
        #expect(Bootstrap().intervals(of: constant) == [nil, nil])
        let none = Classification(references: [], predictions: [])
        #expect(Bootstrap().intervals(of: none).allSatisfy { $0 == nil })
    }

    @Test func aModelBesideItselfDiffersByNothing() {
        for interval in Bootstrap().differences(from: accuracy, to: accuracy) {
            #expect(interval?.lower == 0 && interval?.upper == 0 && interval?.undefined == 0)
        }
    }
}
