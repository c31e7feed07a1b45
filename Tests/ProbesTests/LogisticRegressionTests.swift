import Probes
import TensorCore
import TestSupport
import Testing

@Suite struct LogisticRegressionTests {
    private struct Vectors: Decodable {
        var features: [[Double]]
        var labels: [Int]
        var tests: [[Double]]
        var learned: [Learned]
    }

    private struct Texts: Decodable {
        var texts: [[Int32]]
        var labels: [Int]
        var tests: [[Int32]]
        var scale: String
        var unitLength: Bool
        var vocabulary: Int
        var learned: Learned
    }

    /// Both go the same path, up to rounding. At a tight tolerance they may leave it, but end where
    /// no entry of the gradient is above 1e-10, or the loss no longer falls in double precision.
    @Test func weightsAndPredictionsAreScikitLearns() throws {
        for (place, vectors) in try cases("logistic", as: Vectors.self).enumerated() {
            let rows = DenseRows(vectors.features)
            let tests = DenseRows(vectors.tests)
            for learned in vectors.learned {
                let model = LogisticRegression(
                    learning: rows, labels: vectors.labels, settings: learned.settings,
                    parallel: oneThread)
                let comment: Comment = "case \(place), \(learned.settings): \(model.ending)"
                expect(model, gives: learned, tolerance: 1e-5, comment)
                #expect(model.labels(of: tests) == learned.predictions, comment)
                let probabilities = model.probabilities(of: tests).flatMap(\.self)
                let expected = learned.probabilities.flatMap(\.self)
                #expect(
                    mismatch(probabilities, expected, relative: 0, absolute: 1e-5) == nil, comment)
                if learned.tolerance == 1e-4 { #expect(model.iterations == learned.took, comment) }
            }
        }
    }

    private func expect(
        _ model: LogisticRegression, gives learned: Learned, tolerance: Double, _ comment: Comment
    ) {
        let weights = model.weights.flatMap(\.self) + model.intercepts
        let expected = learned.weights.flatMap(\.self) + learned.intercepts
        let difference = mismatch(weights, expected, relative: tolerance, absolute: tolerance)
        #expect(difference == nil, comment)
    }

    @Test func countsOfPiecesAreLearnedAsByScikitLearn() throws {
        for (place, texts) in try cases("counts", as: Texts.self).enumerated() {
            let columns = PieceColumns(of: texts.texts)
            let scale = try #require(CountRows.Scale(rawValue: texts.scale))
            func rows(_ texts: [[Int32]], unitLength: Bool) -> CountRows {
                CountRows(texts, columns: columns, scale: scale, unitLength: unitLength)
            }
            let model = LogisticRegression(
                learning: rows(texts.texts, unitLength: texts.unitLength), labels: texts.labels,
                settings: texts.learned.settings, parallel: oneThread)
            let tests = rows(texts.tests, unitLength: texts.unitLength)
            #expect(model.labels(of: tests) == texts.learned.predictions, "case \(place)")
            // Pieces without a column have the weight 0.
            for (weights, expected) in zip(model.weights, texts.learned.weights) {
                var all = [Double](repeating: 0, count: texts.vocabulary)
                for (id, weight) in zip(columns.ids, weights) { all[Int(id)] = weight }
                #expect(
                    mismatch(all, expected, relative: 0, absolute: 1e-5) == nil, "case \(place)")
            }
        }
    }

    @Test func sparseRowsAreDenseOnes() {
        let texts = (0..<70).map { testIndices($0 % 9 + 1, below: 20, seed: UInt64($0)) }
        let labels = (0..<70).map { $0 % 3 }
        let columns = PieceColumns(of: texts)
        let dense = texts.map { text in
            columns.ids.map { id in Double(text.count { $0 == id }) }
        }
        let first = LogisticRegression(
            learning: CountRows(texts, columns: columns), labels: labels, parallel: oneThread)
        let second = LogisticRegression(
            learning: DenseRows(dense), labels: labels, parallel: oneThread)
        let weights = (first.weights.flatMap(\.self), second.weights.flatMap(\.self))
        #expect(mismatch(weights.0, weights.1, relative: 0, absolute: 1e-9) == nil)
        #expect(first.iterations == second.iterations)
    }

    @Test func threadsChangeNoBit() {
        let vectors = (0..<1111).map { testNumbers(9, seed: UInt64($0)) }
        let texts = (0..<1111).map { testIndices($0 % 40, below: 300, seed: UInt64($0)) }
        let labels = (0..<1111).map { $0 * $0 % 5 }
        let counts = CountRows(texts, columns: PieceColumns(of: texts))
        func weights(threads: Int) -> [[[Double]]] {
            let parallel = Parallel(threads: threads)
            let dense = LogisticRegression(
                learning: DenseRows(vectors), labels: labels, parallel: parallel)
            let sparse = LogisticRegression(learning: counts, labels: labels, parallel: parallel)
            return [dense.weights, [dense.intercepts], sparse.weights, [sparse.intercepts]]
        }
        let alone = weights(threads: 1)
        #expect(weights(threads: 2) == alone)
        #expect(weights(threads: 5) == alone)
    }

    @Test func aSingleClassIsAlwaysPredicted() {
        let rows = DenseRows([[1.0, 2], [3, 4]])
        let model = LogisticRegression(learning: rows, labels: [7, 7], parallel: oneThread)
        #expect(model.labels(of: rows) == [7, 7])
        #expect(model.probabilities(of: rows) == [[1], [1]])
        #expect(model.iterations == 0 && model.ending == .flat)
    }

    @Test func featuresWithoutInformationLeaveTheShares() {
        let rows = DenseRows(Array(repeating: [Double](), count: 10))
        var settings = LogisticRegression.Settings()
        settings.tolerance = 1e-9
        let labels = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
        let model = LogisticRegression(
            learning: rows, labels: labels, settings: settings, parallel: oneThread)
        let probabilities = model.probabilities(of: rows)[0]
        #expect(mismatch(probabilities, [0.5, 0.3, 0.2], relative: 0, absolute: 1e-7) == nil)
    }

    @Test func vectorsInSinglePrecisionAndMatricesAreTheSameRows() {
        let vectors = (0..<20).map { testNumbers(5, seed: UInt64($0)) }
        let labels = (0..<20).map { $0 % 2 }
        let matrix = Matrix(rows: 20, columns: 5, elements: vectors.flatMap(\.self))
        let all = [
            DenseRows(vectors), DenseRows(matrix), DenseRows(vectors.map { $0.map(Double.init) }),
        ]
        let models = all.map {
            LogisticRegression(learning: $0, labels: labels, parallel: oneThread)
        }
        #expect(models.allSatisfy { $0.weights == models[0].weights })
        let some = DenseRows(vectors).selecting([3, 3, 19])
        #expect(models[0].labels(of: some).count == 3)
        #expect(
            models[0].probabilities(of: some)[2] == models[0].probabilities(of: all[0])[19])
    }
}
