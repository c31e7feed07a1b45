import Merging
import Testing

@Suite struct WeightedAverageTests {
    @Test("Weights are normalised")
    func weighted() {
        var average = WeightedAverage(weights: [3, 1])
        var result: [Float] = [0, 0]
        average.average([[1, 4], [5, 0]], into: &result)
        #expect(result == [2, 3])
    }

    @Test("In an exponential average each model counts decay times as much as the next")
    func exponential() {
        #expect(WeightedAverage.exponentialWeights(count: 3, decay: 0.5) == [0.25, 0.5, 1])
        #expect(WeightedAverage.exponentialWeights(count: 1, decay: 0.5) == [1])
    }
}
