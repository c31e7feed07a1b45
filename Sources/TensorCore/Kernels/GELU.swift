import CNumerics

/// Elements per slab.
private let elementSlab = 1 << 13
/// 1 / √(2π), the height of the standard normal density.
let normalPeak: Float = 0.398942280

/// y = x Φ(x) with the cumulative normal distribution Φ: the exact, erf-based Gaussian error linear
/// unit (Hendrycks and Gimpel, 2016). Both of one shape.
public func gelu(_ x: Matrix<Float>, into y: Matrix<Float>, parallel: Parallel) {
    precondition(x.hasShape(of: y), "gelu: \(x.shape) into \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] = x[j] * normalCumulative(x[j], exponential(-0.5 * x[j] * x[j]))
        }
    }
}

/// dx = dy (Φ(x) + x φ(x)), the gradient of `gelu`. All of one shape.
public func geluBackward(
    _ dy: Matrix<Float>, x: Matrix<Float>, into dx: Matrix<Float>, parallel: Parallel
) {
    precondition(
        dy.hasShape(of: x) && dx.hasShape(of: x),
        "geluBackward: dy \(dy.shape), x \(x.shape), dx \(dx.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let dy = dy.base + range.lowerBound
        let x = x.base + range.lowerBound
        let dx = dx.base + range.lowerBound
        for j in 0..<range.count {
            let density = exponential(-0.5 * x[j] * x[j])
            let cumulative = normalCumulative(x[j], density)
            dx[j] = dy[j] * multiplyAdd(x[j] * normalPeak, density, cumulative)
        }
    }
}
