import Autograd
import TensorCore
import TestSupport
import Testing

@Suite("Tape")
struct TapeTests {
    private let parallel = Parallel(threads: 2)
    private let pool = BufferPool()

    @Test("a second microbatch adds to the gradient, a discarded one is overwritten")
    func accumulation() {
        let x = Tensor<Float>(testMatrix(3, 4, seed: 1))
        let w = Tensor<Float>(testMatrix(5, 4, seed: 2))
        func runOnce() {
            let tape = Tape<Float>(parallel: parallel, pool: pool)
            tape.backward(from: tape.linear(x, w.parameter), gradient: testMatrix(3, 5, seed: 3))
        }
        runOnce()
        let once = w.gradient?.elements ?? []
        runOnce()
        #expect(w.gradient?.elements == once.map { 2 * $0 })
        w.discardGradient()
        #expect(w.gradient == nil)
        runOnce()
        #expect(w.gradient?.elements == once)
    }

    @Test("a result that nothing uses stops no gradient and gets none")
    func unusedResult() {
        let x = Tensor<Float>(testMatrix(3, 4, seed: 1))
        let tape = Tape<Float>(parallel: parallel, pool: pool)
        let used = tape.gelu(x)
        let unused = tape.gelu(x)
        tape.backward(from: used, gradient: testMatrix(3, 4, seed: 2))
        #expect(unused.gradient == nil)
        #expect(x.gradient != nil)
        #expect(used.gradient == nil, "an intermediate gradient is handed over going backward")
    }

    @Test("the padding id's row gets no gradient")
    func paddingRow() {
        let table = Tensor<Float>(testMatrix(4, 2, seed: 1))
        let tape = Tape<Float>(parallel: parallel, pool: pool)
        let rows = tape.embedding(table.parameter, ids: [0, 2, 0, 3, 2], ignoring: 0)
        let ones = Matrix<Float>(rows: 5, columns: 2, elements: Array(repeating: 1, count: 10))
        tape.backward(from: rows, gradient: ones)
        #expect(table.gradient?.elements == [0, 0, 0, 0, 2, 2, 1, 1])
    }

    @Test("without recording every buffer is free again once the result is gone")
    func nothingKept() {
        let x = Tensor<Float>(testMatrix(8, 16, seed: 1))
        let w = Tensor<Float>(testMatrix(16, 16, seed: 2))
        func run(recording: Bool, depth: Int) -> Int {
            let pool = BufferPool()
            let tape = Tape<Float>(parallel: parallel, pool: pool, recording: recording)
            var y = x
            for _ in 0..<depth {
                y = tape.gelu(tape.linear(y, w.parameter))
            }
            y = x
            return pool.idleByteCount
        }
        #expect(run(recording: false, depth: 10) == run(recording: false, depth: 2))
        #expect(run(recording: false, depth: 2) <= 3 * 8 * 16 * 4)
        // Going backward needs every result but the last.
        #expect(run(recording: true, depth: 10) == 8 * 16 * 4)
    }

    @Test("going backward returns every activation to the pool")
    func activationsReturned() {
        let x = Tensor<Float>(testMatrix(8, 16, seed: 1))
        let pool = BufferPool()
        let tape = Tape<Float>(parallel: parallel, pool: pool)
        func chain() -> Tensor<Float> {
            (0..<10).reduce(x) { y, _ in tape.gelu(y) }
        }
        tape.backward(from: chain(), gradient: testMatrix(8, 16, seed: 3))
        // Ten results went forward; one gradient, now x's, is out of the pool.
        let buffer = 8 * 16 * 4
        #expect(pool.idleByteCount >= 10 * buffer)
        #expect(pool.idleByteCount <= 12 * buffer)
    }
}
