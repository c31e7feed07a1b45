import Foundation

/// The mean of a measure over runs with several seeds, and the half width of its interval by
/// Student's distribution: t(n − 1) · s / √n, s² with n − 1 in the denominator.
public struct SeedMean: Equatable, Sendable {
    /// The mean.
    public let mean: Double
    /// How far the interval reaches to both sides; nil for one run.
    public let halfWidth: Double?

    /// - Parameters:
    ///   - values: one of each run, at least one.
    ///   - confidence: the share of intervals that contain the mean of all runs there could be.
    public init(of values: [Double], confidence: Double = 0.95) {
        precondition(!values.isEmpty, "SeedMean: no values")
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        guard values.count > 1 else {
            halfWidth = nil
            return
        }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        halfWidth =
            studentQuantile(degrees: values.count - 1, central: confidence)
            * (variance / count).squareRoot()
    }
}

/// The t for which Student's distribution with `degrees` degrees of freedom has the share `central`
/// between −t and t: bisection of the angle θ = atan(t / √degrees), in which the share is a finite
/// sum (Abramowitz and Stegun, 26.7.3 and 26.7.4).
func studentQuantile(degrees: Int, central: Double) -> Double {
    var (low, high) = (0.0, Double.pi / 2)
    for _ in 0..<100 {
        let middle = (low + high) / 2
        if studentShare(degrees: degrees, angle: middle) < central {
            low = middle
        } else {
            high = middle
        }
    }
    return tan((low + high) / 2) * Double(degrees).squareRoot()
}

private func studentShare(degrees: Int, angle: Double) -> Double {
    let isOdd = !degrees.isMultiple(of: 2)
    let (sine, cosine) = (sin(angle), cos(angle))
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    for factor in stride(from: isOdd ? 2 : 1, to: degrees - 2, by: 2) {
        term *= Double(factor) / Double(factor + 1) * cosine * cosine
        sum += term
    }
    return isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
}
