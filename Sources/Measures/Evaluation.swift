/// References and predictions beside each other, and the numbers that say how well they agree.
///
/// A number is a function of how often each example counts. Every example counts once in the
/// number that is reported; in a resample an example counts as often as it was drawn. So one rule
/// computes both, and what is undefined in one is undefined in the other for the same reason.
public protocol Evaluation: Sendable {
    /// The number of examples: texts, sentences, questions or queries. It is what is resampled.
    var count: Int { get }
    /// The names of the numbers, in their order.
    var names: [String] { get }

    /// The numbers where example i counts `weights[i]` times; nil for what is undefined.
    ///
    /// - Precondition: a weight for each example.
    func values(weights: [UInt32]) -> [Double?]
}

extension Evaluation {
    /// The numbers where every example counts once.
    public var values: [Double?] { values(weights: Array(repeating: 1, count: count)) }

    /// The number of a name; nil where it is undefined or the name is unknown.
    public subscript(name: String) -> Double? {
        names.firstIndex(of: name).flatMap { values[$0] }
    }

    /// Stops where there is not one weight for each example.
    func checkWeights(_ weights: [UInt32]) {
        precondition(
            weights.count == count,
            "Evaluation.values: \(weights.count) weights for \(count) examples")
    }
}

/// `numerator / denominator`, 0 where the denominator is 0.
func ratio(_ numerator: Double, _ denominator: Double) -> Double {
    denominator == 0 ? 0 : numerator / denominator
}

/// The harmonic mean 2PR / (P + R) of precision and recall, 0 where both are 0.
func harmonicMean(_ precision: Double, _ recall: Double) -> Double {
    ratio(2 * precision * recall, precision + recall)
}

/// The means of rows of numbers, `[examples][numbers]`, over examples by their weights; nil where
/// no example counts.
func means(of rows: [[Double]], width: Int, weights: [UInt32]) -> [Double?] {
    var sums = [Double](repeating: 0, count: width)
    var total = 0.0
    for (row, weight) in zip(rows, weights) where weight > 0 {
        let weight = Double(weight)
        total += weight
        for column in 0..<width { sums[column] += weight * row[column] }
    }
    return sums.map { total > 0 ? $0 / total : nil }
}
