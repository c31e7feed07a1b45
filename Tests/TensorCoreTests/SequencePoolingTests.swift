import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct SequencePoolingTests {
    /// Starts of sequences of these lengths.
    private func starts(_ lengths: [Int32]) -> [Int32] {
        lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    private static let lengths: [Int32] = [1, 2, 7, 1, 8, 63, 257]

    @Test("The mean of a sequence's rows is that of its twin", arguments: [1, 7, 8, 9, 63])
    func means(columns: Int) {
        let starts = starts(Self.lengths)
        let x = Matrix<Float>(random: Int(starts[7]), columns, seed: 1)
        let y = Matrix<Float>(unwritten: 7, columns)
        meanOfSequences(x, cumulativeSequenceLengths: starts, into: y, parallel: oneThread)
        let expected = twinMeanOfSequences(x.table, starts: starts)
        #expect(mismatch(y.elements, expected.values, terms: 257) == nil)
    }

    @Test(
        "The gradient of the mean is that of its twin, written or added",
        arguments: [1, 7, 8, 9, 63])
    func meansBackward(columns: Int) {
        let starts = starts(Self.lengths)
        let rows = Int(starts[7])
        let dy = Matrix<Float>(random: 7, columns, seed: 1)
        let twin = twinMeanOfSequencesBackward(dy.table, starts: starts)
        let (written, added) = (
            Matrix<Float>(unwritten: rows, columns), Matrix<Float>(random: rows, columns, seed: 2)
        )
        let sum = added.table + twin
        for (dx, adding) in [(written, false), (added, true)] {
            meanOfSequencesBackward(
                dy, cumulativeSequenceLengths: starts, to: dx, adding: adding, parallel: oneThread)
        }
        // The share is rounded, the product, and the sum.
        #expect(mismatch(written.elements, twin.values, relative: 2e-7) == nil)
        #expect(mismatch(added.elements, sum.values, terms: 1) == nil)
        let x = Table(rows, columns, testNumbers(rows * columns, seed: 3))
        let (forward, backward) = (
            dot(twinMeanOfSequences(x, starts: starts).values, dy.table.values),
            dot(x.values, twin.values)
        )
        #expect(abs(forward - backward) < 1e-12)
    }

    @Test("The gradient of rounded rows' mean is computed in single precision and rounded")
    func bfloat16Backward() {
        let starts = starts(Self.lengths)
        let rows = Int(starts[7])
        let dy = Matrix<Float>(random: 7, 33, seed: 1)
        let before = Matrix<Float>(random: rows, 33, seed: 2)
        for adding in [false, true] {
            let dx = Matrix<BFloat16>(rounding: before)
            let expected = dx.widened
            meanOfSequencesBackward(
                dy, cumulativeSequenceLengths: starts, to: dx, adding: adding, parallel: oneThread)
            meanOfSequencesBackward(
                dy, cumulativeSequenceLengths: starts, to: expected, adding: adding,
                parallel: oneThread)
            #expect(dx.elements == Matrix<BFloat16>(rounding: expected).elements)
        }
    }

    @Test("The largest number is that of a column's rows", arguments: [1, 7, 8, 9, 63])
    func maxima(columns: Int) {
        let starts = starts(Self.lengths)
        let x = Matrix<Float>(random: Int(starts[7]), columns, seed: 2)
        let y = Matrix<Float>(unwritten: 7, columns)
        maximumOfSequences(x, cumulativeSequenceLengths: starts, into: y, parallel: oneThread)
        let expected = Table(7, columns) { sequence, column in
            let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
            return rows.map { Double(x[$0, column]) }.max() ?? .nan
        }
        #expect(y.table == expected)
    }

    @Test("Rounded rows are pooled in single precision")
    func bfloat16() {
        let starts = starts(Self.lengths)
        let x = Matrix<BFloat16>(rounding: Matrix<Float>(random: Int(starts[7]), 33, seed: 3))
        let y = Matrix<Float>(unwritten: 7, 33)
        let expected = Matrix<Float>(unwritten: 7, 33)
        meanOfSequences(x, cumulativeSequenceLengths: starts, into: y, parallel: oneThread)
        meanOfSequences(
            x.widened, cumulativeSequenceLengths: starts, into: expected, parallel: oneThread)
        #expect(y.elements == expected.elements)
    }
}
