import Foundation
import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct PointwiseTests {
    @Test(arguments: vectorEdges + [20_000])
    func addsCopiesFillsAndSquares(count: Int) {
        let a = Matrix<Float>(random: 1, count, seed: 1)
        let b = Matrix<Float>(random: 1, count, seed: 2)
        let sum = zip(a.elements, b.elements).map { $0 + $1 }
        add(a, addingTo: b, parallel: oneThread)
        #expect(b.elements == sum)
        let squares = sumOfSquares(a, parallel: oneThread)
        #expect(mismatch([squares], [dot(a.table.values, a.table.values)], terms: 64) == nil)
        convert(a, into: b, parallel: oneThread)
        #expect(b.elements == a.elements)
        fill(b, with: 3, parallel: oneThread)
        #expect(b.elements == [Float](repeating: 3, count: count))
    }

    @Test(arguments: vectorEdges)
    func sumsRows(rows: Int) {
        let x = Matrix<Float>(random: rows, 9, seed: 1)
        let sums = Matrix<Float>(random: 1, 9, seed: 2)
        let expected = (0..<9).map { j in
            Double(sums[0, j]) + (0..<rows).reduce(0) { $0 + Double(x[$1, j]) }
        }
        sumRows(of: x, addingTo: sums, parallel: oneThread)
        #expect(mismatch(sums.elements, expected, terms: rows) == nil)
    }

    @Test(arguments: vectorEdges)
    func addsARowToEveryRow(columns: Int) {
        let x = Matrix<Float>(random: 5, columns, seed: 1)
        let row = Matrix<Float>(random: 1, columns, seed: 2)
        let y = Matrix<Float>(unwritten: 5, columns)
        addRow(row, to: x, into: y, parallel: oneThread)
        #expect(
            y.elements
                == (0..<5 * columns).map { x[$0 / columns, $0 % columns] + row[0, $0 % columns] })
    }

    @Test(arguments: vectorEdges)
    func sumsAndAddsRowsInBFloat16(rows: Int) {
        let x = Matrix<BFloat16>(rounding: Matrix(random: rows, 9, seed: 1))
        let sums = Matrix<Float>(random: 1, 9, seed: 2)
        let row = Matrix<Float>(random: 1, 9, seed: 3)
        let expected = (0..<9).map { j in
            Double(sums[0, j]) + (0..<rows).reduce(0) { $0 + Double(x[$1, j].widened) }
        }
        sumRows(of: x, addingTo: sums, parallel: oneThread)
        #expect(mismatch(sums.elements, expected, terms: rows) == nil)
        let y = Matrix<BFloat16>(rounding: Matrix(unwritten: rows, 9))
        addRow(row, to: x, into: y, parallel: oneThread)
        #expect(
            y.elements
                == (0..<9 * rows).map {
                    BFloat16(rounding: x[$0 / 9, $0 % 9].widened + row[0, $0 % 9])
                })
    }

    @Test(arguments: vectorEdges + [5000])
    func tanhAndItsSlope(count: Int) {
        let x = Matrix<Float>(random: 1, count, seed: 1, scale: 6)
        let dy = Matrix<Float>(random: 1, count, seed: 2)
        let y = Matrix<Float>(unwritten: 1, count)
        let dx = Matrix<Float>(unwritten: 1, count)
        TensorCore.tanh(x, into: y, parallel: oneThread)
        tanhBackward(dy, y: y, into: dx, parallel: oneThread)
        let expected = x.table.values.map { Foundation.tanh($0) }
        #expect(mismatch(y.elements, expected, relative: 3e-7) == nil)
        let slopes = zip(dy.table.values, expected).map { $0 * (1 - $1 * $1) }
        // 1 − y² loses what y is rounded by.
        #expect(mismatch(dx.elements, slopes, relative: 1e-6, absolute: 3e-7) == nil)
    }

    /// Over the whole range that single precision resolves, at a spacing that meets every
    /// branch: |error| <= 4 ε max(|x|, 1/8), and the tails agree relatively.
    @Test func geluIsExactFromTailToTail() {
        let points = stride(from: Float(-14), through: 14, by: 0.00137).map { $0 } + [0, -0.0]
        let x = Matrix<Float>(rows: 1, columns: points.count, elements: points)
        let y = Matrix<Float>(unwritten: 1, points.count)
        gelu(x, into: y, parallel: oneThread)
        let expected = points.map { twinGELU(Double($0)) }
        #expect(mismatch(y.elements, expected, relative: 3e-7, absolute: 6e-8) == nil)
        let near = points.indices.filter { abs(points[$0]) < 5 }
        #expect(
            mismatch(near.map { y[0, $0] }, near.map { expected[$0] }, relative: 2e-6) == nil)
    }

    /// Over the same range: |error| <= 3e-7.
    @Test func geluBackwardIsExactFromTailToTail() {
        let points = stride(from: Float(-14), through: 14, by: 0.00137).map { $0 } + [0, -0.0]
        let x = Matrix<Float>(rows: 1, columns: points.count, elements: points)
        let dy = Matrix<Float>(rows: 1, columns: points.count)
        dy.fill(1)
        let dx = Matrix<Float>(unwritten: 1, points.count)
        geluBackward(dy, x: x, into: dx, parallel: oneThread)
        let expected = points.map { twinGELUSlope(Double($0)) }
        #expect(mismatch(dx.elements, expected, relative: 0, absolute: 3e-7) == nil)
    }

    @Test func geluBackwardOfNaNIsNaN() {
        let x = Matrix<Float>(rows: 1, columns: 4, elements: [.nan, .infinity, -.infinity, -100])
        let dy = Matrix<Float>(rows: 1, columns: 4, elements: [1, 1, 1, 1])
        let dx = Matrix<Float>(unwritten: 1, 4)
        geluBackward(dy, x: x, into: dx, parallel: oneThread)
        #expect(dx[0, 0].isNaN)
        #expect(dx[0, 1] == 1)
        #expect(abs(dx[0, 2]) < 1e-30 && abs(dx[0, 3]) < 1e-30)
    }

    @Test func geluOfNaNIsNaN() {
        let x = Matrix<Float>(rows: 1, columns: 3, elements: [.nan, .infinity, 100])
        let y = Matrix<Float>(unwritten: 1, 3)
        gelu(x, into: y, parallel: oneThread)
        #expect(y[0, 0].isNaN)
        #expect(y[0, 1] == .infinity)
        #expect(y[0, 2] == 100)
    }

    @Test(arguments: vectorEdges)
    func geluBackwardIsItsSlope(count: Int) {
        let x = Matrix<Float>(random: 1, count, seed: 1, scale: 4)
        let dy = Matrix<Float>(random: 1, count, seed: 2)
        let dx = Matrix<Float>(unwritten: 1, count)
        geluBackward(dy, x: x, into: dx, parallel: oneThread)
        let expected = centralDifferences(at: x.table.values) {
            dot(dy.table.values, $0.map(twinGELU))
        }
        #expect(mismatch(dx.elements, expected, terms: 4) == nil)
    }

    @Test(arguments: vectorEdges)
    func gegluIsGELUTimesGate(columns: Int) {
        let x = Matrix<Float>(random: 19, 2 * columns, seed: 1, scale: 3)
        let y = Matrix<Float>(unwritten: 19, columns)
        geglu(x, into: y, parallel: oneThread)
        #expect(mismatch(y.elements, twinGeGLU(x.table).values, terms: 4) == nil)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 33])
    func gegluBackwardIsItsSlope(columns: Int) {
        let x = Matrix<Float>(random: 3, 2 * columns, seed: 1, scale: 3)
        let dy = Matrix<Float>(random: 3, columns, seed: 2)
        let dx = Matrix<Float>(unwritten: 3, 2 * columns)
        gegluBackward(dy, x: x, into: dx, parallel: oneThread)
        let expected = centralDifferences(at: x.table.values) {
            dot(dy.table.values, twinGeGLU(Table(3, 2 * columns, $0)).values)
        }
        #expect(mismatch(dx.elements, expected, terms: 4) == nil)
        let twin = twinGeGLUBackward(dy.table, x: x.table)
        #expect(mismatch(twin.values, expected, relative: 1e-7, absolute: 1e-8) == nil)
    }

    /// Pairs and what is left of them, rows that begin between two words, and more than a piece.
    @Test(arguments: vectorEdges + [127, 129, 300])
    func gegluInBFloat16RoundsOnce(columns: Int) {
        let x = Matrix<BFloat16>(rounding: Matrix(random: 5, 2 * columns, seed: 1, scale: 3))
        let dy = Matrix<BFloat16>(rounding: Matrix(random: 5, columns, seed: 2))
        let wide = Matrix<Float>(unwritten: 5, 2 * columns)
        let wideDY = Matrix<Float>(unwritten: 5, columns)
        convert(x, into: wide, parallel: oneThread)
        convert(dy, into: wideDY, parallel: oneThread)
        let exact = Matrix<Float>(unwritten: 5, columns)
        let exactDX = Matrix<Float>(unwritten: 5, 2 * columns)
        geglu(wide, into: exact, parallel: oneThread)
        gegluBackward(wideDY, x: wide, into: exactDX, parallel: oneThread)
        let y = Matrix<BFloat16>(rounding: Matrix(unwritten: 5, columns))
        let dx = Matrix<BFloat16>(rounding: Matrix(unwritten: 5, 2 * columns))
        geglu(x, into: y, parallel: oneThread)
        gegluBackward(dy, x: x, into: dx, parallel: oneThread)
        #expect(y.elements == exact.elements.map { BFloat16(rounding: $0) })
        #expect(dx.elements == exactDX.elements.map { BFloat16(rounding: $0) })
    }
}
