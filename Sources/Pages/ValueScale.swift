import Foundation

/// Where values stand on an axis of a picture, and which of them are written beside it.
package struct ValueScale {
    /// Values that are written.
    package let ticks: [Double]
    private let range: ClosedRange<Double>
    private let isLogarithmic: Bool
    /// What is larger is drawn there.
    private static let most = 1e300

    /// Equal distances for equal differences, from 0 to a round number above `largest`.
    package init(upTo largest: Double, count: Int = 4) {
        let largest = min(max(largest, 0), Self.most)
        let step = Self.roundStep(largest / Double(count))
        let steps = max(1, Int((largest / step - 1e-9).rounded(.up)))
        ticks = (0...steps).map { Double($0) * step }
        range = 0...(Double(steps) * step)
        isLogarithmic = false
    }

    /// Equal distances for equal differences, from 0 to `end` itself, with ticks at most `count`
    /// apart from 0.
    package init(to end: Double, count: Int) {
        let end = min(max(end, 0), Self.most)
        let step = Self.roundStep(end / Double(max(1, count)))
        ticks = (0...count).map { Double($0) * step }.filter { $0 <= end }
        range = 0...max(end, .leastNormalMagnitude)
        isLogarithmic = false
    }

    /// Equal distances for equal ratios, from `smallest` to `largest`, both above 0. Ticks are
    /// powers of ten; where they are few, also 3, or 2 and 5 times them; within less than a decade,
    /// multiples of a round number.
    package init(logarithmic smallest: Double, _ largest: Double, count: Int = 6) {
        let first = log10(min(max(smallest, 1e-300), Self.most))
        let last = max(log10(min(max(largest, 1e-300), Self.most)), first + 0.02)
        range = first...last
        isLogarithmic = true
        func between(_ values: [Double]) -> [Double] {
            values.filter { first - 1e-9 <= log10($0) && log10($0) <= last + 1e-9 }
        }
        let decades = (Int(first.rounded(.down))...Int(last.rounded(.up))).map(Double.init)
        let choices = [[1.0, 2, 5], [1, 3], [1]].map { factors in
            between(decades.flatMap { decade in factors.map { $0 * pow(10, decade) } })
        }
        if last - first < 0.9 {
            let (low, high) = (pow(10, first), pow(10, last))
            let step = Self.roundStep((high - low) / Double(min(count, 5)))
            let multiples = Int((low / step).rounded(.up))...Int((high / step).rounded(.up))
            ticks = between(multiples.map { Double($0) * step }.filter { $0 > 0 })
        } else if let fitting = choices.first(where: { $0.count <= count }) {
            ticks = fitting
        } else {
            let apart = (choices[2].count + count - 1) / max(1, count)
            ticks = choices[2].enumerated().filter { $0.offset % apart == 0 }.map(\.element)
        }
    }

    /// The place of a value as a part of the axis, held to it.
    package func part(_ value: Double) -> Double {
        let position = isLogarithmic ? log10(max(value, 1e-300)) : value
        let held = min(max(position, range.lowerBound), range.upperBound)
        let part = (held - range.lowerBound) / (range.upperBound - range.lowerBound)
        return part.isFinite ? part : 0
    }

    /// The nearest of 1, 2, 2.5, 5 and 10 times a power of ten from `least` up.
    package static func roundStep(_ least: Double) -> Double {
        guard least > 0, least.isFinite else { return 1 }
        let power = pow(10, log10(least).rounded(.down))
        let step = [1, 2, 2.5, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10
        return step * power
    }
}
