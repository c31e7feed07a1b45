import TensorCore
import Testing

/// What kernels compute with, subnormal numbers being 0, stays theirs.
@Suite struct SubnormalTests {
    @Test(arguments: [1, 2])
    func `subnormal numbers count as 0 in kernels, and outside of them as before`(threads: Int) {
        let parallel = Parallel(threads: threads)
        let tiny = Float.leastNormalMagnitude / 4
        let x = Matrix(rows: 40_000, columns: 1, elements: Array(repeating: tiny, count: 40_000))
        scale(x, by: 0.5, parallel: parallel)
        #expect(x.elements.allSatisfy { $0 == 0 })
        // The test's own thread worked as well.
        let half = tiny * Float(x.rows / 80_000 + 1) / 2
        #expect(half > 0)
    }
}
