import TensorCore
import Testing

@Suite struct MatrixTests {
    @Test func startsAsZerosAndKeepsItsElements() {
        let zeros = Matrix<Float>(rows: 3, columns: 5)
        #expect(zeros.elements == [Float](repeating: 0, count: 15))
        let numbers = Matrix<Float>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        #expect(numbers[1, 0] == 4)
        #expect(numbers.count == 6)
        numbers[0, 2] = 9
        #expect(numbers.elements == [1, 2, 9, 4, 5, 6])
    }

    @Test func copiesShareElementsUntilCopiedOut() {
        let matrix = Matrix<Float>(rows: 1, columns: 2, elements: [1, 2])
        let same = matrix
        let other = Matrix<Float>(rows: 1, columns: 2)
        other.copy(from: matrix)
        same.fill(7)
        #expect(matrix.elements == [7, 7])
        #expect(other.elements == [1, 2])
    }

    @Test func showsItsElementsAsSpans() {
        let matrix = Matrix<Float>(rows: 2, columns: 2, elements: [1, 2, 3, 4])
        matrix.withMutableElements { span in
            for index in span.indices {
                span[index] *= 2
            }
        }
        #expect(matrix.withElements { $0[3] } == 8)
    }

    @Test func mayBeEmpty() {
        #expect(Matrix<Float>(rows: 0, columns: 4).elements.isEmpty)
        #expect(Matrix<Float>(rows: 4, columns: 0, from: BufferPool()).elements.isEmpty)
    }

    @Test func poolReusesABufferAfterItsLastMatrixIsGone() {
        let pool = BufferPool()
        #expect(pool.idleByteCount == 0)
        do {
            let matrix = Matrix<Float>(rows: 10, columns: 100, from: pool)
            let same = matrix
            same.fill(1)
            #expect(pool.idleByteCount == 0)
            withExtendedLifetime(matrix) {}
        }
        let idle = pool.idleByteCount
        #expect(idle >= 4000)
        let again = Matrix<Float>(rows: 10, columns: 99, from: pool)
        #expect(pool.idleByteCount == 0, "a slightly smaller matrix takes the same buffer")
        withExtendedLifetime(again) {}
    }

    @Test func poolsHoldNoMoreForManySizesThanForTheLargest() {
        /// Bytes that a pool holds after rounds of ten matrices at a time, each round of one size.
        func held(_ sizes: [Int]) -> Int {
            let pool = BufferPool()
            for size in sizes {
                let matrices = (0..<10).map { _ in
                    Matrix<Float>(rows: 1, columns: size, from: pool)
                }
                withExtendedLifetime(matrices) {}
            }
            return pool.idleByteCount
        }
        let sizes = (0..<30).map { 10_000 + $0 * 7919 % 4000 }
        #expect(held(sizes) == held([sizes.max() ?? 0]))
        #expect(held([100_000, 1000]) == held([100_000]) + held([1000]))
    }

    @Test(arguments: [1, 63, 64, 65, 1000, 4096, 4097, 5_000_000])
    func poolsWasteLessThanAnEighthAboveSmallSizes(floats: Int) {
        let pool = BufferPool()
        do {
            let matrix = Matrix<Float>(rows: 1, columns: floats, from: pool)
            withExtendedLifetime(matrix) {}
        }
        #expect(pool.idleByteCount >= floats * 4)
        #expect(Double(pool.idleByteCount) <= Double(floats * 4) * 1.125 + 64)
    }
}
