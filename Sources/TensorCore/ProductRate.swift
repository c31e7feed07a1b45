import Host

/// Floating-point operations in a second of x wᵀ, the best of what `seconds` allow.
///
/// - Parameters:
///   - type: what the operands and the product are stored in.
///   - shape: rows of x, rows of w, and the columns that both have.
public func productRate<Element: Activation>(
    of type: Element.Type, _ shape: (rows: Int, columns: Int, inner: Int), seconds: Double,
    parallel: Parallel
) -> Double {
    let x = Matrix<Element>(rows: shape.rows, columns: shape.inner)
    let w = Matrix<Element>(rows: shape.columns, columns: shape.inner)
    let y = Matrix<Element>(rows: shape.rows, columns: shape.columns)
    x.fill(Element(rounding: 0.5))
    w.fill(Element(rounding: 0.25))
    let times = Stopwatch.times(seconds: seconds) {
        multiply(x, byTransposed: w, to: y, parallel: parallel)
    }
    return 2 * Double(shape.rows) * Double(shape.columns) * Double(shape.inner)
        / (times.min() ?? .infinity)
}
