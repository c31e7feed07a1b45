import Testing

import Reports

@Suite("Curves of many steps")
struct ThinningTests {
    private func values(_ count: Int) -> [Thinning.Point] {
        (0..<count).map { index in
            let noise = index % 2 == 0 ? 0.5 : -0.5
            return (tokens: Double(index), value: Double(index) + noise)
        }
    }

    @Test("are drawn as means, with the range of what they stand for")
    func means() {
        let thin = Thinning(values(100_000), end: 100_000)
        #expect(thin.points.count <= 241 && thin.points.count == thin.band.count)
        for (point, range) in zip(thin.points, thin.band) {
            #expect(range.low <= point.value && point.value <= range.high)
            #expect(abs(point.value - point.tokens) < 1)
        }
        #expect(thin.points.map(\.tokens) == thin.points.map(\.tokens).sorted())
    }

    @Test("are drawn as they are where they are few")
    func few() {
        let thin = Thinning(values(200), end: 200)
        #expect(thin.points.map(\.value) == values(200).map(\.value) && thin.band.isEmpty)
    }

    @Test("are smoothed without moving a slope or their ends")
    func smoothed() {
        let line = (0..<200).map { (tokens: Double($0), value: 3 * Double($0)) }
        for (before, after) in zip(line, Thinning.smoothed(line)) {
            #expect(abs(before.value - after.value) < 1e-9 && before.tokens == after.tokens)
        }
        let noisy = values(200)
        let smooth = Thinning.smoothed(noisy)
        #expect(smooth.first?.value == noisy.first?.value)
        #expect(smooth[10..<190].allSatisfy { abs($0.value - $0.tokens) < 0.2 })
    }
}
