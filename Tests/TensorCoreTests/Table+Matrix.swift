import TensorCore
import TestSupport
import TextbookTwins

/// One thread is enough where a test is not about threads.
let oneThread = Parallel(threads: 1)

extension Matrix<Float> {
    /// A matrix of reproducible numbers.
    init(random rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) {
        self.init(
            rows: rows, columns: columns,
            elements: testNumbers(rows * columns, seed: seed, scale: scale))
    }

    /// A matrix that was never written: all NaN, which reveals elements that a kernel leaves out.
    init(unwritten rows: Int, _ columns: Int) {
        self.init(
            rows: rows, columns: columns,
            elements: [Float](repeating: .nan, count: rows * columns))
    }

    /// The same numbers in double precision.
    var table: Table { Table(rows, columns, elements) }
}

extension Matrix where Element: Activation {
    /// The numbers of another matrix, rounded to this type.
    init(rounding other: Matrix<Float>) {
        self.init(
            rows: other.rows, columns: other.columns,
            elements: other.elements.map { Element(rounding: $0) })
    }

    /// The same numbers in single precision.
    var widened: Matrix<Float> {
        Matrix<Float>(rows: rows, columns: columns, elements: elements.map(\.widened))
    }
}
