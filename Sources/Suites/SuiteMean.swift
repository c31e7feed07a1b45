import Measures
import Reporting

/// The mean of a measure over the runs with several seeds.
public struct SuiteMean: Codable, Equatable, Sendable {
    /// The mean.
    public var mean: Double
    /// How far its 95 % interval reaches to both sides: over seeds, or over resamples of the examples
    /// of one run that trains nothing; else nil for one run.
    public var halfWidth: Double?
    /// Over how many runs, and how many there should be.
    public var runs, expected: Int

    /// The mean of runs' values; nil of none.
    ///
    /// - Parameter resampled: the bounds of resamples of the examples, which count where there is
    ///   one run and should be no more.
    init?(of values: [Double], expected: Int, resampled: [Double]? = nil) {
        guard !values.isEmpty else { return nil }
        let mean = SeedMean(of: values)
        (self.mean, halfWidth) = (mean.mean, mean.halfWidth)
        if expected == 1, let resampled, resampled.count == 2 {
            halfWidth = (resampled[1] - resampled[0]) / 2
        }
        (runs, self.expected) = (values.count, expected)
    }

    /// `81.2 ± 0.4`, and `(3 of 5)` where runs are missing.
    var text: String {
        decimal(100 * mean, places: 1)
            + (halfWidth.map { " ± " + decimal(100 * $0, places: 1) } ?? "")
            + (runs < expected ? " (\(runs) of \(expected))" : "")
    }
}

extension SuiteMean? {
    /// The mean as text, `–` for none.
    var text: String { self?.text ?? "–" }
}

/// The mean of the numbers; nil of none.
func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
