import CTiles
import Foundation
import Host

/// What computes products of tiles of bfloat16 numbers: both give the same bits.
package enum TileEngine: Sendable {
    /// The processor's tile unit.
    case hardware
    /// The same sums in vector code of any processor, several times slower.
    case emulated

    /// Whether this processor has a tile unit of bfloat16, the system allows it, and its products
    /// of known numbers are those of `emulated`.
    package static var hardwareIsThere: Bool { tiles_are_there() }

    /// What computes all bfloat16 products of this process, as `MMBERT_TILES` asked for when the
    /// first of them was computed; nil where a library does.
    static let current: TileEngine? =
        switch TileUse(environment: ProcessInfo.processInfo.environment) {
        case .on: hardwareIsThere ? .hardware : nil
        case .emulated: .emulated
        case .off, nil: nil
        }

    /// Floating-point operations in a second of the tile units of all threads together, with
    /// operands in registers: the best of what about `seconds` allow. 0 without a unit.
    package static func peak(seconds: Double, parallel: Parallel) -> Double {
        guard hardwareIsThere else { return 0 }
        // Some 2 ms for each thread, beside which starting them counts little.
        let count = 1 << 16
        let operations = Double(parallel.threads) * tiles_spin(count)
        let times = Stopwatch.times(seconds: seconds) {
            parallel.forEach(in: parallel.threads) { _ in _ = tiles_spin(count) }
        }
        return operations / (times.min() ?? .infinity)
    }

    fileprivate var engine: TilesEngine {
        switch self {
        case .hardware: TilesHardware
        case .emulated: TilesEmulated
        }
    }

    /// Stops unless products can be computed.
    func check() {
        precondition(
            self == .emulated || Self.hardwareIsThere,
            "tile product: no tile unit can be used here")
    }
}

/// c = a b, or c += a b, by tiles, on the calling thread.
///
/// Sums are in single precision and begin with c where it is added to. The inner dimension is taken
/// in steps of 32 in rising order, each as CTiles.h describes; a bfloat16 result is rounded once.
/// So an element's bits depend on its row of a and its column of b, and on itself where it is added
/// to, and on nothing else. Subnormal numbers count as 0.
///
/// Parameters as for `multiplyBlocks`, and:
/// - Parameter engine: what computes.
package func multiplyTiles<Result: Activation>(
    _ a: Block<BFloat16>, _ b: Block<BFloat16>, to c: Block<Result>, rows: Int, columns: Int,
    inner: Int, adding: Bool, engine: TileEngine
) {
    engine.check()
    let product = TileProduct(a, to: c, inner: inner, adding: adding)
    let (rows, columns) = (0..<rows, 0..<columns)
    let panelBytes = TilePanels.byteCount(inner: inner, columns: columns.count)
    let memory = tiles_thread_memory(panelBytes + product.scratchByteCount(rows, columns))
    guard let memory else { preconditionFailure("tile product: out of memory") }
    let panels = TilePanels(of: b, inner: inner, columns: columns.count, in: memory)
    panels.pack(0..<panels.count)
    product.compute(
        rows: rows, columns: columns, panels, engine: engine, scratch: memory + panelBytes)
}

/// A right operand, `[inner, columns]`, as panels of 32 columns.
///
/// Threads may pack different panels at the same time.
struct TilePanels: @unchecked Sendable {
    /// Columns of a panel.
    static let width = 32

    private let b: Block<BFloat16>
    private let inner: Int
    private let columns: Int
    private let start: UnsafeMutablePointer<UInt16>

    /// Bytes that the panels take: whole lines of 64, and at least one.
    static func byteCount(inner: Int, columns: Int) -> Int {
        max(64, tiles_packed_count(inner, columns) * MemoryLayout<UInt16>.stride)
    }

    /// The panels of a block, still to be packed into `byteCount` bytes at a 64-byte boundary.
    init(of b: Block<BFloat16>, inner: Int, columns: Int, in memory: UnsafeMutableRawPointer) {
        (self.b, self.inner, self.columns) = (b, inner, columns)
        start = memory.bindMemory(
            to: UInt16.self, capacity: tiles_packed_count(inner, columns))
    }

    /// Number of panels.
    var count: Int { tiles_panel_count(columns) }

    /// Packs some of the panels.
    func pack(_ panels: Range<Int>) {
        tiles_pack(
            b.numbers, b.stride, b.isTransposed, inner, columns, panels.lowerBound,
            panels.upperBound, start)
    }

    /// The panels from a column on, a multiple of `width`.
    fileprivate func from(column: Int) -> UnsafePointer<UInt16> {
        precondition(column % Self.width == 0, "tile product: columns from \(column) on")
        return UnsafePointer(start + tiles_packed_count(inner, column))
    }
}

/// c = a b, or c += a b, of a right operand in panels.
struct TileProduct<Result: Activation>: @unchecked Sendable {
    private let a: Block<BFloat16>
    private let c: Block<Result>
    private let inner: Int
    private let flags: Int

    /// - Parameter streaming: whether results may be written past the caches.
    init(
        _ a: Block<BFloat16>, to c: Block<Result>, inner: Int, adding: Bool,
        streaming: Bool = false
    ) {
        (self.a, self.c, self.inner) = (a, c, inner)
        flags =
            (adding ? TilesAdding : 0) | (Result.precision == .fp32 ? TilesFloatResult : 0)
            | (streaming ? TilesStreamResult : 0)
    }

    /// Bytes of scratch memory that some rows of some columns take.
    func scratchByteCount(_ rows: Range<Int>, _ columns: Range<Int>) -> Int {
        withUnsafePointer(to: description(rows, columns, nil)) { tiles_scratch_size($0) }
    }

    /// Computes some rows of some columns of c; the first of these is a multiple of the panels'
    /// width.
    func compute(
        rows: Range<Int>, columns: Range<Int>, _ panels: TilePanels, engine: TileEngine,
        scratch: UnsafeMutableRawPointer
    ) {
        let product = description(rows, columns, panels.from(column: columns.lowerBound))
        withUnsafePointer(to: product) { tiles_multiply(engine.engine, $0, scratch) }
    }

    private func description(
        _ rows: Range<Int>, _ columns: Range<Int>, _ packed: UnsafePointer<UInt16>?
    ) -> TilesProduct {
        TilesProduct(
            a: a.from(row: rows.lowerBound).numbers, aStride: a.stride,
            aIsTransposed: a.isTransposed,
            packed: packed, c: c.base + rows.lowerBound * c.stride + columns.lowerBound,
            cStride: c.stride, rows: rows.count, columns: columns.count, inner: inner,
            flags: Int32(flags))
    }
}

extension Block<BFloat16> {
    /// The first number's bits.
    fileprivate var numbers: UnsafePointer<UInt16> {
        UnsafeRawPointer(base).assumingMemoryBound(to: UInt16.self)
    }
}
