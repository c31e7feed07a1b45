import TensorCore
import TestSupport

/// One thread is enough where a test is not about threads.
let oneThread = Parallel(threads: 1)

extension Matrix<Float> {
    /// A matrix of reproducible numbers.
    init(random rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) {
        self.init(
            rows: rows, columns: columns,
            elements: testNumbers(rows * columns, seed: seed, scale: scale))
    }

    /// A matrix that was never written: not numbers, so that a kernel that fails to write shows.
    init(unwritten rows: Int, _ columns: Int) {
        self.init(
            rows: rows, columns: columns,
            elements: [Float](repeating: .nan, count: rows * columns))
    }

    /// The same numbers in double precision.
    var table: Table { Table(rows, columns, elements) }
}
