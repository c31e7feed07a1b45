import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct DoubleProductTests {
    /// Sums of n ≤ 300 terms of at most 1 round like √n · n · ε = 1.2 · 10⁻¹² at the most.
    @Test(arguments: MatrixProductTests.shapes)
    func rowsOfAProductAreTheTextbooks(rows: Int, inner: Int, columns: Int) {
        let x = Matrix<Float>(random: rows, inner, seed: 1)
        let w = Matrix<Float>(random: inner, columns, seed: 2)
        let y = Matrix<Double>(rows: rows, columns: columns)
        y.fill(7)
        let some = rows / 3..<rows - rows / 4
        multiply(x.doubled, by: w.doubled, to: y, rows: some)
        var expected = (x.table * w.table).values
        for row in 0..<rows where !some.contains(row) {
            for column in 0..<columns { expected[row * columns + column] = 7 }
        }
        #expect(mismatch(y.elements, expected, relative: 0, absolute: 2e-12) == nil)
    }

    @Test(arguments: MatrixProductTests.shapes)
    func sumsOverRowsAreTheTextbooks(rows: Int, inner: Int, columns: Int) {
        let x = Matrix<Float>(random: rows, inner, seed: 3)
        let w = Matrix<Float>(random: rows, columns, seed: 4)
        let y = Matrix<Double>(rows: inner, columns: columns)
        y.fill(7)
        multiply(transposed: x.doubled, by: w.doubled, to: y, rows: 0..<rows)
        let expected = (x.table.transposed * w.table).values
        #expect(mismatch(y.elements, expected, relative: 0, absolute: 2e-12) == nil)
        multiply(transposed: x.doubled, by: w.doubled, to: y, rows: 0..<0)
        #expect(y.elements.allSatisfy { $0 == 0 })
    }
}

extension Matrix<Float> {
    /// The same numbers in double precision.
    fileprivate var doubled: Matrix<Double> {
        Matrix<Double>(rows: rows, columns: columns, elements: elements.map(Double.init))
    }
}
