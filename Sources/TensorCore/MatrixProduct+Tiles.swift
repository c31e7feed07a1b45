// Products of whole matrices by tiles: the right operand is packed once, by all threads, then slabs
// of rows go to them. Slabs change no bit, so their size may depend on the threads.

/// The most output rows per slab: every slab reads the packed right operand again.
private let largestTokenSlab = 1024
/// The most output rows and columns per slab where tokens are summed: so much of the result stays
/// in the second-level cache.
private let largestWeightSlab = (rows: 576, columns: 384)
/// Results from this size on, in bytes, are written past the caches.
private let streamedByteCount = 4 << 20

/// Rows and columns of the slabs of a result, the columns a multiple of 32.
package struct TileSlab: Sendable {
    let rows: Int
    let columns: Int

    /// Slabs of up to so many rows and columns.
    package init(rows: Int, columns: Int) {
        precondition(
            rows > 0 && columns > 0 && columns % TilePanels.width == 0,
            "TileSlab: \(rows) × \(columns)")
        (self.rows, self.columns) = (rows, columns)
    }

    /// Whole strips of tiles, about one for each thread.
    fileprivate init(of rows: Int, atMost most: (rows: Int, columns: Int), threads: Int) {
        let share = (rows + threads - 1) / threads
        self.init(
            rows: min(most.rows, max(64, (share + 31) / 32 * 32)), columns: most.columns)
    }
}

/// c = a b, or c += a b, by tiles: packs b, then computes slabs of c.
///
/// - Parameters:
///   - a: `[rows, inner]` after transposition.
///   - b: `[inner, columns]` after transposition.
///   - c: `[rows, columns]`, `Float` or `BFloat16`.
///   - adding: whether c is added to.
///   - engine: what computes.
///   - slab: what a thread computes at a time; nil for what is fast.
package func multiplyTiles<Result: Activation>(
    _ a: Block<BFloat16>, _ b: Block<BFloat16>, to c: Matrix<Result>, inner: Int, adding: Bool,
    engine: TileEngine, slab: TileSlab? = nil, parallel: Parallel
) {
    engine.check()
    guard c.count > 0 else { return }
    let room = parallel.scratch.take(
        byteCount: TilePanels.byteCount(inner: inner, columns: c.columns))
    defer { parallel.scratch.give(room) }
    let panels = TilePanels(of: b, inner: inner, columns: c.columns, in: room.start)
    // Two panels are the 128 bytes of a row that processors fetch together.
    parallel.forEachSlab(of: 2, in: panels.count) { panels.pack($0) }

    let product = TileProduct(
        a, to: Block(c), inner: inner, adding: adding,
        streaming: c.count * MemoryLayout<Result>.stride >= streamedByteCount)
    let most = a.isTransposed ? largestWeightSlab : (largestTokenSlab, .max / 32 * 32)
    let slab = slab ?? TileSlab(of: c.rows, atMost: most, threads: parallel.threads)
    let width = min(slab.columns, panels.count * TilePanels.width)
    let slabsAcross = (c.columns + width - 1) / width
    let slabsDown = (c.rows + slab.rows - 1) / slab.rows
    parallel.forEach(in: slabsAcross * slabsDown) { index in
        let row = index / slabsAcross * slab.rows
        let column = index % slabsAcross * width
        let rows = row..<min(c.rows, row + slab.rows)
        let columns = column..<min(c.columns, column + width)
        product.compute(rows: rows, columns: columns, panels, engine: engine, parallel: parallel)
    }
}

extension TileProduct {
    /// Computes some rows of some columns of c, in scratch memory of a pool.
    fileprivate func compute(
        rows: Range<Int>, columns: Range<Int>, _ panels: TilePanels, engine: TileEngine,
        parallel: Parallel
    ) {
        let scratch = parallel.scratch.take(byteCount: scratchByteCount(rows, columns))
        defer { parallel.scratch.give(scratch) }
        compute(
            rows: rows, columns: columns, panels, engine: engine, scratch: scratch.start)
    }
}
