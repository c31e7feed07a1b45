/// The gradient of a function by central differences, (f(x + h) - f(x - h)) / 2h for each element.
///
/// With f in double precision of magnitude about 1 and h = 1e-5, the error is about 1e-10.
public func centralDifferences(
    at x: [Double], step h: Double = 1e-5, of f: ([Double]) -> Double
) -> [Double] {
    var moved = x
    return x.indices.map { index in
        moved[index] = x[index] + h
        let above = f(moved)
        moved[index] = x[index] - h
        let below = f(moved)
        moved[index] = x[index]
        return (above - below) / (2 * h)
    }
}

/// Σ aᵢ bᵢ: a number whose gradient with respect to b is a.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
