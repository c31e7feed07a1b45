import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct UnitRowsTests {
    @Test("Rows of length 1 are their twins, of the first columns too", arguments: [1, 7, 8, 33])
    func rows(columns: Int) {
        let x = Matrix<Float>(random: 40, 33, seed: 1, scale: 3)
        for column in 0..<33 { x[5, column] = 0 }
        let places = testIndices(37, below: 40, seed: 2) + [5]
        let y = Matrix<Float>(unwritten: places.count, columns)
        unitRows(of: x, at: places, into: y, parallel: oneThread)
        let twin = twinUnitRows(x.table, at: places, columns: columns)
        #expect(mismatch(y.elements, twin.values, relative: 1e-7, absolute: 1e-30) == nil)
    }

    @Test("Their gradient is their twin's, added to what is there", arguments: [1, 7, 8, 33])
    func backward(columns: Int) {
        let x = Matrix<Float>(random: 40, 33, seed: 1, scale: 3)
        let places: [Int32] = (0..<36).map { ($0 * 7) % 40 }
        let y = Matrix<Float>(unwritten: places.count, columns)
        unitRows(of: x, at: places, into: y, parallel: oneThread)
        let dy = Matrix<Float>(random: places.count, columns, seed: 3)
        let dx = Matrix<Float>(random: 40, 33, seed: 4)
        let before = dx.table
        unitRowsBackward(
            dy, units: y, of: x, at: places, addingTo: dx, parallel: oneThread)
        let twin = twinUnitRowsBackward(dy.table, of: x.table, at: places, columns: columns)
        #expect(
            mismatch(dx.elements, (before + twin).values, relative: 3e-7, absolute: 3e-7) == nil)
    }

    @Test("The twin's gradient is the slope of its rows")
    func slope() {
        let x = Table(3, 5, testNumbers(15, seed: 1))
        let dy = Table(2, 4, testNumbers(8, seed: 2))
        let gradient = twinUnitRowsBackward(dy, of: x, at: [2, 0], columns: 4)
        let step = 1e-6
        for place in 0..<15 {
            func value(_ shift: Double) -> Double {
                let moved = Table(3, 5) { i, j in
                    x[i, j] + (i * 5 + j == place ? shift : 0)
                }
                return dot(twinUnitRows(moved, at: [2, 0], columns: 4).values, dy.values)
            }
            let slope = (value(step) - value(-step)) / (2 * step)
            #expect(abs(slope - gradient.values[place]) < 1e-8)
        }
    }
}
