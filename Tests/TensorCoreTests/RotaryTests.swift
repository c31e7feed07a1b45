import TensorCore
import TestSupport
import Testing

@Suite struct RotaryTests {
    @Test(arguments: [2, 8, 64], [[0, 1], [0, 9], [0, 5, 6, 70], [0, 64, 128, 257]])
    func turnsPairsByPositionInSequence(headSize: Int, starts: [Int32]) {
        let tokens = Int(starts[starts.count - 1])
        let original = Matrix<Float>(random: tokens, 3 * 2 * headSize, seed: 1)
        let x = Matrix<Float>(rows: tokens, columns: original.columns)
        x.copy(from: original)
        let table = RotaryTable(base: 10_000, headSize: headSize, positions: 257)
        rotate(
            x, heads: 4, by: table, cumulativeSequenceLengths: starts, parallel: oneThread)
        let expected = twinRotary(
            original.table, heads: 4, headSize: headSize, base: 10_000, starts: starts)
        // Angles up to 257 are rounded to single precision: 257 · ε / 2, twice.
        #expect(mismatch(x.elements, expected.values, relative: 0, absolute: 4e-5) == nil)
        // A rotation's gradient is the rotation back.
        rotateBackward(
            x, heads: 4, by: table, cumulativeSequenceLengths: starts, parallel: oneThread)
        #expect(mismatch(x.elements, original.table.values, terms: 4) == nil)
    }
}
