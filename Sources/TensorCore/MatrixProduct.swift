// The three products of a linear layer y = x wᵀ. Slabs of output rows go to threads; the inner
// dimension is never split, so that each output element is summed in one order.

/// Rows per slab where rows are tokens: every slab packs the whole weight again.
func tokenSlab(of rows: Int) -> Int { slabSize(of: rows, atMost: 256) }

/// Rows per slab where rows are a weight's: every slab packs all tokens again.
func weightSlab(of rows: Int) -> Int { slabSize(of: rows, atMost: 384) }

/// Rows per slab: whole vectors, and an even number of slabs of nearly one size, so that two, four
/// or eight threads finish at the same time.
private func slabSize(of rows: Int, atMost largest: Int) -> Int {
    let slabs = 2 * max(1, (rows + 2 * largest - 1) / (2 * largest))
    return max(16, ((rows + slabs - 1) / slabs + 15) / 16 * 16)
}

/// y = x wᵀ, or y += x wᵀ: the forward pass of a linear layer.
///
/// - Parameters:
///   - x: `[rows, inputs]`.
///   - w: `[outputs, inputs]`.
///   - y: `[rows, outputs]`, `Float` or of the operands' type.
///   - adding: whether y is added to.
public func multiply<Element: Activation, Result: Activation>(
    _ x: Matrix<Element>, byTransposed w: Matrix<Element>, to y: Matrix<Result>,
    adding: Bool = false, parallel: Parallel
) {
    precondition(
        x.columns == w.columns && y.rows == x.rows && y.columns == w.rows,
        "x wᵀ: x \(x.shape), w \(w.shape), result \(y.shape)")
    multiplySlabs(
        Block(x), Block(w, transposed: true), to: y, inner: x.columns,
        slab: tokenSlab(of: x.rows), adding: adding, parallel: parallel)
}

/// dx = dy w, or dx += dy w: the gradient of a linear layer's input.
///
/// - Parameters:
///   - dy: `[rows, outputs]`.
///   - w: `[outputs, inputs]`.
///   - dx: `[rows, inputs]`, `Float` or of the operands' type.
///   - adding: whether dx is added to.
public func multiply<Element: Activation, Result: Activation>(
    _ dy: Matrix<Element>, by w: Matrix<Element>, to dx: Matrix<Result>, adding: Bool = false,
    parallel: Parallel
) {
    precondition(
        dy.columns == w.rows && dx.rows == dy.rows && dx.columns == w.columns,
        "dy w: dy \(dy.shape), w \(w.shape), result \(dx.shape)")
    multiplySlabs(
        Block(dy), Block(w), to: dx, inner: dy.columns, slab: tokenSlab(of: dy.rows),
        adding: adding, parallel: parallel)
}

/// dw = dyᵀ x, or dw += dyᵀ x: the gradient of a linear layer's weight.
///
/// - Parameters:
///   - dy: `[rows, outputs]`.
///   - x: `[rows, inputs]`.
///   - dw: `[outputs, inputs]`.
///   - adding: whether dw is added to.
public func multiply<Element: Activation>(
    transposed dy: Matrix<Element>, by x: Matrix<Element>, to dw: Matrix<Float>,
    adding: Bool = false, parallel: Parallel
) {
    precondition(
        dy.rows == x.rows && dw.rows == dy.columns && dw.columns == x.columns,
        "dyᵀ x: dy \(dy.shape), x \(x.shape), result \(dw.shape)")
    multiplySlabs(
        Block(dy, transposed: true), Block(x), to: dw, inner: dy.rows,
        slab: weightSlab(of: dy.columns), adding: adding, parallel: parallel)
}

/// c = a b, or c += a b, in slabs of c's rows; or by tiles, which cut their own.
private func multiplySlabs<Element: Activation, Result: Activation>(
    _ a: Block<Element>, _ b: Block<Element>, to c: Matrix<Result>, inner: Int, slab: Int,
    adding: Bool, parallel: Parallel
) {
    if let engine = TileEngine.current, let a = a as? Block<BFloat16>, let b = b as? Block<BFloat16>
    {
        multiplyTiles(
            a, b, to: c, inner: inner, adding: adding, engine: engine, parallel: parallel)
        return
    }
    parallel.forEachSlab(of: slab, in: c.rows) { rows in
        multiplyBlocks(
            a.from(row: rows.lowerBound), b, to: Block(c, row: rows.lowerBound),
            rows: rows.count, columns: c.columns, inner: inner, adding: adding)
    }
}
