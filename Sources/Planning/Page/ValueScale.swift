import Foundation

/// Where values stand on an axis of a picture, and which of them are written beside it.
struct ValueScale {
    /// Values that are written.
    let ticks: [Double]
    private let range: ClosedRange<Double>
    private let places: (low: Double, high: Double)
    private let isLogarithmic: Bool

    /// Equal distances for equal differences, from 0 to a round number above `largest`.
    init(upTo largest: Double, from low: Double, to high: Double, count: Int = 4) {
        let step = Self.roundStep(largest / Double(count))
        let steps = max(1, Int((largest / step - 1e-9).rounded(.up)))
        ticks = (0...steps).map { Double($0) * step }
        range = 0...(Double(steps) * step)
        places = (low, high)
        isLogarithmic = false
    }

    /// Equal distances for equal ratios, from `smallest` to `largest`, with ticks at powers of ten.
    init(logarithmic smallest: Double, _ largest: Double, from low: Double, to high: Double) {
        let (first, last) = (log10(smallest), max(log10(largest), log10(smallest) + 0.1))
        range = first...last
        let decades = Int(first.rounded(.up))...max(Int(first.rounded(.up)), Int(last))
        let apart = max(1, (decades.count + 6) / 7)
        ticks = decades.filter { ($0 - decades.lowerBound) % apart == 0 }.map {
            pow(10, Double($0))
        }
        .filter { log10($0) >= first - 1e-9 && log10($0) <= last + 1e-9 }
        places = (low, high)
        isLogarithmic = true
    }

    /// The place of a value, held to the axis.
    func place(_ value: Double) -> Double {
        let position = isLogarithmic ? log10(max(value, 1e-300)) : value
        let held = min(max(position, range.lowerBound), range.upperBound)
        let part = (held - range.lowerBound) / (range.upperBound - range.lowerBound)
        return places.low + part * (places.high - places.low)
    }

    /// The nearest of 1, 2, 2.5, 5 and 10 times a power of ten from `least` up.
    static func roundStep(_ least: Double) -> Double {
        guard least > 0 else { return 1 }
        let power = pow(10, log10(least).rounded(.down))
        let step = [1, 2, 2.5, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10
        return step * power
    }
}
