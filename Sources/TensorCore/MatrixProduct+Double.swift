import COpenBLAS

// Products in double precision, for statistics, of some of the rows. They run on the calling
// thread; callers cut the work.

/// y = x w for some of the rows.
///
/// - Parameters:
///   - x: `[rows, inner]`.
///   - w: `[inner, columns]`.
///   - y: `[rows, columns]`.
///   - rows: which rows of x and y; the others of y stay as they are.
public func multiply(
    _ x: Matrix<Double>, by w: Matrix<Double>, to y: Matrix<Double>, rows: Range<Int>
) {
    precondition(
        x.columns == w.rows && y.rows == x.rows && y.columns == w.columns,
        "x w: x \(x.shape), w \(w.shape), result \(y.shape)")
    precondition(rows.clamped(to: 0..<x.rows) == rows, "x w: rows \(rows) of x \(x.shape)")
    guard !rows.isEmpty, y.columns > 0 else { return }
    guard x.columns > 0 else {
        (y.base + rows.lowerBound * y.columns)
            .update(repeating: 0, count: rows.count * y.columns)
        return
    }
    cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans,
        blasint(rows.count), blasint(y.columns), blasint(x.columns), 1,
        x.base + rows.lowerBound * x.columns, blasint(x.columns), w.base, blasint(w.columns),
        0, y.base + rows.lowerBound * y.columns, blasint(y.columns))
}

/// y = xᵀ w, the sum over some of the rows.
///
/// - Parameters:
///   - x: `[rows, inner]`.
///   - w: `[rows, columns]`.
///   - y: `[inner, columns]`.
///   - rows: the rows of x and w that are summed over.
public func multiply(
    transposed x: Matrix<Double>, by w: Matrix<Double>, to y: Matrix<Double>, rows: Range<Int>
) {
    precondition(
        x.rows == w.rows && y.rows == x.columns && y.columns == w.columns,
        "xᵀ w: x \(x.shape), w \(w.shape), result \(y.shape)")
    precondition(rows.clamped(to: 0..<x.rows) == rows, "xᵀ w: rows \(rows) of x \(x.shape)")
    guard !rows.isEmpty, y.count > 0 else { return y.fill(0) }
    cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans,
        blasint(y.rows), blasint(y.columns), blasint(rows.count), 1,
        x.base + rows.lowerBound * x.columns, blasint(x.columns),
        w.base + rows.lowerBound * w.columns, blasint(w.columns),
        0, y.base, blasint(y.columns))
}
