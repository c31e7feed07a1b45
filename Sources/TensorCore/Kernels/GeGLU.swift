import CNumerics

/// Rows per slab.
private let rowSlab = 16

/// y = gelu(a) · g, where each row of x holds the activated half a, then the gate g (Shazeer,
/// "GLU variants improve transformer", 2020).
///
/// - Parameters:
///   - x: `[rows, 2 * columns]`.
///   - y: `[rows, columns]`.
public func geglu(_ x: Matrix<Float>, into y: Matrix<Float>, parallel: Parallel) {
    precondition(
        x.rows == y.rows && x.columns == 2 * y.columns, "geglu: x \(x.shape), y \(y.shape)")
    let columns = y.columns
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let a = x.base + row * 2 * columns
            let g = a + columns
            let y = y.base + row * columns
            for j in 0..<columns {
                y[j] = a[j] * normalCumulative(a[j], exponential(-0.5 * a[j] * a[j])) * g[j]
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
public func gegluBackward(
    _ dy: Matrix<Float>, x: Matrix<Float>, into dx: Matrix<Float>, parallel: Parallel
) {
    precondition(
        dy.rows == x.rows && x.columns == 2 * dy.columns && dx.hasShape(of: x),
        "gegluBackward: dy \(dy.shape), x \(x.shape), dx \(dx.shape)")
    let columns = dy.columns
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        for row in rows {
            let dy = dy.base + row * columns
            let a = x.base + row * 2 * columns
            let g = a + columns
            let da = dx.base + row * 2 * columns
            let dg = da + columns
            for j in 0..<columns {
                let density = exponential(-0.5 * a[j] * a[j])
                let cumulative = normalCumulative(a[j], density)
                let slope = multiplyAdd(a[j] * normalPeak, density, cumulative)
                let gate = g[j]
                dg[j] = dy[j] * a[j] * cumulative
                da[j] = dy[j] * gate * slope
            }
        }
    }
}
