import TensorCore
import TestSupport
import Testing

@Suite struct AttentionTests {
    struct Case: CustomTestStringConvertible {
        let starts: [Int32]
        let heads: Int
        let headSize: Int
        let window: Int?

        var rotary: RotaryTable { RotaryTable(base: 100, headSize: headSize, positions: 1100) }

        /// The queries and keys of a table turned by their positions, or back.
        func turned(_ table: Table, direction: Double = 1) -> Table {
            twinRotary(
                table, heads: 2 * heads, headSize: headSize, base: 100, starts: starts,
                direction: direction)
        }

        var tokens: Int { Int(starts[starts.count - 1]) }
        var testDescription: String { "\(starts), \(heads) × \(headSize), window \(window ?? -1)" }
    }

    /// Short, at the edges of blocks, several sequences at once, several key blocks, windows
    /// narrower and wider than a block.
    static let cases: [Case] = [
        Case(starts: [0, 1], heads: 1, headSize: 2, window: nil),
        Case(starts: [0, 1, 3], heads: 2, headSize: 4, window: 0),
        Case(starts: [0, 7, 8, 17], heads: 2, headSize: 8, window: nil),
        Case(starts: [0, 7, 8, 17], heads: 2, headSize: 8, window: 3),
        Case(starts: [0, 128, 257], heads: 1, headSize: 8, window: 64),
        Case(starts: [0, 129, 130], heads: 2, headSize: 16, window: nil),
        Case(starts: [0, 63, 257], heads: 1, headSize: 8, window: 1),
        Case(starts: [0, 600], heads: 1, headSize: 4, window: nil),
        Case(starts: [0, 1100], heads: 1, headSize: 4, window: 300),
    ]

    @Test(arguments: cases)
    func attendsToVisibleKeysOfItsOwnSequence(_ test: Case) {
        let hidden = test.heads * test.headSize
        let qkv = Matrix<Float>(random: test.tokens, 3 * hidden, seed: 1, scale: 2)
        let output = Matrix<Float>(unwritten: test.tokens, hidden)
        let logSumExp = Matrix<Float>(unwritten: test.tokens, test.heads)
        attention(
            qkv, rotary: test.rotary, cumulativeSequenceLengths: test.starts, headCount: test.heads,
            window: test.window, into: output, logSumExp: logSumExp, parallel: oneThread)
        let expected = twinAttention(
            test.turned(qkv.table), starts: test.starts, heads: test.heads, window: test.window)
        #expect(mismatch(output.elements, expected.output.values, terms: 64, magnitude: 1) == nil)
        #expect(
            mismatch(logSumExp.elements, expected.logSumExp.values, terms: 16, magnitude: 1) == nil)
    }

    @Test(arguments: cases)
    func gradientFollowsTheChainRule(_ test: Case) {
        let hidden = test.heads * test.headSize
        let qkv = Matrix<Float>(random: test.tokens, 3 * hidden, seed: 1, scale: 2)
        let output = Matrix<Float>(unwritten: test.tokens, hidden)
        let logSumExp = Matrix<Float>(unwritten: test.tokens, test.heads)
        attention(
            qkv, rotary: test.rotary, cumulativeSequenceLengths: test.starts, headCount: test.heads,
            window: test.window, into: output, logSumExp: logSumExp, parallel: oneThread)
        let dOutput = Matrix<Float>(random: test.tokens, hidden, seed: 2)
        let dqkv = Matrix<Float>(unwritten: test.tokens, 3 * hidden)
        attentionBackward(
            dOutput, qkv: qkv, rotary: test.rotary, output: output, logSumExp: logSumExp,
            cumulativeSequenceLengths: test.starts, headCount: test.heads, window: test.window,
            into: dqkv, parallel: oneThread)
        let expected = test.turned(
            twinAttentionBackward(
                dOutput.table, qkv: test.turned(qkv.table), starts: test.starts,
                heads: test.heads, window: test.window),
            direction: -1)
        #expect(mismatch(dqkv.elements, expected.values, terms: 256, magnitude: 1) == nil)
    }

    @Test(arguments: [nil, 2])
    func theTwinsGradientIsItsSlope(window: Int?) {
        let starts: [Int32] = [0, 1, 7]
        let qkv = Table(7, 3 * 8, testNumbers(7 * 24, seed: 1, scale: 2))
        let dOutput = Table(7, 8, testNumbers(56, seed: 2))
        let slope = centralDifferences(at: qkv.values) {
            dot(
                dOutput.values,
                twinAttention(Table(7, 24, $0), starts: starts, heads: 2, window: window)
                    .output.values)
        }
        let gradient = twinAttentionBackward(
            dOutput, qkv: qkv, starts: starts, heads: 2, window: window)
        #expect(mismatch(gradient.values, slope, relative: 1e-7, absolute: 1e-8) == nil)
    }

    @Test func survivesScoresOfHundreds() {
        let qkv = Matrix<Float>(random: 600, 12, seed: 1, scale: 40)
        let output = Matrix<Float>(unwritten: 600, 4)
        let test = Case(starts: [0, 600], heads: 1, headSize: 4, window: nil)
        attention(
            qkv, rotary: test.rotary, cumulativeSequenceLengths: test.starts, headCount: 1,
            window: nil, into: output, logSumExp: Matrix(unwritten: 600, 1), parallel: oneThread)
        let expected = twinAttention(
            test.turned(qkv.table), starts: test.starts, heads: 1, window: nil
        ).output
        // Scores up to 2,000 carry errors of 2,000 ε = 2e-4, and so do the probabilities.
        #expect(mismatch(output.elements, expected.values, relative: 0, absolute: 40 * 1e-3) == nil)
    }
}
