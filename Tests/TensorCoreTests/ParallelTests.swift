import Synchronization
import TensorCore
import Testing

@Suite struct ParallelTests {
    @Test(arguments: [1, 2, 5], [0, 1, 7, 8, 9, 63, 257])
    func visitsEverySlabOnce(threads: Int, count: Int) {
        let seen = Mutex<[Range<Int>]>([])
        Parallel(threads: threads).forEachSlab(of: 8, in: count) { range in
            seen.withLock { $0.append(range) }
        }
        let slabs = seen.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(slabs.flatMap(Array.init) == Array(0..<count))
        #expect(slabs.allSatisfy { $0.lowerBound % 8 == 0 && $0.count <= 8 })
    }

    @Test func mayBeUsedFromInsideItself() {
        let parallel = Parallel(threads: 3)
        let total = Mutex(0)
        parallel.forEachSlab(of: 1, in: 4) { _ in
            parallel.forEachSlab(of: 2, in: 10) { inner in
                total.withLock { $0 += inner.count }
            }
        }
        #expect(total.withLock { $0 } == 40)
    }
}
