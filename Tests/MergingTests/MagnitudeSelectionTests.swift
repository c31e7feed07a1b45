import Merging
import Testing

@Suite struct MagnitudeSelectionTests {
    /// The same by sorting everything.
    private func sorted(_ values: [Float], rank: Int) -> (magnitude: Float, larger: Int) {
        let magnitudes = values.map(\.magnitude).sorted(by: >)
        let threshold = magnitudes[rank - 1]
        return (threshold, magnitudes.count { $0 > threshold })
    }

    private func selected(_ parts: [[Float]], rank: Int) -> (magnitude: Float, larger: Int) {
        var selection = MagnitudeSelection(rank: rank)
        for part in parts { selection.countUpperBits(of: part) }
        selection.beginSecondPass()
        for part in parts { selection.countLowerBits(of: part) }
        return selection.result()
    }

    @Test(
        "The magnitude of every rank is the one that sorting gives", arguments: [1, 7, 8, 9, 257])
    func everyRank(count: Int) {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
        for rank in 1...count {
            let (magnitude, larger) = selected([values], rank: rank)
            #expect((magnitude, larger) == sorted(values, rank: rank))
        }
    }

    @Test("Values that share the upper half of their bits are told apart")
    func nearValues() {
        let values = (0..<100).map { Float(bitPattern: (1 as Float).bitPattern + UInt32($0)) }
        for rank in [1, 2, 50, 99, 100] {
            #expect(selected([values.shuffled()], rank: rank) == sorted(values, rank: rank))
        }
    }

    @Test("Equal magnitudes count as often as they occur, whatever their sign")
    func ties() {
        let values: [Float] = [0.5, -0.5, 0, 2, -0, 0.5, -2, .leastNonzeroMagnitude]
        for rank in 1...values.count {
            #expect(selected([values], rank: rank) == sorted(values, rank: rank))
        }
    }

    @Test("Parts give the same as the whole")
    func parts() {
        let values = (0..<63).map { Float($0 * 37 % 64) - 30 }
        for rank in [1, 5, 63] {
            let parts = [Array(values[..<7]), [], Array(values[7...])]
            #expect(selected(parts, rank: rank) == selected([values], rank: rank))
        }
    }
}
