import Foundation
import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct AdamUpdateTests {
    @Test(arguments: vectorEdges + [20_000])
    func followsTheTwinForThreeSteps(count: Int) {
        let p = Matrix<Float>(random: 1, count, seed: 1)
        let m = Matrix<Float>(rows: 1, columns: count)
        let v = Matrix<Float>(rows: 1, columns: count)
        var twin = (
            parameter: p.table.values, first: m.table.values, second: v.table.values
        )
        for step in 1...3 {
            // The second gradient is large compared with the first, so that the update is limited.
            let g = Matrix<Float>(
                random: 1, count, seed: UInt64(9 + step), scale: step == 2 ? 30 : 0.1)
            let decays = [0.9, 0.95].map { beta in
                Float((pow(beta, Double(step)) - beta) / (pow(beta, Double(step)) - 1))
            }
            let ratio = updateMoments(
                gradient: g, first: m, second: v, firstDecay: decays[0], secondDecay: decays[1],
                epsilon: 1e-8, parallel: oneThread)
            let rate = 1e-2 / max(1, ratio.squareRoot())
            updateParameter(
                p, first: m, second: v, learningRate: Float(rate),
                keep: Float(1 - rate / 2e-2 * 0.1), epsilon: 1e-8, rounded: nil,
                parallel: oneThread)
            twin = twinStableAdamW(
                parameter: twin.parameter, gradient: g.table.values, first: twin.first,
                second: twin.second, step: step, betas: (0.9, 0.95), epsilon: 1e-8,
                learningRate: 1e-2, peakLearningRate: 2e-2, weightDecay: 0.1)
        }
        #expect(mismatch(m.elements, twin.first, terms: 9) == nil)
        #expect(mismatch(v.elements, twin.second, terms: 9) == nil)
        #expect(mismatch(p.elements, twin.parameter, terms: 9) == nil)
    }

    @Test(arguments: vectorEdges + [1023, 1024, 1025, 3000])
    func squaresAreAddedUpRowByRow(columns: Int) {
        for rows in [0, 1, 9, 20] {
            let x = Matrix<Float>(random: rows, columns, seed: 1)
            let sum = sumOfSquaresByRow(x, addedTo: 3, parallel: oneThread)
            let expected = 3 + dot(x.table.values, x.table.values)
            #expect(mismatch([sum], [expected], terms: 64) == nil)
        }
    }

    /// Gradients of a token table and of those rows of it that are not zero have the same norm.
    @Test(arguments: [1, 9, 257, 1025])
    func rowsOfZerosChangeNoBitOfTheSum(columns: Int) {
        let x = Matrix<Float>(random: 70, columns, seed: 1)
        let sparse = Matrix<Float>(rows: 1000, columns: columns)
        let indices = (0..<70).map { Int32($0 * 14 + 5) }
        replaceRows(of: sparse, at: indices, by: x, parallel: oneThread)
        let before = sumOfSquares(x, parallel: oneThread) / 3
        #expect(
            sumOfSquaresByRow(sparse, addedTo: before, parallel: oneThread)
                == sumOfSquaresByRow(x, addedTo: before, parallel: oneThread))
    }

    @Test(arguments: vectorEdges + [20_000])
    func scalesEveryNumber(count: Int) {
        let x = Matrix<Float>(random: 1, count, seed: 1)
        let expected = x.elements.map { 0.7 * $0 }
        scale(x, by: 0.7, parallel: oneThread)
        #expect(x.elements == expected)
    }

    @Test func zeroGradientsLeaveParametersAlone() {
        let p = Matrix<Float>(rows: 1, columns: 9)
        p.fill(0.5)
        let zeros = Matrix<Float>(rows: 1, columns: 9)
        let (m, v) = (Matrix<Float>(rows: 1, columns: 9), Matrix<Float>(rows: 1, columns: 9))
        let ratio = updateMoments(
            gradient: zeros, first: m, second: v, firstDecay: 0, secondDecay: 0, epsilon: 1e-8,
            parallel: oneThread)
        updateParameter(
            p, first: m, second: v, learningRate: 1, keep: 1, epsilon: 1e-8, rounded: nil,
            parallel: oneThread)
        #expect(ratio == 0)
        #expect(p.elements == [Float](repeating: 0.5, count: 9))
    }
}
