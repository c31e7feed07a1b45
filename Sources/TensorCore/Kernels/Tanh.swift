import Glibc

/// Elements per slab.
private let elementSlab = 1 << 12

/// y = tanh x, both of one shape. For the one row of a sequence that a head reads, where the time of
/// the system's function does not matter.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func tanh<Element: Activation>(
    _ x: Matrix<Element>, into y: Matrix<Element>, parallel: Parallel
) {
    precondition(x.hasShape(of: y), "tanh: \(x.shape) into \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] = Element(rounding: tanhf(x[j].widened))
        }
    }
}

/// dx = dy (1 - y²), the gradient of `tanh`, from its result y. All of one shape.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func tanhBackward<Element: Activation>(
    _ dy: Matrix<Element>, y: Matrix<Element>, into dx: Matrix<Element>, parallel: Parallel
) {
    precondition(
        dy.hasShape(of: y) && dx.hasShape(of: y),
        "tanhBackward: dy \(dy.shape), y \(y.shape), dx \(dx.shape)")
    parallel.forEachSlab(of: elementSlab, in: y.count) { range in
        let dy = dy.base + range.lowerBound
        let y = y.base + range.lowerBound
        let dx = dx.base + range.lowerBound
        for j in 0..<range.count {
            let y = y[j].widened
            dx[j] = Element(rounding: dy[j].widened * (1 - y * y))
        }
    }
}
