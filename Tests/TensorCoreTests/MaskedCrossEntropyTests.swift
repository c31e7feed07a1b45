import TensorCore
import TestSupport
import Testing

@Suite struct MaskedCrossEntropyTests {
    /// Rows, hidden, vocabulary: at the edges of vectors, of vocabulary tiles (512), of row blocks
    /// (256) and of groups of tiles (8,192 entries).
    static let shapes: [(Int, Int, Int)] = [
        (1, 1, 1), (0, 8, 9), (7, 8, 9), (8, 63, 257), (9, 7, 511), (5, 4, 513), (257, 3, 1025),
        (3, 2, 8192 + 700),
    ]

    @Test(arguments: shapes + [(600, 2, 600)])
    func lossesAndGradientsAreThoseOfTheWholeTable(rows: Int, hidden: Int, vocabulary: Int) {
        let x = Matrix<Float>(random: rows, hidden, seed: 1, scale: 2)
        let w = Matrix<Float>(random: vocabulary, hidden, seed: 2)
        let bias = Matrix<Float>(random: 1, vocabulary, seed: 3)
        let labels = testIndices(rows, below: vocabulary, seed: 4)
        let losses = Matrix<Float>(unwritten: rows, 1)
        let dx = Matrix<Float>(unwritten: rows, hidden)
        let dw = Matrix<Float>(random: vocabulary, hidden, seed: 5)
        let dBias = Matrix<Float>(random: 1, vocabulary, seed: 6)
        let (dwBefore, dBiasBefore) = (dw.table, dBias.table)
        maskedCrossEntropyWithGradients(
            x, decoder: w, bias: bias, labels: labels, scale: 0.25, into: losses, gradient: dx,
            addingToDecoder: dw, addingToBias: dBias, parallel: oneThread)
        let lossesAlone = Matrix<Float>(unwritten: rows, 1)
        maskedCrossEntropy(
            x, decoder: w, bias: bias, labels: labels, into: lossesAlone, parallel: oneThread)
        let twin = TwinCrossEntropy(
            x.table, decoder: w.table, bias: bias.table.values, labels: labels, scale: 0.25)
        #expect(mismatch(losses.elements, twin.losses, terms: 16, magnitude: 8) == nil)
        #expect(mismatch(lossesAlone.elements, twin.losses, terms: 16, magnitude: 8) == nil)
        #expect(mismatch(dx.elements, twin.dx.values, terms: 64, magnitude: 0.1) == nil)
        #expect(
            mismatch(dw.elements, (dwBefore + twin.dw).values, terms: 64, magnitude: 1) == nil)
        let dBiasExpected = zip(dBiasBefore.values, twin.dBias).map { $0 + $1 }
        #expect(mismatch(dBias.elements, dBiasExpected, terms: 64, magnitude: 1) == nil)
    }

    @Test func theTwinsGradientIsItsSlope() {
        let x = Table(3, 4, testNumbers(12, seed: 1))
        let w = Table(5, 4, testNumbers(20, seed: 2))
        let bias = testNumbers(5, seed: 3).map(Double.init)
        let labels: [Int32] = [0, 4, 2]
        func loss(_ x: Table, _ w: Table, _ bias: [Double]) -> Double {
            TwinCrossEntropy(x, decoder: w, bias: bias, labels: labels, scale: 1)
                .losses.reduce(0, +)
        }
        let twin = TwinCrossEntropy(x, decoder: w, bias: bias, labels: labels, scale: 1)
        let dx = centralDifferences(at: x.values) { loss(Table(3, 4, $0), w, bias) }
        let dw = centralDifferences(at: w.values) { loss(x, Table(5, 4, $0), bias) }
        let dBias = centralDifferences(at: bias) { loss(x, w, $0) }
        #expect(mismatch(twin.dx.values, dx, relative: 1e-7, absolute: 1e-8) == nil)
        #expect(mismatch(twin.dw.values, dw, relative: 1e-7, absolute: 1e-8) == nil)
        #expect(mismatch(twin.dBias, dBias, relative: 1e-7, absolute: 1e-8) == nil)
    }
}
