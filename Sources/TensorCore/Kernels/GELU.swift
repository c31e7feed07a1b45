import CNumerics

/// Elements per slab.
private let elementSlab = 1 << 13

/// y = x Φ(x) with the cumulative normal distribution Φ: the exact, erf-based Gaussian error linear
/// unit (Hendrycks and Gimpel, 2016). Both of one shape.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func gelu<Element: Activation>(
    _ x: Matrix<Element>, into y: Matrix<Element>, parallel: Parallel
) {
    precondition(x.hasShape(of: y), "gelu: \(x.shape) into \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] = Element(rounding: gaussianErrorLinearUnit(x[j].widened))
        }
    }
}

/// dx = dy (Φ(x) + x φ(x)), the gradient of `gelu`. All of one shape.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func geluBackward<Element: Activation>(
    _ dy: Matrix<Element>, x: Matrix<Element>, into dx: Matrix<Element>, parallel: Parallel
) {
    precondition(
        dy.hasShape(of: x) && dx.hasShape(of: x),
        "geluBackward: dy \(dy.shape), x \(x.shape), dx \(dx.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let dy = dy.base + range.lowerBound
        let x = x.base + range.lowerBound
        let dx = dx.base + range.lowerBound
        for j in 0..<range.count {
            let slope = slopeOfGaussianErrorLinearUnit(x[j].widened)
            dx[j] = Element(rounding: dy[j].widened * slope)
        }
    }
}
