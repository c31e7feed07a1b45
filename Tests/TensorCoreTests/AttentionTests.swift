import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct AttentionTests {
    struct Case: CustomTestStringConvertible {
        let starts: [Int32]
        let heads: Int
        let headSize: Int
        let window: Int?
        var turns = true

        var rotary: RotaryTable? {
            turns ? RotaryTable(base: 100, headSize: headSize, positions: 2100) : nil
        }

        /// The queries and keys of a table turned by their positions, or back.
        func turned(_ table: Table, direction: Double = 1) -> Table {
            guard turns else { return table }
            return twinRotary(
                table, heads: 2 * heads, headSize: headSize, base: 100, starts: starts,
                direction: direction)
        }

        var tokens: Int { Int(starts[starts.count - 1]) }
        var testDescription: String {
            "\(starts), \(heads) × \(headSize), window \(window ?? -1)\(turns ? "" : ", not turned")"
        }
    }

    /// Short, at the edges of blocks, several sequences at once, several key blocks, several units
    /// of parallel work, windows narrower and wider than a block.
    static let cases: [Case] = [
        Case(starts: [0, 1], heads: 1, headSize: 2, window: nil),
        Case(starts: [0, 1, 3], heads: 2, headSize: 4, window: 0),
        Case(starts: [0, 7, 8, 17], heads: 2, headSize: 8, window: nil),
        Case(starts: [0, 7, 8, 17], heads: 2, headSize: 8, window: 3),
        Case(starts: [0, 31, 63, 96], heads: 1, headSize: 64, window: nil),
        Case(starts: [0, 128, 257], heads: 1, headSize: 8, window: 64),
        Case(starts: [0, 129, 130], heads: 2, headSize: 16, window: nil),
        Case(starts: [0, 63, 257], heads: 1, headSize: 8, window: 1),
        Case(starts: [0, 600], heads: 1, headSize: 4, window: nil),
        Case(starts: [0, 1100], heads: 1, headSize: 4, window: 300),
        Case(starts: [0, 2100], heads: 1, headSize: 4, window: 64),
        Case(starts: [0, 1, 18], heads: 2, headSize: 3, window: nil, turns: false),
        Case(starts: [0, 129, 130], heads: 2, headSize: 16, window: nil, turns: false),
        Case(starts: [0, 2100], heads: 1, headSize: 4, window: nil, turns: false),
    ]

    /// What attention computes forward and backward on random numbers, and what it should.
    struct Outcome<Element: Activation> {
        let output, dqkv: Matrix<Element>
        let logSumExp: Matrix<Float>
        let expectedOutput, expectedLogSumExp, expectedGradient: [Double]

        init(_ test: Case) {
            let (tokens, hidden) = (test.tokens, test.heads * test.headSize)
            let qkv = Matrix<Element>(
                rounding: Matrix(random: tokens, 3 * hidden, seed: 1, scale: 2))
            let dOutput = Matrix<Element>(rounding: Matrix(random: tokens, hidden, seed: 2))
            output = Matrix(rounding: Matrix(unwritten: tokens, hidden))
            dqkv = Matrix(rounding: Matrix(unwritten: tokens, 3 * hidden))
            logSumExp = Matrix(unwritten: tokens, test.heads)
            attention(
                qkv, rotary: test.rotary, cumulativeSequenceLengths: test.starts,
                headCount: test.heads, window: test.window, into: output, logSumExp: logSumExp,
                parallel: oneThread)
            attentionBackward(
                dOutput, qkv: qkv, rotary: test.rotary, output: output, logSumExp: logSumExp,
                cumulativeSequenceLengths: test.starts, headCount: test.heads,
                window: test.window, into: dqkv, parallel: oneThread)
            let turned = test.turned(qkv.widened.table)
            let expected = twinAttention(
                turned, starts: test.starts, heads: test.heads, window: test.window)
            expectedOutput = expected.output.values
            expectedLogSumExp = expected.logSumExp.values
            expectedGradient =
                test.turned(
                    twinAttentionBackward(
                        dOutput.widened.table, qkv: turned, starts: test.starts, heads: test.heads,
                        window: test.window),
                    direction: -1
                ).values
        }
    }

    /// Positions up to the length make angles that are rounded to single precision, which the twin
    /// does not do: scores are off by up to length · ε.
    @Test(arguments: cases)
    func followsItsTwin(_ test: Case) {
        let outcome = Outcome<Float>(test)
        let magnitude = max(1, Double(test.tokens) / 256)
        #expect(
            mismatch(
                outcome.output.elements, outcome.expectedOutput, terms: 64, magnitude: magnitude)
                == nil)
        #expect(
            mismatch(
                outcome.logSumExp.elements, outcome.expectedLogSumExp, terms: 16,
                magnitude: magnitude) == nil)
        #expect(
            mismatch(
                outcome.dqkv.elements, outcome.expectedGradient, terms: 256, magnitude: magnitude)
                == nil)
    }

    /// Turned queries and keys, probabilities, dS and the output are rounded to 8 bits of mantissa,
    /// by at most 2^-9 of each. A score is a sum of d products over √d, so that it is off by about
    /// as much as one product of numbers up to 2: 4 · 2^-9, and as much the probabilities
    /// relatively; some of thousands of scores are off by four times that.
    @Test(arguments: cases)
    func followsItsTwinInBFloat16(_ test: Case) {
        let outcome = Outcome<BFloat16>(test)
        let scoreError = 16 * 0x1p-9
        #expect(
            mismatch(
                outcome.logSumExp.elements, outcome.expectedLogSumExp, relative: 0,
                absolute: scoreError) == nil)
        #expect(
            mismatch(
                outcome.output.widened.elements, outcome.expectedOutput, relative: 0,
                absolute: 2 * scoreError) == nil)
        let largest = outcome.expectedGradient.reduce(1) { max($0, $1.magnitude) }
        #expect(
            mismatch(
                outcome.dqkv.widened.elements, outcome.expectedGradient, relative: 0,
                absolute: scoreError * largest) == nil)
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
