import Pages

/// Many values over the clock as few enough to draw: what is more than a picture has room for is
/// drawn as means with the range around them.
package struct Thinning {
    package typealias Point = (tokens: Double, value: Double)

    /// Means, or the values themselves where they are few.
    package let points: [Point]
    /// What the values around each mean lie between; empty where they are few.
    package let band: [(tokens: Double, low: Double, high: Double)]

    private static let parts = 240

    /// Values in the order of the clock, which goes to `end`.
    package init(_ values: [Point], end: Double) {
        guard values.count > Self.parts * 3 / 2 else {
            (points, band) = (values, [])
            return
        }
        var (points, band): ([Point], [(tokens: Double, low: Double, high: Double)]) = ([], [])
        var start = values.startIndex
        while start < values.endIndex {
            let part = Self.part(values[start].tokens, end)
            let next = values[start...].firstIndex { Self.part($0.tokens, end) != part }
            let some = values[start..<(next ?? values.endIndex)]
            let count = Double(some.count)
            let tokens = some.reduce(0) { $0 + $1.tokens } / count
            points.append((tokens, some.reduce(0) { $0 + $1.value } / count))
            let range = some.reduce((Double.infinity, -Double.infinity)) {
                (min($0.0, $1.value), max($0.1, $1.value))
            }
            band.append((tokens, range.0, range.1))
            start = next ?? values.endIndex
        }
        (self.points, self.band) = (points, band)
    }

    private static func part(_ tokens: Double, _ end: Double) -> Int {
        whole((min(max(tokens / max(end, 1), 0), 1) * Double(parts)).rounded(.down))
    }

    /// Means over neighbours, of which there are more the more values there are.
    package static func smoothed(_ values: [Point]) -> [Point] {
        let reach = values.count / 40
        guard reach > 0 else { return values }
        var sums = [0.0]
        for value in values { sums.append(sums[sums.count - 1] + value.value) }
        return values.indices.map { index in
            // As many on both sides, so that a slope stays where it is.
            let near = min(reach, index, values.count - 1 - index)
            let sum = sums[index + near + 1] - sums[index - near]
            return (values[index].tokens, sum / Double(2 * near + 1))
        }
    }
}
