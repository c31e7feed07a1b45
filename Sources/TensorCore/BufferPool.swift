import Synchronization

/// Buffers kept for reuse, so that training steps after the first ask the system for no memory.
///
/// A `Matrix` made from a pool gives its buffer back when the last copy of the matrix is gone. The
/// pool frees its buffers when it and all matrices made from it are gone.
public final class BufferPool: Sendable {
    private let free = Mutex<[Int: [Buffer]]>([:])

    /// An empty pool.
    public init() {}

    /// A buffer of at least `byteCount` bytes with undefined contents.
    ///
    /// Batches of many sizes share what the largest of them needed: a buffer may be half as large
    /// again as was asked for, and where all are too small, a new one takes the place of the
    /// largest of them.
    func take(byteCount: Int) -> Buffer {
        let capacity = Buffer.capacity(holding: byteCount)
        if let buffer = free.withLock({ Self.takeFitting(capacity, from: &$0) }) { return buffer }
        free.withLock { Self.takeOutgrown(capacity, from: &$0) }?.deallocate()
        return Buffer(capacity: capacity)
    }

    /// The smallest buffer that is large enough and not much too large.
    private static func takeFitting(
        _ capacity: Int, from free: inout [Int: [Buffer]]
    ) -> Buffer? {
        var size = capacity
        while size <= capacity + capacity / 2 {
            if let buffer = free[size]?.popLast() { return buffer }
            size = Buffer.capacity(holding: size + 1)
        }
        return nil
    }

    /// The largest buffer that is too small, but more than half as large.
    private static func takeOutgrown(
        _ capacity: Int, from free: inout [Int: [Buffer]]
    ) -> Buffer? {
        let sizes = free.filter { capacity / 2 < $0.key && $0.key < capacity && !$0.value.isEmpty }
        return sizes.keys.max().flatMap { free[$0]?.popLast() }
    }

    /// Keeps a buffer for the next request of its size.
    func give(_ buffer: Buffer) {
        free.withLock { $0[buffer.capacity, default: []].append(buffer) }
    }

    /// Bytes of the buffers that wait for reuse.
    package var idleByteCount: Int {
        free.withLock { $0.reduce(0) { $0 + $1.key * $1.value.count } }
    }

    deinit {
        free.withLock { sizes in
            for buffer in sizes.values.joined() {
                buffer.deallocate()
            }
        }
    }
}
