// The three products of a linear layer y = x wᵀ. Slabs of output rows go to threads; the inner
// dimension is never split, so that each output element is summed in one order. Where tiles compute
// bfloat16, it is their twins' work (MatrixProduct+Tiles.swift).

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
    if let engine = TileEngine.current, let x = x as? Matrix<BFloat16>,
        let w = w as? Matrix<BFloat16>
    {
        multiply(x, byTransposed: w, to: y, adding: adding, engine: engine, parallel: parallel)
        return
    }
    let slab = tokenSlab(of: x.rows)
    parallel.forEachSlab(of: slab, in: x.rows) { rows in
        multiplyBlocks(
            Block(x, row: rows.lowerBound), Block(w, transposed: true),
            to: Block(y, row: rows.lowerBound),
            rows: rows.count, columns: w.rows, inner: x.columns, adding: adding)
    }
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
    if let engine = TileEngine.current, let dy = dy as? Matrix<BFloat16>,
        let w = w as? Matrix<BFloat16>
    {
        multiply(dy, by: w, to: dx, adding: adding, engine: engine, parallel: parallel)
        return
    }
    let slab = tokenSlab(of: dy.rows)
    parallel.forEachSlab(of: slab, in: dy.rows) { rows in
        multiplyBlocks(
            Block(dy, row: rows.lowerBound), Block(w), to: Block(dx, row: rows.lowerBound),
            rows: rows.count, columns: w.columns, inner: dy.columns, adding: adding)
    }
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
    if let engine = TileEngine.current, let dy = dy as? Matrix<BFloat16>,
        let x = x as? Matrix<BFloat16>
    {
        multiply(transposed: dy, by: x, to: dw, adding: adding, engine: engine, parallel: parallel)
        return
    }
    let slab = weightSlab(of: dy.columns)
    parallel.forEachSlab(of: slab, in: dy.columns) { outputs in
        multiplyBlocks(
            Block(dy, column: outputs.lowerBound, transposed: true), Block(x),
            to: Block(dw, row: outputs.lowerBound),
            rows: outputs.count, columns: x.columns, inner: dy.rows, adding: adding)
    }
}
