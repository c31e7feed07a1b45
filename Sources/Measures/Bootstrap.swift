import Host
import Randomness

/// Between which numbers a measure lies with a confidence.
public struct Interval: Equatable, Sendable {
    /// The lower end.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// Resamples in which the measure is undefined; the ends are of the others.
    public let undefined: Int
}

/// The percentile bootstrap (Efron, 1979): as many examples as there are, drawn with replacement,
/// again and again; the interval leaves out the same share of resamples on both sides.
///
/// The draws are Philox's, keyed by the seed, the resample being the stream: the same on all
/// machines, for any number of threads, and for all evaluations with as many examples.
public struct Bootstrap: Sendable {
    /// The number of resamples.
    public let resamples: Int
    /// The share of resamples inside the interval.
    public let confidence: Double
    private let generator: CounterGenerator
    private let threads: Int

    /// - Parameters:
    ///   - resamples: their number, at least 1.
    ///   - confidence: the share of resamples inside the interval, between 0 and 1.
    ///   - seed: what the draws are a function of.
    ///   - threads: how many resamples are computed at the same time.
    public init(
        resamples: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 0, threads: Int = 1
    ) {
        precondition(resamples > 0, "Bootstrap: \(resamples) resamples")
        precondition(0..<1 ~= confidence, "Bootstrap: a confidence of \(confidence)")
        self.resamples = resamples
        self.confidence = confidence
        self.threads = threads
        generator = CounterGenerator(seed: seed, purpose: "bootstrap")
    }

    /// The interval of each of the numbers; nil where no resample defines it.
    public func intervals(of evaluation: some Evaluation) -> [Interval?] {
        let width = evaluation.names.count
        return intervals(width: width, count: evaluation.count) {
            evaluation.values(weights: $0)
        }
    }

    /// The interval of `second` minus `first` for each of the numbers, from resamples of the same
    /// examples (a paired bootstrap); nil where no resample defines both.
    ///
    /// - Precondition: as many examples, and the same numbers, in both.
    public func differences<Compared: Evaluation>(
        from first: Compared, to second: Compared
    ) -> [Interval?] {
        precondition(
            first.count == second.count && first.names == second.names,
            "Bootstrap.differences: \(first.count) and \(second.count) examples")
        return intervals(width: first.names.count, count: first.count) { weights in
            zip(first.values(weights: weights), second.values(weights: weights)).map {
                guard let before = $0, let after = $1 else { return nil }
                return after - before
            }
        }
    }

    /// Resamples that a thread computes in a row.
    private static let stretch = 16

    private func intervals(
        width: Int, count: Int, _ values: @Sendable ([UInt32]) -> [Double?]
    ) -> [Interval?] {
        guard count > 0 else { return Array(repeating: nil, count: width) }
        let stretches = (resamples + Self.stretch - 1) / Self.stretch
        let results = concurrently(stretches, threads: threads) { stretch in
            let first = stretch * Self.stretch
            return (first..<min(first + Self.stretch, resamples)).map {
                values(weights(ofResample: $0, count: count))
            }
        }
        let rows = results.flatMap(\.self)
        return (0..<width).map { column in interval(of: rows.map { $0[column] }) }
    }

    /// How often a resample has each of `count` examples. An index is the high word of 32 random
    /// bits times `count`; the bias is below `count` / 2³².
    package func weights(ofResample resample: Int, count: Int) -> [UInt32] {
        precondition(count < 1 << 31, "Bootstrap: \(count) examples")
        var weights = [UInt32](repeating: 0, count: count)
        let bound = UInt64(count)
        for position in 0..<((count + 3) / 4) {
            let words = generator.words(at: UInt64(position), stream: UInt64(resample))
            for lane in 0..<min(4, count - 4 * position) {
                weights[Int((UInt64(words[lane]) &* bound) >> 32)] &+= 1
            }
        }
        return weights
    }

    private func interval(of values: [Double?]) -> Interval? {
        let defined = values.compactMap(\.self).sorted()
        guard !defined.isEmpty else { return nil }
        let tail = (1 - confidence) / 2
        return Interval(
            lower: quantile(tail, of: defined), upper: quantile(1 - tail, of: defined),
            undefined: values.count - defined.count)
    }
}

/// The quantile of numbers in ascending order, between neighbours by linear interpolation, as
/// numpy's `quantile`.
package func quantile(_ share: Double, of ascending: [Double]) -> Double {
    let place = share * Double(ascending.count - 1)
    let below = max(0, min(Int(place), ascending.count - 1))
    let above = min(below + 1, ascending.count - 1)
    return ascending[below] + (place - Double(below)) * (ascending[above] - ascending[below])
}
