import Host
import TensorCore

/// What this machine can do at most, measured now: the best that was seen.
public struct Ceilings: Codable, Sendable, Equatable {
    /// Bytes in a second that a copy reads and writes together, over memory larger than caches.
    public private(set) var bytesPerSecond = 0.0
    /// Floating-point operations in a second of large matrix products in single precision.
    public private(set) var fp32OperationsPerSecond = 0.0
    /// The same in bfloat16; 0 where there are no such products.
    public private(set) var bf16OperationsPerSecond = 0.0

    /// Operations in a second of the processor's tile units with operands in registers, which no
    /// product reaches; 0 where there are none.
    public private(set) var tileOperationsPerSecond = 0.0

    /// Nothing was measured.
    public init() {}

    /// Operations in a second of products of `precision`.
    public func operationsPerSecond(in precision: Precision) -> Double {
        switch precision {
        case .fp32: fp32OperationsPerSecond
        case .bf16: bf16OperationsPerSecond
        }
    }

    /// Rows, columns and inner dimension of the products, all large.
    private static let shapes = [(4096, 2304, 384), (2048, 2048, 1024), (1024, 1024, 4096)]

    /// Measures products of `precision` for `seconds`, and keeps the best rate so far.
    public mutating func measureProducts(
        in precision: Precision, parallel: Parallel, seconds: Double
    ) {
        for shape in Self.shapes {
            let share = seconds / Double(Self.shapes.count)
            switch precision {
            case .fp32:
                fp32OperationsPerSecond = max(
                    fp32OperationsPerSecond,
                    productRate(of: Float.self, shape, seconds: share, parallel: parallel))
            case .bf16:
                bf16OperationsPerSecond = max(
                    bf16OperationsPerSecond,
                    productRate(of: BFloat16.self, shape, seconds: share, parallel: parallel))
            }
        }
    }

    /// Measures the tile units for `seconds`, if there are any, and keeps the best rate so far.
    public mutating func measureTiles(parallel: Parallel, seconds: Double) {
        tileOperationsPerSecond = max(
            tileOperationsPerSecond, TileEngine.peak(seconds: seconds, parallel: parallel))
    }

    /// Measures a copy for `seconds`, and keeps the best rate so far: a plain loop in slabs, or the
    /// system's copy of one large piece for each thread.
    public mutating func measureCopy(parallel: Parallel, seconds: Double) {
        let pieces = parallel.threads
        let columns = (1 << 27) / MemoryLayout<Float>.stride / pieces
        let sources = (0..<pieces).map { _ in Matrix<Float>(rows: 1, columns: columns) }
        let targets = (0..<pieces).map { _ in Matrix<Float>(rows: 1, columns: columns) }
        let loop = Stopwatch.times(seconds: seconds / 2) {
            for (source, target) in zip(sources, targets) {
                convert(source, into: target, parallel: parallel)
            }
        }
        let library = Stopwatch.times(seconds: seconds / 2) {
            parallel.forEachSlab(of: 1, in: pieces) { slab in
                for piece in slab { targets[piece].copy(from: sources[piece]) }
            }
        }
        let bytes = Double(2 * MemoryLayout<Float>.stride * columns * pieces)
        let shortest = (loop + library).min() ?? .infinity
        bytesPerSecond = max(bytesPerSecond, bytes / shortest)
    }
}
