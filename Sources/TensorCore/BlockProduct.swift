import COneDNN
import COpenBLAS
import Host

/// A rectangle inside a matrix, as an operand of `multiplyBlocks` and `multiplyTiles`.
///
/// As with `Matrix`, threads may work on disjoint parts at the same time.
package struct Block<Element: Activation>: @unchecked Sendable {
    /// The first element.
    let base: UnsafeMutablePointer<Element>
    /// Elements from one row to the next.
    let stride: Int
    /// Whether the product takes the rectangle's rows as columns.
    let isTransposed: Bool

    /// The rectangle that begins at `base`.
    @inline(__always)
    init(_ base: UnsafeMutablePointer<Element>, stride: Int, transposed: Bool = false) {
        self.base = base
        self.stride = stride
        isTransposed = transposed
    }

    /// The rectangle that begins at an element of a matrix.
    @inline(__always)
    package init(
        _ matrix: Matrix<Element>, row: Int = 0, column: Int = 0, transposed: Bool = false
    ) {
        self.init(
            matrix.base + row * matrix.columns + column, stride: matrix.columns,
            transposed: transposed)
    }

    /// The same rectangle with rows as columns.
    var transposed: Block { Block(base, stride: stride, transposed: !isTransposed) }

    /// The rectangle that begins `rows` rows further down.
    @inline(__always)
    func advanced(byRows rows: Int) -> Block {
        Block(base + rows * stride, stride: stride, transposed: isTransposed)
    }

    /// The rectangle without the first rows that a product takes: columns where it is transposed.
    @inline(__always)
    func from(row: Int) -> Block {
        Block(base + row * (isTransposed ? 1 : stride), stride: stride, transposed: isTransposed)
    }

    /// The rectangle as oneDNN takes it.
    fileprivate var operand: OneDNNOperand {
        OneDNNOperand(base: base, stride: max(stride, 1), isTransposed: isTransposed)
    }
}

/// c = a b, or c += a b, on the calling thread, with sums in single precision.
///
/// oneDNN computes it where it is faster than OpenBLAS (docs/decisions/011-matrix-products.md);
/// elsewhere OpenBLAS does, for which bfloat16 operands are widened. Where `MMBERT_TILES` asks for
/// tiles, they compute bfloat16.
///
/// - Parameters:
///   - a: `[rows, inner]` after transposition.
///   - b: `[inner, columns]` after transposition.
///   - c: `[rows, columns]`, not transposed; `Float`, or the operands' type.
func multiplyBlocks<Element: Activation, Result: Activation>(
    _ a: Block<Element>, _ b: Block<Element>, to c: Block<Result>, rows: Int, columns: Int,
    inner: Int, adding: Bool
) {
    guard rows > 0, columns > 0 else { return }
    guard inner > 0 else {
        if !adding { clear(c, rows: rows, columns: columns) }
        return
    }
    switch ProductLibraries.current.library(for: Element.precision, transposed: a.isTransposed) {
    case .tiles:
        guard let engine = TileEngine.current, let a = a as? Block<BFloat16>,
            let b = b as? Block<BFloat16>
        else { preconditionFailure("multiplyBlocks: no tiles of \(Element.precision)") }
        multiplyTiles(
            a, b, to: c, rows: rows, columns: columns, inner: inner, adding: adding, engine: engine)
    case .oneDNN:
        let status = onednn_multiply(
            oneDNNType(of: Element.self), a.operand, b.operand, oneDNNType(of: Result.self),
            c.base, max(c.stride, 1), rows, columns, inner, adding)
        precondition(
            status == 0,
            """
            oneDNN status \(status): \(Element.precision) product of \(rows) × \(inner) and \
            \(inner) × \(columns)
            """)
    case .openBLAS:
        multiplyByOpenBLAS(
            a, b, to: c, rows: rows, columns: columns, inner: inner, adding: adding)
    }
}

/// The same by OpenBLAS, which knows single precision alone.
private func multiplyByOpenBLAS<Element: Activation, Result: Activation>(
    _ a: Block<Element>, _ b: Block<Element>, to c: Block<Result>, rows: Int, columns: Int,
    inner: Int, adding: Bool
) {
    if let a = a as? Block<Float>, let b = b as? Block<Float>, let c = c as? Block<Float> {
        cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
            b.isTransposed ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner), 1,
            a.base, blasint(max(a.stride, 1)), b.base, blasint(max(b.stride, 1)),
            adding ? 1 : 0, c.base, blasint(max(c.stride, 1)))
    } else if let a = a as? Block<BFloat16>, let b = b as? Block<BFloat16> {
        if let c = c as? Block<BFloat16> {
            multiplyWidened(
                a, b, to: c, rows: rows, columns: columns, inner: inner, adding: adding)
        } else if let c = c as? Block<Float> {
            multiplyWidened(
                a, b, to: c, rows: rows, columns: columns, inner: inner, adding: adding)
        }
    } else {
        preconditionFailure("multiplyBlocks: a \(Result.precision) result of fp32 operands")
    }
}

private func oneDNNType<Element: Activation>(of element: Element.Type) -> OneDNNType {
    switch Element.precision {
    case .fp32: OneDNNFloat32
    case .bf16: OneDNNBFloat16
    }
}

private func clear<Element: Activation>(_ c: Block<Element>, rows: Int, columns: Int) {
    for row in 0..<rows {
        (c.base + row * c.stride).update(repeating: Element(rounding: 0), count: columns)
    }
}
