import COpenBLAS

/// A rectangle of floats inside a matrix, as an operand of `multiplyBlocks`.
struct Block {
    /// The first element.
    let base: UnsafeMutablePointer<Float>
    /// Elements from one row to the next.
    let stride: Int
    /// Whether the product takes the rectangle's rows as columns.
    let isTransposed: Bool

    /// The rectangle that begins at `base`.
    init(_ base: UnsafeMutablePointer<Float>, stride: Int, transposed: Bool = false) {
        self.base = base
        self.stride = stride
        isTransposed = transposed
    }

    /// The rectangle that begins at an element of a matrix.
    init(
        _ matrix: Matrix<Float>, row: Int = 0, column: Int = 0, transposed: Bool = false
    ) {
        self.init(
            matrix.base + row * matrix.columns + column, stride: matrix.columns,
            transposed: transposed)
    }

    /// The same rectangle with rows as columns.
    var transposed: Block { Block(base, stride: stride, transposed: !isTransposed) }
}

/// c = scale · a b, or c += scale · a b, on the calling thread.
///
/// - Parameters:
///   - a: `[rows, inner]` after transposition.
///   - b: `[inner, columns]` after transposition.
///   - c: `[rows, columns]`, not transposed.
func multiplyBlocks(
    _ a: Block, _ b: Block, to c: Block, rows: Int, columns: Int, inner: Int,
    scale: Float = 1, adding: Bool
) {
    cblas_sgemm(
        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
        b.isTransposed ? CblasTrans : CblasNoTrans,
        blasint(rows), blasint(columns), blasint(inner), scale,
        a.base, blasint(max(a.stride, 1)), b.base, blasint(max(b.stride, 1)),
        adding ? 1 : 0, c.base, blasint(max(c.stride, 1)))
}
