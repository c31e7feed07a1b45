import CNumerics
import COpenBLAS
import Dispatch
import Synchronization

/// How many threads a kernel may use, and the scratch memory it works in.
///
/// Work is cut into slabs of a size that depends on the work alone, never on the number of threads
/// (but where slabs change no sum's order: products by tiles), and no two slabs write the same
/// element: results have the same bits for any number of threads.
///
/// While a slab is computed, subnormal numbers count as 0: an attention that is sure of itself has
/// many, and products with them take many times as long.
public struct Parallel: Sendable {
    /// The most threads that work at the same time.
    public let threads: Int
    /// Scratch buffers of the kernels, reused from call to call.
    package let scratch: BufferPool

    /// Up to `threads` threads of the system's pool; 1 computes on the calling thread alone.
    public init(threads: Int) {
        precondition(threads > 0, "Parallel: \(threads) threads")
        self.threads = threads
        scratch = BufferPool()
        // Threads are assigned here: each product that OpenBLAS computes runs on its caller.
        openblas_set_num_threads(1)
    }

    /// Calls `body` for `0..<size`, `size..<2 * size`, … up to `count`, each range once, in any
    /// order and on any thread. Returns when all are done.
    public func forEachSlab(
        of size: Int, in count: Int, _ body: @Sendable (Range<Int>) -> Void
    ) {
        precondition(size > 0 && count >= 0, "Parallel.forEachSlab: of \(size) in \(count)")
        let slabs = (count + size - 1) / size
        forEach(in: slabs) { slab in
            body(slab * size..<min(count, slab * size + size))
        }
    }

    /// Calls `body` for each of `0..<count` once, in any order and on any thread.
    func forEach(in count: Int, _ body: @Sendable (Int) -> Void) {
        let workers = min(threads, count)
        guard workers > 1 else {
            let control = startFlushingSubnormals()
            defer { setFloatingPointControl(control) }
            for index in 0..<count {
                body(index)
            }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let control = startFlushingSubnormals()
            defer { setFloatingPointControl(control) }
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
    }
}

extension Parallel {
    /// Calls `body` with room for `count` floats of undefined contents.
    func withScratch<Result>(
        _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
    ) -> Result {
        let buffer = scratch.take(byteCount: count * MemoryLayout<Float>.stride)
        defer { scratch.give(buffer) }
        return body(buffer.start.bindMemory(to: Float.self, capacity: count))
    }
}
