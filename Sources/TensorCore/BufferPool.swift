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
    func take(byteCount: Int) -> Buffer {
        let capacity = Buffer.capacity(holding: byteCount)
        return free.withLock { $0[capacity]?.popLast() } ?? Buffer(capacity: capacity)
    }

    /// Keeps a buffer for the next one who asks for its size.
    func give(_ buffer: Buffer) {
        free.withLock { $0[buffer.capacity, default: []].append(buffer) }
    }

    /// Bytes that wait for reuse.
    public var idleByteCount: Int {
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
