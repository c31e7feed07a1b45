import TensorCore
import TestSupport
import Testing
import TextbookTwins

/// Products of tiles: against sums in double precision, and the same bits wherever they must be.
@Suite struct TileProductTests {
    private static let engines: [TileEngine] =
        TileEngine.hardwareIsThere ? [.emulated, .hardware] : [.emulated]
    private static let absence: Comment =
        "this processor has no tiles of bf16, or the system does not allow them"

    /// Rows, columns, inner numbers at the edges of tiles, blocks, pairs of panels, pieces of 16
    /// steps, slabs of 512 numbers and chunks of 1 MB.
    static let shapes: [(Int, Int, Int)] =
        [1, 15, 16, 17, 31, 32, 33, 65].flatMap { [($0, 33, 34), (33, $0, 34), (33, 34, $0)] }
        + [(64, 128, 64), (70, 96, 512), (40, 70, 513), (33, 65, 1057), (34, 1090, 544)]

    @Test(arguments: shapes)
    func `x wᵀ, dy w and dyᵀ x are near sums in double precision, and write nothing else`(
        rows: Int, columns: Int, inner: Int
    ) {
        for engine in Self.engines {
            for example in TileExample.all(rows: rows, columns: columns, inner: inner) {
                let c = Matrix<Float>(random: rows + 2, columns + 35, seed: 5)
                let rounded = Matrix<BFloat16>(rounding: c)
                example.multiply(to: c, engine: engine)
                example.multiply(to: rounded, engine: engine)
                #expect(
                    example.mismatch(c, before: Matrix(random: c.rows, c.columns, seed: 5)) == nil)
                #expect(
                    example.mismatch(
                        rounded,
                        before: Matrix<BFloat16>(
                            rounding: Matrix(random: c.rows, c.columns, seed: 5))) == nil)
            }
        }
    }

    @Test func `transposed operands give the same bits`() {
        for engine in Self.engines {
            for (rows, columns, inner) in [(70, 96, 512), (37, 40, 1100)] {
                let examples = TileExample.all(rows: rows, columns: columns, inner: inner)
                for adding in [false, true] {
                    let bits = examples.filter { $0.adding == adding }.map { example in
                        let c = Matrix<Float>(random: rows + 2, columns + 35, seed: 5)
                        let rounded = Matrix<BFloat16>(rounding: c)
                        example.multiply(to: c, engine: engine)
                        example.multiply(to: rounded, engine: engine)
                        return c.bits + rounded.bits
                    }
                    #expect(bits.map { differing($0, bits[0]) } == [0, 0, 0, 0])
                }
            }
        }
    }

    @Test func `an empty inner dimension clears c, or leaves it`() {
        let a = Block(Matrix<BFloat16>(rows: 3, columns: 0))
        for adding in [false, true] {
            let c = Matrix<Float>(random: 3, 5, seed: 1)
            let before = c.elements
            multiplyTiles(
                a, a, to: Block(c), rows: 2, columns: 5, inner: 0, adding: adding, engine: .emulated
            )
            #expect(Array(c.elements[10...]) == Array(before[10...]))
            #expect(c.elements[..<10].elementsEqual(before[..<10].map { adding ? $0 : 0 }))
        }
    }

    @Test(arguments: [1, 2, 3])
    func `products of layers have the same bits for any slab, any threads, either engine`(
        threads: Int
    ) {
        let layer = TileLayer(rows: 203, inputs: 120, outputs: 170)
        let alone = layer.products(engine: .emulated, slab: nil, parallel: oneThread)
        #expect(differing(alone, layer.productsByBlocks()) == 0)
        let parallel = Parallel(threads: threads)
        for engine in Self.engines {
            for slab in [nil, TileSlab(rows: 1, columns: 64), TileSlab(rows: 45, columns: 96)] {
                let bits = layer.products(engine: engine, slab: slab, parallel: parallel)
                #expect(differing(bits, alone) == 0)
            }
        }
    }

    @Test func `results that go past the caches have the same bits`() {
        let x = Matrix<BFloat16>(rounding: Matrix(random: 1030, 530, seed: 1))
        let w = Matrix<BFloat16>(rounding: Matrix(random: 2080, 530, seed: 2))
        for engine in Self.engines {
            let (y, byBlocks) = (
                Matrix<BFloat16>(rows: 1030, columns: 2080),
                Matrix<BFloat16>(rows: 1030, columns: 2080)
            )
            multiplyTiles(
                Block(x), Block(w, transposed: true), to: y, inner: 530, adding: false,
                engine: engine, parallel: oneThread)
            multiplyTiles(
                Block(x), Block(w, transposed: true), to: Block(byBlocks), rows: 1030,
                columns: 2080, inner: 530, adding: false, engine: .emulated)
            #expect(differing(y.bits, byBlocks.bits) == 0)
            let (sums, sumsByBlocks) = (
                Matrix<Float>(rows: 1030, columns: 2080), Matrix<Float>(rows: 1030, columns: 2080)
            )
            multiplyTiles(
                Block(x), Block(w, transposed: true), to: sums, inner: 530, adding: false,
                engine: engine, parallel: oneThread)
            multiplyTiles(
                Block(x), Block(w, transposed: true), to: Block(sumsByBlocks), rows: 1030,
                columns: 2080, inner: 530, adding: false, engine: .emulated)
            #expect(differing(sums.bits, sumsByBlocks.bits) == 0)
            #expect(differing(sums.elements.map { BFloat16(rounding: $0).wideBits }, y.bits) == 0)
        }
    }

    @Test(arguments: TileModel.Numbers.allCases)
    func `sums of any bits are those of the written-out model`(numbers: TileModel.Numbers) {
        let (rows, columns, inner) = (37, 40, 70)
        let a = numbers.operand(rows, inner, seed: 1)
        let b = numbers.operand(inner, columns, seed: 2)
        for engine in Self.engines {
            let c = numbers.sums(rows, columns, seed: 3)
            let rounded = Matrix<BFloat16>(rounding: c)
            let expected = TileModel.sums(a, b, addedTo: c)
            let expectedRounded = TileModel.sums(a, b, addedTo: rounded.widened)
                .map { BFloat16(rounding: $0) }
            multiplyTiles(
                Block(a), Block(b), to: Block(c), rows: rows, columns: columns, inner: inner,
                adding: true, engine: engine)
            multiplyTiles(
                Block(a), Block(b), to: Block(rounded), rows: rows, columns: columns,
                inner: inner, adding: true, engine: engine)
            #expect(differing(c.bits, expected.map(\.wideBits)) == 0)
            #expect(differing(rounded.bits, expectedRounded.map(\.wideBits)) == 0)
        }
    }

    @Test(.enabled(if: TileEngine.hardwareIsThere, absence), arguments: shapes)
    func `hardware gives the bits of the emulation`(rows: Int, columns: Int, inner: Int) {
        for example in TileExample.all(rows: rows, columns: columns, inner: inner) {
            let sums = (0..<2).map { _ in Matrix<Float>(random: rows + 2, columns + 35, seed: 5) }
            let rounded = sums.map { Matrix<BFloat16>(rounding: $0) }
            for (index, engine) in [TileEngine.emulated, .hardware].enumerated() {
                example.multiply(to: sums[index], engine: engine)
                example.multiply(to: rounded[index], engine: engine)
            }
            #expect(differing(sums[0].bits, sums[1].bits) == 0)
            #expect(differing(rounded[0].bits, rounded[1].bits) == 0)
        }
    }

    @Test(.enabled(if: TileEngine.hardwareIsThere, absence))
    func `a tile unit that is there has a rate`() {
        #expect(TileEngine.peak(seconds: 0.01, parallel: oneThread) > 0)
    }

    @Test(.enabled(if: !TileEngine.hardwareIsThere, "this processor has tiles of bf16"))
    func `a tile unit that is not there has no rate`() {
        #expect(TileEngine.peak(seconds: 0.01, parallel: oneThread) == 0)
    }
}
