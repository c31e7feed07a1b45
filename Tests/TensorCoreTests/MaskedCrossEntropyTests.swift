import TensorCore
import TestSupport
import Testing
import TextbookTwins

@Suite struct MaskedCrossEntropyTests {
    /// Rows, hidden, vocabulary: at the edges of vectors, of tiles (512 words), of row blocks
    /// (256), of groups of several tiles (above 16,384 words) and of chunks (640 rows).
    static let shapes: [(Int, Int, Int)] = [
        (1, 1, 1), (0, 8, 9), (7, 8, 9), (8, 63, 257), (9, 7, 511), (5, 4, 513), (256, 3, 1024),
        (257, 3, 1025), (3, 2, 16_384), (3, 2, 16_384 + 700), (640, 2, 17), (641, 2, 600),
        (1281, 2, 600),
    ]

    @Test(arguments: shapes)
    func lossesAndGradientsAreThoseOfTheWholeTable(rows: Int, hidden: Int, vocabulary: Int) {
        expectTwin(Problem<Float>(rows: rows, hidden: hidden, vocabulary: vocabulary))
    }

    @Test(arguments: shapes)
    func bfloat16KeepsItsDigits(rows: Int, hidden: Int, vocabulary: Int) {
        expectTwin(Problem<BFloat16>(rows: rows, hidden: hidden, vocabulary: vocabulary))
    }

    /// Logits that rise from the first tile of a group to the second, by 45 and by so much that
    /// exponentials overflow: what was computed for the first tile must shrink to nothing, because
    /// the second tile is what the softmax sees.
    static let steepBias = testNumbers(20_000, seed: 3).enumerated().map { word, number in
        number + [0, 45, -100, 45, 10][min(word / 512, 4)]
    }

    @Test func logitsMayRiseWithinAGroup() {
        expectTwin(Problem<Float>(rows: 300, hidden: 3, vocabulary: 20_000, bias: Self.steepBias))
    }

    @Test
    func bfloat16LogitsMayRiseWithinAGroup() {
        expectTwin(
            Problem<BFloat16>(rows: 300, hidden: 3, vocabulary: 20_000, bias: Self.steepBias))
    }

    /// The softmax of a label that is nearly sure is not lost in the rounding of its own
    /// exponential, which would be 2⁻⁹: 1 - softmax is about 600 e^-16, 7e-5.
    @Test
    func aSureLabelKeepsItsGradient() {
        let problem = Problem<BFloat16>(
            rows: 2, hidden: 2, vocabulary: 600, bias: (0..<600).map { $0 == 555 ? 16 : 0 },
            labels: [555, 555])
        let expected = problem.twin.dw.part(rows: 555..<556, columns: 0..<2).values
        let dw = problem.run(adding: false).dw
        #expect(mismatch([dw[555, 0], dw[555, 1]], expected, relative: 2e-2) == nil)
    }

    /// 577 and 640 rows of exponentials, 3.5 and 3.9 MB, are of different size classes.
    @Test func batchesWithNearlyAsManyRowsShareTheLargeBuffers() {
        let parallel = Parallel(threads: 1)
        var held: [Int] = []
        for rows in [577, 640] {
            let problem = Problem<Float>(rows: rows, hidden: 2, vocabulary: 1100)
            _ = problem.run(adding: false, parallel: parallel)
            held.append(parallel.scratch.idleByteCount)
        }
        #expect(held[1] - held[0] < 100_000)
        let planned = maskedCrossEntropyScratchByteCount(
            rows: 577, hidden: 2, vocabulary: 1100, precision: .fp32)
        #expect(planned == 640 * 3 * 512 * 4 + 3 * 640 * 2 * 4)
        #expect(held[0] >= planned && held[0] < 2 * planned)
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

    /// Compares both kernels with the twin, adding to gradients and overwriting them.
    ///
    /// In bfloat16, whose roundings err by at most u = 2⁻⁹ of a number, the operands are exact. An
    /// exponential is rounded once, and once more where its reference was raised: with Σ softmax
    /// <= 1, dx errs by 2u · scale · max |w|, and by u of itself when stored. In dw the scaled rows
    /// of x are rounded too: 3u · scale · max |x| · Σ over rows of softmax.
    private func expectTwin<Element: Activation>(
        _ problem: Problem<Element>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let u = Element.precision == .bf16 ? 0x1p-9 : 0
        let twin = problem.twin
        let scale = Double(Problem<Element>.scale.magnitude)
        let largestLogit = 8 + Double(problem.bias.elements.max() ?? 0)
        let shares = problem.largestShare(twin)
        for adding in [false, true] {
            let result = problem.run(adding: adding)
            for losses in [result.losses, result.lossesAlone] {
                #expect(
                    mismatch(losses.elements, twin.losses, terms: 16, magnitude: largestLogit)
                        == nil, sourceLocation: sourceLocation)
            }
            let single = 32 * Double(Float.ulpOfOne) * max(1, largestLogit / 8)
            #expect(
                mismatch(
                    result.dx.elements, twin.dx.values, relative: u,
                    absolute: scale * problem.w.table.largest * (2 * u + single)) == nil,
                sourceLocation: sourceLocation)
            let (dw, dBias) = problem.gradients(of: twin, adding: adding)
            #expect(
                mismatch(
                    result.dw.elements, dw, relative: 0,
                    absolute: scale * problem.x.table.largest * shares * (3 * u + single)
                        + single) == nil, sourceLocation: sourceLocation)
            #expect(
                mismatch(
                    result.dBias.elements, dBias, relative: 0,
                    absolute: scale * shares * (2 * u + single) + single) == nil,
                sourceLocation: sourceLocation)
        }
    }
}

