/// c = a b, or c += a b, of bfloat16 operands where no library multiplies them.
///
/// Operands are widened, which is exact, and multiplied in single precision; a bfloat16 result is
/// rounded once. So results differ from those of a processor's own bfloat16 products only in the
/// order of sums, and bfloat16 can be tested on any processor. It is not faster than single
/// precision.
///
/// Parameters as for `multiplyBlocks`.
func multiplyWidened(
    _ a: Block<BFloat16>, _ b: Block<BFloat16>, to c: Block<Float>, rows: Int, columns: Int,
    inner: Int, adding: Bool
) {
    withWidened(a, rows: rows, columns: inner) { a in
        withWidened(b, rows: inner, columns: columns) { b in
            multiplyBlocks(
                a, b, to: c, rows: rows, columns: columns, inner: inner, adding: adding)
        }
    }
}

/// The same with a bfloat16 result.
func multiplyWidened(
    _ a: Block<BFloat16>, _ b: Block<BFloat16>, to c: Block<BFloat16>, rows: Int, columns: Int,
    inner: Int, adding: Bool
) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * columns) { sums in
        guard let start = sums.baseAddress else { return }
        multiplyWidened(
            a, b, to: Block(start, stride: columns), rows: rows, columns: columns, inner: inner,
            adding: false)
        for row in 0..<rows {
            let c = c.base + row * c.stride
            let sums = start + row * columns
            for j in 0..<columns {
                c[j] = BFloat16(rounding: adding ? c[j].widened + sums[j] : sums[j])
            }
        }
    }
}

/// Calls `body` with a copy of a block in single precision, transposed as the block is.
///
/// - Parameters:
///   - rows: rows after transposition.
///   - columns: columns after transposition.
private func withWidened(
    _ block: Block<BFloat16>, rows: Int, columns: Int, _ body: (Block<Float>) -> Void
) {
    let (storedRows, width) = block.isTransposed ? (columns, rows) : (rows, columns)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * columns) { copy in
        guard let start = copy.baseAddress else { return }
        for row in 0..<storedRows {
            let source = block.base + row * block.stride
            let target = start + row * width
            for j in 0..<width {
                target[j] = source[j].widened
            }
        }
        body(Block(start, stride: width, transposed: block.isTransposed))
    }
}
