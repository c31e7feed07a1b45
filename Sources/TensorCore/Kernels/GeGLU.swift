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
            let g = a + columns
            let y = y.base + row * columns
            forEachPiece(of: columns) { start, count in
                fetchAheadForReading(a + start)
                fetchAheadForReading(g + start)
                fetchAheadForWriting(y + start)
                gegluPiece(a + start, g + start, into: y + start, count: count)
            }
        }
    }
}

/// y = gelu(a) · g.
@inline(never)
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
private func gegluPiece<Element: Activation>(
    _ a: UnsafeMutablePointer<Element>, _ g: UnsafeMutablePointer<Element>,
    into y: UnsafeMutablePointer<Element>, count: Int
) {
    transform(a, g, into: y, count: count) { a, g in gaussianErrorLinearUnit(a) * g }
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
            let dy = dy.base + row * columns
            let a = x.base + row * 2 * columns
            let g = a + columns
            let da = dx.base + row * 2 * columns
            let dg = da + columns
            forEachPiece(of: columns) { start, count in
                fetchAheadForReading(dy + start)
                fetchAheadForReading(a + start)
                fetchAheadForReading(g + start)
                fetchAheadForWriting(da + start)
                fetchAheadForWriting(dg + start)
                gegluBackwardPiece(
                    dy + start, a + start, g + start, into: da + start, dg + start, count: count)
            }
        }
    }
}

/// da = dy · g · (Φ(a) + a φ(a)), dg = dy · gelu(a).
@inline(never)
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
private func gegluBackwardPiece<Element: Activation>(
    _ dy: UnsafeMutablePointer<Element>, _ a: UnsafeMutablePointer<Element>,
    _ g: UnsafeMutablePointer<Element>, into da: UnsafeMutablePointer<Element>,
    _ dg: UnsafeMutablePointer<Element>, count: Int
) {
    transform(dy, a, g, into: da, dg, count: count) { dy, a, g in
        (dy * g * slopeOfGaussianErrorLinearUnit(a), dy * gaussianErrorLinearUnit(a))
    }
}
