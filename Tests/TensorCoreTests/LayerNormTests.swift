import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct LayerNormTests {
    static let shapes = vectorEdges.map { ($0, 9) } + vectorEdges.dropFirst().map { (5, $0) }

    @Test(arguments: shapes)
    func normalisesEachRow(rows: Int, columns: Int) {
        let x = Matrix<Float>(random: rows, columns, seed: 1)
        let w = Matrix<Float>(random: 1, columns, seed: 2)
        let y = Matrix<Float>(unwritten: rows, columns)
        let means = Matrix<Float>(unwritten: rows, 1)
        let deviations = Matrix<Float>(unwritten: rows, 1)
        layerNorm(
            x, weight: w, epsilon: 1e-5, into: y, means: means,
            reciprocalDeviations: deviations, parallel: oneThread)
        let expected = twinLayerNorm(x.table, weight: w.table.values, epsilon: 1e-5)
        #expect(mismatch(y.elements, expected.values, terms: columns) == nil)
    }

    @Test(arguments: shapes)
    func addsABias(rows: Int, columns: Int) {
        let x = Matrix<Float>(random: rows, columns, seed: 1)
        let w = Matrix<Float>(random: 1, columns, seed: 2)
        let b = Matrix<Float>(random: 1, columns, seed: 3)
        let y = Matrix<Float>(unwritten: rows, columns)
        layerNorm(
            x, weight: w, bias: b, epsilon: 1e-5, into: y, means: Matrix(unwritten: rows, 1),
            reciprocalDeviations: Matrix(unwritten: rows, 1), parallel: oneThread)
        let expected = twinLayerNorm(
            x.table, weight: w.table.values, bias: b.table.values, epsilon: 1e-5)
        #expect(mismatch(y.elements, expected.values, terms: columns) == nil)
        let rounded = Matrix<BFloat16>(rounding: y)
        layerNorm(
            x, weight: w, bias: b, epsilon: 1e-5, into: rounded,
            means: Matrix(unwritten: rows, 1), reciprocalDeviations: Matrix(unwritten: rows, 1),
            parallel: oneThread)
        // The bits of a number that is rounded once.
        #expect(rounded.elements == Matrix<BFloat16>(rounding: y).elements)
    }

    @Test func keepsPrecisionFarFromZero() {
        let x = Matrix<Float>(random: 2, 64, seed: 1)
        x.withMutableElements { span in
            for index in span.indices {
                span[index] += 1000
            }
        }
        let y = Matrix<Float>(unwritten: 2, 64)
        let statistics = Matrix<Float>(unwritten: 2, 1)
        let w = Matrix<Float>(rows: 1, columns: 64)
        w.fill(1)
        layerNorm(
            x, weight: w, epsilon: 1e-5, into: y, means: statistics,
            reciprocalDeviations: Matrix(unwritten: 2, 1), parallel: oneThread)
        let expected = twinLayerNorm(x.table, weight: w.table.values, epsilon: 1e-5)
        // A mean of about 1000 is rounded to ε · 1000 = 1.2e-4 before it is subtracted.
        #expect(mismatch(y.elements, expected.values, relative: 0, absolute: 5e-4) == nil)
    }

    @Test(arguments: [(0, 9), (1, 1), (1, 8), (7, 9), (65, 7), (3, 63)])
    func gradientsAreItsSlopes(rows: Int, columns: Int) {
        let x = Matrix<Float>(random: rows, columns, seed: 1)
        let w = Matrix<Float>(random: 1, columns, seed: 2)
        let dy = Matrix<Float>(random: rows, columns, seed: 3)
        let y = Matrix<Float>(unwritten: rows, columns)
        let means = Matrix<Float>(unwritten: rows, 1)
        let deviations = Matrix<Float>(unwritten: rows, 1)
        let epsilon = 1e-2
        layerNorm(
            x, weight: w, epsilon: Float(epsilon), into: y, means: means,
            reciprocalDeviations: deviations, parallel: oneThread)
        let dx = Matrix<Float>(unwritten: rows, columns)
        let dw = Matrix<Float>(rows: 1, columns: columns)
        layerNormBackward(
            dy, x: x, weight: w, means: means, reciprocalDeviations: deviations, to: dx,
            adding: false, addingToWeight: dw, parallel: oneThread)
        let slopeX = centralDifferences(at: x.table.values) {
            dot(
                dy.table.values,
                twinLayerNorm(
                    Table(rows, columns, $0), weight: w.table.values, epsilon: epsilon
                ).values)
        }
        let slopeW = centralDifferences(at: w.table.values) {
            dot(
                dy.table.values,
                twinLayerNorm(x.table, weight: $0, epsilon: epsilon).values)
        }
        let twin = twinLayerNormBackward(
            dy.table, x: x.table, weight: w.table.values, epsilon: epsilon)
        #expect(mismatch(twin.dx.values, slopeX, relative: 1e-6, absolute: 1e-7) == nil)
        #expect(mismatch(twin.dw, slopeW, relative: 1e-6, absolute: 1e-7) == nil)
        // A row of one column has slope 0 out of terms of size r² = 100.
        #expect(mismatch(dx.elements, slopeX, terms: columns, magnitude: 10) == nil)
        #expect(mismatch(dw.elements, slopeW, terms: rows, magnitude: 1) == nil)
        layerNormBackward(
            dy, x: x, weight: w, means: means, reciprocalDeviations: deviations, to: dx,
            adding: true, addingToWeight: dw, parallel: oneThread)
        #expect(
            mismatch(dx.elements, slopeX.map { 2 * $0 }, terms: columns, magnitude: 10) == nil)
        #expect(mismatch(dw.elements, slopeW.map { 2 * $0 }, terms: rows, magnitude: 1) == nil)
    }
}
