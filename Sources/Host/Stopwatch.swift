/// Seconds between laps.
package struct Stopwatch {
    private var start = ContinuousClock.now

    /// Starts now.
    package init() {}

    /// Seconds since the beginning, or since the last lap.
    package mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { start = now }
        return (now - start) / .seconds(1)
    }

    /// How long each call of `body` took, for calls that fill `seconds` after one that warms up, at
    /// least `least`.
    package static func times(seconds: Double, least: Int = 3, _ body: () -> Void) -> [Double] {
        body()
        var times: [Double] = []
        var total = 0.0
        var watch = Stopwatch()
        repeat {
            body()
            times.append(watch.lap())
            total += times[times.count - 1]
        } while times.count < least || total < seconds
        return times
    }
}

/// The middle of some numbers; 0 of none.
package func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
