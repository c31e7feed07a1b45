import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct MatrixProductTests {
    /// The last has slabs of 16 rows and of one.
    static let shapes: [(Int, Int, Int)] =
        vectorEdges.map { ($0, 9, 8) } + vectorEdges.map { (9, $0, 8) }
        + vectorEdges.map { (9, 8, $0) } + [(300, 200, 64), (17, 9, 17)]

    @Test(arguments: shapes)
    func forwardIsXTimesTransposedW(rows: Int, inputs: Int, outputs: Int) {
        let x = Matrix<Float>(random: rows, inputs, seed: 1)
        let w = Matrix<Float>(random: outputs, inputs, seed: 2)
        let y = Matrix<Float>(unwritten: rows, outputs)
        let expected = x.table * w.table.transposed
        multiply(x, byTransposed: w, to: y, parallel: oneThread)
        #expect(mismatch(y.elements, expected.values, terms: inputs) == nil)
        multiply(x, byTransposed: w, to: y, adding: true, parallel: oneThread)
        #expect(mismatch(y.elements, expected.values.map { 2 * $0 }, terms: inputs) == nil)
    }

    @Test(arguments: shapes)
    func inputGradientIsDyTimesW(rows: Int, inputs: Int, outputs: Int) {
        let dy = Matrix<Float>(random: rows, outputs, seed: 3)
        let w = Matrix<Float>(random: outputs, inputs, seed: 2)
        let dx = Matrix<Float>(unwritten: rows, inputs)
        let expected = dy.table * w.table
        multiply(dy, by: w, to: dx, parallel: oneThread)
        #expect(mismatch(dx.elements, expected.values, terms: outputs) == nil)
        multiply(dy, by: w, to: dx, adding: true, parallel: oneThread)
        #expect(mismatch(dx.elements, expected.values.map { 2 * $0 }, terms: outputs) == nil)
    }

    @Test(arguments: shapes)
    func weightGradientIsTransposedDyTimesX(rows: Int, inputs: Int, outputs: Int) {
        let dy = Matrix<Float>(random: rows, outputs, seed: 3)
        let x = Matrix<Float>(random: rows, inputs, seed: 1)
        let dw = Matrix<Float>(unwritten: outputs, inputs)
        let expected = dy.table.transposed * x.table
        multiply(transposed: dy, by: x, to: dw, parallel: oneThread)
        #expect(mismatch(dw.elements, expected.values, terms: rows) == nil)
        multiply(transposed: dy, by: x, to: dw, adding: true, parallel: oneThread)
        #expect(mismatch(dw.elements, expected.values.map { 2 * $0 }, terms: rows) == nil)
    }
}