/// Arguments of the kernels.
private struct Problem<Element: Activation> {
    static var scale: Float { 0.25 }
    let x, w: Matrix<Element>
    let bias: Matrix<Float>
    let labels: [Int32]
    let dw, dBias: Matrix<Float>

    init(rows: Int, hidden: Int, vocabulary: Int, bias: [Float]? = nil, labels: [Int32]? = nil) {
        x = Matrix<Float>(random: rows, hidden, seed: 1, scale: 2).rounded()
        w = Matrix<Float>(random: vocabulary, hidden, seed: 2).rounded()
        self.bias = Matrix(
            rows: 1, columns: vocabulary, elements: bias ?? testNumbers(vocabulary, seed: 3))
        self.labels = labels ?? testIndices(rows, below: vocabulary, seed: 4)
        dw = Matrix(random: vocabulary, hidden, seed: 5)
        dBias = Matrix(random: 1, vocabulary, seed: 6)
    }

    var twin: TwinCrossEntropy {
        TwinCrossEntropy(
            x.table, decoder: w.table, bias: bias.table.values, labels: labels,
            scale: Double(Self.scale))
    }

    /// The largest Σ over rows of a word's share: its bias gradient without the labels.
    func largestShare(_ twin: TwinCrossEntropy) -> Double {
        var shares = twin.dBias.map { $0 / Double(Self.scale) }
        for label in labels {
            shares[Int(label)] += 1
        }
        return shares.max() ?? 0
    }

    /// What the kernel should leave in dw and dBias; dBias is added to in any case.
    func gradients(of twin: TwinCrossEntropy, adding: Bool) -> (dw: [Double], dBias: [Double]) {
        (
            adding ? (dw.table + twin.dw).values : twin.dw.values,
            zip(dBias.table.values, twin.dBias).map { $0 + $1 }
        )
    }

    func run(adding: Bool, parallel: Parallel = oneThread) -> (
        losses: Matrix<Float>, lossesAlone: Matrix<Float>, dx: Matrix<Float>, dw: Matrix<Float>,
        dBias: Matrix<Float>
    ) {
        let losses = Matrix<Float>(unwritten: x.rows, 1)
        let lossesAlone = Matrix<Float>(unwritten: x.rows, 1)
        let dx: Matrix<Element> = Matrix<Float>(unwritten: x.rows, x.columns).rounded()
        let newDw = Matrix<Float>(unwritten: w.rows, w.columns)
        if adding { newDw.copy(from: dw) }
        let newDBias = Matrix<Float>(unwritten: 1, w.rows)
        newDBias.copy(from: dBias)
        maskedCrossEntropyWithGradients(
            x, decoder: w, bias: bias, labels: labels, scale: Self.scale, into: losses,
            gradient: dx, decoderGradient: newDw, adding: adding, addingToBias: newDBias,
            parallel: parallel)
        maskedCrossEntropy(
            x, decoder: w, bias: bias, labels: labels, into: lossesAlone, parallel: parallel)
        return (losses, lossesAlone, dx.rounded(), newDw, newDBias)
    }
}

extension Matrix where Element: Activation {
    /// The nearest numbers of another type.
    fileprivate func rounded<Target: Activation>() -> Matrix<Target> {
        Matrix<Target>(
            rows: rows, columns: columns, elements: elements.map { Target(rounding: $0.widened) })
    }

    /// The same numbers in double precision.
    fileprivate var table: Table { Table(rows, columns, elements.map(\.widened)) }
}

extension Table {
    /// The largest magnitude.
    fileprivate var largest: Double { values.reduce(0) { max($0, $1.magnitude) } }
}
