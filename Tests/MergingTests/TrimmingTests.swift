import Merging
import Testing

@Suite struct TrimmingTests {
    private func trimmed(_ values: [Float], _ trimming: inout Trimming) -> [Float] {
        var values = values
        trimming.apply(to: &values)
        return values
    }

    @Test("Smaller magnitudes become zero")
    func threshold() {
        var trimming = Trimming(atLeast: 2)
        #expect(trimmed([1, -2, 3, -4, 0, 2], &trimming) == [0, -2, 3, -4, 0, 2])
    }

    @Test("Where an exact number stays, the first of equal magnitudes do, across parts")
    func exactCount() {
        var trimming = Trimming(keeping: 3, selected: (magnitude: 1, larger: 1))
        #expect(trimmed([1, 5, -0.5], &trimming) == [1, 5, 0])
        #expect(trimmed([-1, 1, 1], &trimming) == [-1, 0, 0])
        #expect(trimmed([1], &trimming) == [0])
    }

    @Test("Nothing is trimmed by the trimming that keeps all")
    func none() {
        var trimming = Trimming.none
        #expect(
            trimmed([.leastNonzeroMagnitude, -1, 0], &trimming) == [.leastNonzeroMagnitude, -1, 0])
    }

    @Test("Per tensor the share is rounded down; over the vector one entry more stays")
    func counts() {
        #expect(Trimming.keptPerTensor(count: 37, density: 0.2) == 7)
        #expect(Trimming.keptPerTensor(count: 3, density: 0.2) == 0)
        #expect(Trimming.keptPerTensor(count: 9, density: 1) == 9)
        #expect(Trimming.smallestKeptRank(count: 100, density: 0.2) == 21)
        #expect(Trimming.smallestKeptRank(count: 100, density: 0.999) == 100)
        #expect(Trimming.smallestKeptRank(count: 5, density: 1) == 5)
    }
}
