import TensorCore
import TestSupport
import TextbookTwins

extension Activation {
    /// The bits of the number in single precision, those of one NaN for all NaNs.
    var wideBits: UInt32 { (widened.isNaN ? .nan : widened).bitPattern }
}

extension Matrix where Element: Activation {
    /// The elements' bits in single precision.
    var bits: [UInt32] { elements.map(\.wideBits) }
}

/// How many numbers differ in any bit; all, where there are not as many.
func differing(_ a: [UInt32], _ b: [UInt32]) -> Int {
    a.count == b.count ? zip(a, b).count { $0 != $1 } : max(a.count, b.count)
}

/// A product of rectangles inside of larger matrices, whose other elements are NaN.
struct TileExample {
    let rows: Int
    let columns: Int
    let inner: Int
    let adding: Bool
    private let a: Inlay
    private let b: Inlay

    /// With a and b as they are or transposed, and c added to or not: the same numbers each time.
    static func all(rows: Int, columns: Int, inner: Int) -> [TileExample] {
        let a = Matrix<Float>(random: rows, inner, seed: 1)
        let b = Matrix<Float>(random: inner, columns, seed: 2)
        return [false, true].flatMap { adding in
            [(false, true), (false, false), (true, false), (true, true)].map { transposed in
                TileExample(
                    rows: rows, columns: columns, inner: inner, adding: adding,
                    a: Inlay(a, transposed: transposed.0), b: Inlay(b, transposed: transposed.1))
            }
        }
    }

    /// Multiplies to the rectangle of c that begins in row 1 and column 3.
    func multiply<Result: Activation>(to c: Matrix<Result>, engine: TileEngine) {
        multiplyTiles(
            a.block, b.block, to: Block(c, row: 1, column: 3), rows: rows, columns: columns,
            inner: inner, adding: adding, engine: engine)
    }

    /// What is wrong with c, given what it was before: `Float` sums differ by roundings, bfloat16
    /// ones by half a unit of their eighth bit as well; nothing beside the rectangle differs.
    func mismatch<Result: Activation>(
        _ c: Matrix<Result>, before: Matrix<Result>
    ) -> Mismatch? {
        var expected = before.widened.table
        let sums = a.table * b.table
        for i in 0..<rows {
            for j in 0..<columns {
                expected[i + 1, j + 3] = sums[i, j] + (adding ? expected[i + 1, j + 3] : 0)
            }
        }
        let isRounded = Result.precision == .bf16
        // A sum of numbers below 1 walks to about √inner; a rounding of it is √inner · ε, and there
        // are two for each pair and two for each step of 32: another √inner.
        let roundings = 4 * Double(inner + 1) * Double(Float.ulpOfOne) / 2
        var allowed = Table(before.rows, before.columns) { _, _ in 0 }
        for i in 0..<rows {
            for j in 0..<columns {
                let value = expected[i + 1, j + 3].magnitude
                allowed[i + 1, j + 3] = roundings + (isRounded ? value * 0x1p-8 : 0)
            }
        }
        let excess = zip(zip(c.widened.elements, expected.values), allowed.values).map {
            let distance = (Double($0.0) - $0.1).magnitude
            return distance <= $1 ? 0 : distance
        }
        return TestSupport.mismatch(excess, excess.map { _ in 0.0 }, relative: 0)
    }
}

/// A matrix inside a larger one of NaN.
private struct Inlay {
    let block: Block<BFloat16>
    /// The numbers, as they count.
    let table: Table
    /// Keeps the memory of `block`.
    private let matrix: Matrix<BFloat16>

    init(_ numbers: Matrix<Float>, transposed: Bool) {
        let rounded = Matrix<BFloat16>(rounding: numbers)
        table = rounded.widened.table
        let (rows, columns) =
            transposed ? (numbers.columns, numbers.rows) : (numbers.rows, numbers.columns)
        matrix = Matrix(rows: rows + 2, columns: columns + 7)
        matrix.fill(BFloat16(rounding: .nan))
        for i in 0..<rows {
            for j in 0..<columns {
                matrix[i + 1, j + 3] = transposed ? rounded[j, i] : rounded[i, j]
            }
        }
        block = Block(matrix, row: 1, column: 3, transposed: transposed)
    }
}

/// The three products of a layer, some of whose numbers are subnormal.
struct TileLayer {
    let x: Matrix<BFloat16>
    let w: Matrix<BFloat16>
    let dy: Matrix<BFloat16>

    init(rows: Int, inputs: Int, outputs: Int) {
        func operand(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<BFloat16> {
            let numbers = testNumbers(rows * columns, seed: seed)
            return Matrix(
                rows: rows, columns: columns,
                elements: numbers.map { BFloat16(rounding: $0 < -0.5 ? $0 * 0x1p-127 : $0) })
        }
        x = operand(rows, inputs, seed: 1)
        w = operand(outputs, inputs, seed: 2)
        dy = operand(rows, outputs, seed: 3)
    }

    /// y, dx and dw, each once overwritten and once added to; y is bfloat16.
    func products(engine: TileEngine, slab: TileSlab?, parallel: Parallel) -> [UInt32] {
        [false, true].flatMap { adding in
            let y = Matrix<BFloat16>(rounding: Matrix(random: x.rows, w.rows, seed: 4))
            let dx = Matrix<Float>(random: x.rows, x.columns, seed: 5)
            let dw = Matrix<Float>(random: w.rows, w.columns, seed: 6)
            multiplyTiles(
                Block(x), Block(w, transposed: true), to: y, inner: x.columns, adding: adding,
                engine: engine, slab: slab,
                parallel: parallel)
            multiplyTiles(
                Block(dy), Block(w), to: dx, inner: dy.columns, adding: adding, engine: engine,
                slab: slab, parallel: parallel)
            multiplyTiles(
                Block(dy, transposed: true), Block(x), to: dw, inner: dy.rows, adding: adding,
                engine: engine, slab: slab,
                parallel: parallel)
            return y.bits + dx.bits + dw.bits
        }
    }

    /// The same, each in one piece on this thread, where subnormal numbers do not count as 0.
    func productsByBlocks() -> [UInt32] {
        [false, true].flatMap { adding in
            let y = Matrix<BFloat16>(rounding: Matrix(random: x.rows, w.rows, seed: 4))
            let dx = Matrix<Float>(random: x.rows, x.columns, seed: 5)
            let dw = Matrix<Float>(random: w.rows, w.columns, seed: 6)
            multiplyTiles(
                Block(x), Block(w, transposed: true), to: Block(y), rows: y.rows,
                columns: y.columns, inner: x.columns, adding: adding, engine: .emulated)
            multiplyTiles(
                Block(dy), Block(w), to: Block(dx), rows: dx.rows, columns: dx.columns,
                inner: dy.columns, adding: adding, engine: .emulated)
            multiplyTiles(
                Block(dy, transposed: true), Block(x), to: Block(dw), rows: dw.rows,
                columns: dw.columns, inner: dy.rows, adding: adding, engine: .emulated)
            return y.bits + dx.bits + dw.bits
        }
    }
}
