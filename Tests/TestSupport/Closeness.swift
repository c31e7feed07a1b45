/// The worst disagreement between two lists of numbers; its description is the failure message.
public struct Mismatch: CustomStringConvertible, Equatable {
    /// What disagrees and where.
    public let description: String
}

/// Compares lengths, then every number: |actual - expected| <= absolute + relative · |expected|.
/// Returns the worst violation, nil if there is none. A NaN agrees with nothing.
public func mismatch<A: BinaryFloatingPoint, E: BinaryFloatingPoint>(
    _ actual: [A], _ expected: [E], relative: Double, absolute: Double = 0
) -> Mismatch? {
    guard actual.count == expected.count else {
        return Mismatch(description: "\(actual.count) numbers, expected \(expected.count)")
    }
    var worst = 1.0
    var place: Int?
    for index in actual.indices {
        let (a, e) = (Double(actual[index]), Double(expected[index]))
        let allowed = absolute + relative * e.magnitude
        let excess =
            a == e ? 0 : allowed > 0 ? (a - e).magnitude / allowed : .infinity
        if !(excess <= worst) {
            worst = excess.isNaN ? .infinity : excess
            place = index
        }
    }
    return place.map {
        Mismatch(
            description: """
                at \($0) of \(actual.count): \(actual[$0]), expected \(expected[$0]), \
                \(worst) times the tolerance \
                \(absolute + relative * Double(expected[$0]).magnitude)
                """)
    }
}

/// Compares numbers that single-precision arithmetic computed with sums of `terms` terms.
///
/// Rounding errors of a sum add up like a random walk, to about √terms · ε of the numbers that meet
/// in it; `factor` = 4 covers the handful of roundings around the sum and the chance of a larger
/// walk. The scale is the largest expected number (at least `magnitude`), because small results of
/// large terms carry the large terms' errors.
public func mismatch<A: BinaryFloatingPoint, E: BinaryFloatingPoint>(
    _ actual: [A], _ expected: [E], terms: Int, factor: Double = 4, magnitude: Double = 0
) -> Mismatch? {
    let largest = expected.reduce(magnitude) { max($0, Double($1).magnitude) }
    let tolerance = factor * Double(max(terms, 1)).squareRoot() * Double(Float.ulpOfOne)
    return mismatch(actual, expected, relative: 0, absolute: tolerance * largest)
}
