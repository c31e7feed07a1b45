import Glibc

/// Raw memory for a matrix: 64-byte aligned, on huge pages where it is large.
///
/// Not reference counted; `MatrixStorage` and `BufferPool` free it.
struct Buffer: @unchecked Sendable {
    /// The first byte.
    let start: UnsafeMutableRawPointer
    /// Bytes that may be used.
    let capacity: Int

    /// Buffers from here on are aligned to huge pages and ask the kernel for them.
    private static let hugePageByteCount = 2 << 20

    /// Allocates a buffer with undefined contents.
    init(capacity: Int) {
        let isHuge = capacity >= 2 * Self.hugePageByteCount
        start = .allocate(byteCount: capacity, alignment: isHuge ? Self.hugePageByteCount : 64)
        self.capacity = capacity
        if isHuge {
            // Only a hint: without huge pages everything works, a little slower.
            _ = madvise(start, capacity, MADV_HUGEPAGE)
        }
    }

    /// Gives the memory back to the system.
    func deallocate() {
        start.deallocate()
    }

    /// The size class for `byteCount`: sizes that differ by less than an eighth share a class, so
    /// that batches of slightly different lengths reuse the same buffers.
    static func capacity(holding byteCount: Int) -> Int {
        let needed = max(byteCount, 64)
        let highestBit = Int.bitWidth - 1 - needed.leadingZeroBitCount
        let step = max(64, 1 << (highestBit - 3))
        return (needed + step - 1) / step * step
    }
}
