import CNumerics

/// Rows per slab.
private let rowSlab = 16

/// y = gelu(a) · g, where each row of x holds the activated half a, then the gate g (Shazeer,
/// "GLU variants improve transformer", 2020).
///
/// - Parameters:
///   - x: `[rows, 2 * columns]`.
///   - y: `[rows, columns]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func geglu<Element: Activation>(
    _ x: Matrix<Element>, into y: Matrix<Element>, parallel: Parallel
) {
    precondition(
        x.rows == y.rows && x.columns == 2 * y.columns, "geglu: x \(x.shape), y \(y.shape)")
    let columns = y.columns
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let a = x.base + row * 2 * columns
            transform(a, a + columns, into: y.base + row * columns, count: columns) { a, g in
                gaussianErrorLinearUnit(a) * g
            }
        }
    }
}

/// The gradient of `geglu`: da = dy · g · (Φ(a) + a φ(a)), dg = dy · gelu(a).
///
/// - Parameters:
///   - dy: `[rows, columns]`.
///   - x: `[rows, 2 * columns]`.
///   - dx: `[rows, 2 * columns]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func gegluBackward<Element: Activation>(
    _ dy: Matrix<Element>, x: Matrix<Element>, into dx: Matrix<Element>, parallel: Parallel
) {
    precondition(
        dy.rows == x.rows && x.columns == 2 * dy.columns && dx.hasShape(of: x),
        "gegluBackward: dy \(dy.shape), x \(x.shape), dx \(dx.shape)")
    let columns = dy.columns
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let a = x.base + row * 2 * columns
            let da = dx.base + row * 2 * columns
            transform(
                dy.base + row * columns, a, a + columns, into: da, da + columns, count: columns
            ) { dy, a, g in
                (
                    dy * g * slopeOfGaussianErrorLinearUnit(a), dy * gaussianErrorLinearUnit(a)
                )
            }
        }
    }
}
