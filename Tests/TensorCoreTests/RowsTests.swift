import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct RowsTests {
    @Test(arguments: vectorEdges, [1, 9, 65])
    func gathersRows(rows: Int, columns: Int) {
        let x = Matrix<Float>(random: 11, columns, seed: 1)
        let indices = testIndices(rows, below: 11, seed: 2)
        let y = Matrix<Float>(unwritten: rows, columns)
        gatherRows(of: x, at: indices, into: y, parallel: oneThread)
        let expected = Table(rows, columns) { Double(x[Int(indices[$0]), $1]) }
        #expect(y.table == expected)
    }

    @Test(arguments: vectorEdges, [1, 9, 65])
    func addsRowsOfATable(rows: Int, columns: Int) {
        let x = Matrix<Float>(random: 11, columns, seed: 1)
        let indices = testIndices(rows, below: 11, seed: 2)
        let y = Matrix<Float>(random: rows, columns, seed: 3)
        let expected = (0..<rows * columns).map { place in
            y[place / columns, place % columns]
                + x[Int(indices[place / columns]), place % columns]
        }
        addRows(of: x, at: indices, to: y, parallel: oneThread)
        #expect(y.elements == expected)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 63, 65], [1, 9, 65])
    func replacesRowsAndNoOthers(rows: Int, columns: Int) {
        let table = Matrix<Float>(random: 131, columns, seed: 1)
        let before = table.table
        // None twice, and in no order.
        let indices = (0..<rows).map { Int32($0 * 67 % 131) }
        let x = Matrix<Float>(random: rows, columns, seed: 2)
        replaceRows(of: table, at: indices, by: x, parallel: oneThread)
        let expected = Table(131, columns) { row, column in
            let place = indices.firstIndex(of: Int32(row))
            return place.map { Double(x[$0, column]) } ?? before[row, column]
        }
        #expect(table.table == expected)
        let again = Matrix<Float>(unwritten: rows, columns)
        gatherRows(of: table, at: indices, into: again, parallel: oneThread)
        #expect(again.elements == x.elements)
    }

    @Test(arguments: vectorEdges, [1, 9, 65])
    func scattersRowsWithRepetitions(rows: Int, columns: Int) {
        let dy = Matrix<Float>(random: rows, columns, seed: 1)
        let indices = testIndices(rows, below: 11, seed: 2)
        let dx = Matrix<Float>(random: 11, columns, seed: 3)
        var expected = dx.table
        for (row, index) in indices.enumerated() {
            for j in 0..<columns {
                expected[Int(index), j] += Double(dy[row, j])
            }
        }
        scatterRows(dy, to: indices, addingTo: dx, parallel: oneThread)
        #expect(mismatch(dx.elements, expected.values, terms: rows) == nil)
    }
}
