import Foundation
import Measures
import Probes
import TensorCore
import TestSupport
import Testing

/// Measures of vectors beside those of mteb's own task classes on the same vectors.
@Suite("Vectors are measured as by mteb")
struct VectorParityTests {
    private func cases<Case: Decodable>(_ name: String, as type: Case.Type) throws -> [Case] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            [Case].self, from: Data(Fixtures.bytes("Vectors/\(name).json")))
    }

    /// mteb's keys have digits, which the decoder's strategy leaves alone but for underscores.
    private func value(_ name: String, of values: [String: Double]) -> Double? {
        values.first { $0.key.replacing("_", with: "").lowercased() == plain(name) }?.value
    }

    private func plain(_ name: String) -> String { name.replacing("_", with: "").lowercased() }

    private func expectEqual(
        _ evaluation: some Evaluation, _ values: [String: Double], within tolerance: Double,
        _ place: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var compared = 0
        for (name, found) in zip(evaluation.names, evaluation.values) {
            guard let expected = value(name, of: values) else { continue }
            compared += 1
            #expect(
                abs((found ?? .nan) - expected) <= tolerance,
                "case \(place): \(name) is \(found ?? .nan), not \(expected)",
                sourceLocation: sourceLocation)
        }
        #expect(compared == values.count, sourceLocation: sourceLocation)
    }

    private func unit(_ vectors: [[Float]]) -> Matrix<Float> {
        let matrix = Matrix(vectors: vectors)
        normalizeRows(of: matrix, parallel: Parallel(threads: 1))
        return matrix
    }

    private struct Scored: Decodable {
        var first, second: [[Float]]
        var scores: [Double]
        var values: [String: Double]
    }

    // Single precision there, double here.
    @Test func similarityOfPairs() throws {
        for (place, one) in try cases("similarities", as: Scored.self).enumerated() {
            let evaluation = PairSimilarity(
                references: one.scores, nearness: zip(one.first, one.second).map(PairNearness.init))
            expectEqual(evaluation, one.values, within: 1e-5, place)
        }
    }

    private struct Labelled: Decodable {
        var first, second: [[Float]]
        var labels: [Int]
        var values: [String: Double]
    }

    @Test func detectionOfPairs() throws {
        for (place, one) in try cases("detections", as: Labelled.self).enumerated() {
            let evaluation = PairDetection(
                isPositive: one.labels.map { $0 == 1 },
                nearness: zip(one.first, one.second).map(PairNearness.init))
            expectEqual(evaluation, one.values, within: 1e-9, place)
        }
    }

    private struct Aligned: Decodable {
        var first, second: [[Float]]
        var values: [String: Double]
        var marginForward, marginBackward: [Int]
    }

    @Test func miningOfTranslations() throws {
        for (place, one) in try cases("alignments", as: Aligned.self).enumerated() {
            let alignment = SentenceAlignment(
                unit(one.first), unit(one.second), parallel: Parallel(threads: 2))
            #expect(alignment.margin.forward == one.marginForward, "case \(place)")
            #expect(alignment.margin.backward == one.marginBackward, "case \(place)")
            func choices(_ found: SentenceAlignment.Choices) -> AlignedMining.Choices {
                .init(forward: found.forward, backward: found.backward)
            }
            let evaluation = AlignedMining(
                cosine: choices(alignment.cosine), margin: choices(alignment.margin))
            expectEqual(evaluation, one.values, within: 1e-12, place)
            let both = ["forward", "backward"].compactMap { evaluation["f1_\($0)"] }
            #expect(abs((evaluation["f1"] ?? 0) - both.reduce(0, +) / 2) < 1e-12)
        }
    }

    private struct Ranked: Decodable {
        var queries, documents: [[Float]]
        var ids: [String]
        var judged: [String: [String: Int]]
        var leaveOut: Bool
        var candidates: [String: [String]]?
        var values: [String: Double]
    }

    // mteb rounds to five digits.
    @Test(arguments: [1, 7, 1000])
    func rankingOfDocuments(block: Int) throws {
        for (place, one) in try cases("rankings", as: Ranked.self).enumerated() {
            var search = VectorSearch(
                queries: unit(one.queries), depth: 1000, parallel: Parallel(threads: 1))
            let own = Dictionary(
                uniqueKeysWithValues: one.queries.indices.map { ($0, "q\($0)") })
            for start in stride(from: 0, to: one.ids.count, by: block) {
                let range = start..<min(start + block, one.ids.count)
                try search.add(
                    unit(Array(one.documents[range])), ids: Array(one.ids[range]),
                    leavingOut: one.leaveOut ? own : [:])
            }
            let queries = search.results().enumerated().map { query, found in
                let candidates = one.candidates?["q\(query)"].map { Set($0) }
                let scores = found.map { (search.ids[$0.document], Double($0.score)) }
                return Ranking.Query(
                    judgements: Judgements((one.judged["q\(query)"] ?? [:]).map { ($0, $1) }),
                    found: RankedList(
                        scores: scores.filter { candidates?.contains($0.0) ?? true }))
            }
            let evaluation = Ranking(queries, cutoffs: [1, 3, 10, 100])
            expectEqual(evaluation, one.values, within: 1e-5, place)
        }
    }

    private struct Few: Decodable {
        var train, test: [[Float]]
        var trainLabels, testLabels: [Int]
        var perLabel: Int
        var values: [String: Double]
    }

    @Test func classesOfFewExamples() throws {
        for (place, one) in try cases("few-examples", as: Few.self).enumerated() {
            var sampling = LabelSampling()
            sampling.perLabel = one.perLabel
            let (train, test) = (DenseRows(one.train), DenseRows(one.test))
            let predictions = sampling.samples(of: one.trainLabels).map { sample in
                LogisticRegression(
                    learning: train.selecting(sample), labels: sample.map { one.trainLabels[$0] },
                    parallel: Parallel(threads: 1)
                ).labels(of: test).map(String.init)
            }
            let evaluation = RepeatedClassification(
                references: one.testLabels.map(String.init), predictions: predictions)
            let values = [
                "accuracy": one.values["accuracy"], "f1_macro": one.values["f1"],
                "f1_weighted": value("f1_weighted", of: one.values),
            ].compactMapValues(\.self)
            // mteb allows for 80 examples at most one other prediction in ten experiments.
            expectEqual(evaluation, values, within: 0.0026, place)
        }
    }

    private struct Draw: Decodable {
        var bound, count: Int
        var sample, choices: [Int]
        var unit: Double
    }

    @Test func documentsAreDrawnAsByPython() throws {
        for one in try cases("draws", as: Draw.self) {
            var generator = MersenneTwister(pythonSeed: 42)
            #expect(generator.sample(below: one.bound, count: one.count) == one.sample)
            #expect(generator.choices(below: one.bound, count: 8) == one.choices)
            #expect(generator.unit() == one.unit)
        }
    }

    private struct Agreement: Decodable {
        var classes, clusters: [Int]
        var homogeneity, completeness, vMeasure: Double
    }

    @Test func clustersAgreeWithClasses() throws {
        for one in try cases("agreements", as: Agreement.self) {
            let found = ClusterAgreement(classes: one.classes, clusters: one.clusters)
            #expect(abs(found.homogeneity - one.homogeneity) < 1e-12)
            #expect(abs(found.completeness - one.completeness) < 1e-12)
            #expect(abs(found.vMeasure - one.vMeasure) < 1e-12)
        }
    }
}

@Suite("Vectors are searched and clustered")
struct VectorSearchTests {
    @Test("equal scores by descending ids, whatever the blocks")
    func ties() throws {
        let queries = Matrix(vectors: [[Float(1), 0], [0, 1]])
        let ids = ["a", "é", "b", "B", "q"]
        let vectors: [[Float]] = [[1, 0], [1, 0], [1, 0], [2, 0], [3, 1]]
        for block in [1, 2, 5] {
            var search = VectorSearch(
                queries: queries, depth: 4, parallel: Parallel(threads: 1))
            for start in stride(from: 0, to: ids.count, by: block) {
                let range = start..<min(start + block, ids.count)
                try search.add(
                    Matrix(vectors: Array(vectors[range])), ids: Array(ids[range]),
                    leavingOut: [0: "q"])
            }
            let found = search.results().map { $0.map { ids[$0.document] } }
            #expect(found[0] == ["B", "é", "b", "a"])
            #expect(found[1].first == "q" && found[1].count == 4)
        }
    }

    @Test("many documents by few, as by sorting all")
    func many() throws {
        let numbers = testNumbers(3000 * 8, seed: 5)
        let documents = (0..<3000).map { row in
            (0..<8).map { Float((numbers[row * 8 + $0] * 3).rounded()) }
        }
        let queries = Array(documents.prefix(5))
        var search = VectorSearch(
            queries: Matrix(vectors: queries), depth: 17, parallel: Parallel(threads: 2))
        let ids = documents.indices.map { "d\($0)" }
        for start in stride(from: 0, to: 3000, by: 512) {
            let range = start..<min(start + 512, 3000)
            try search.add(
                Matrix(vectors: Array(documents[range])), ids: Array(ids[range]))
        }
        for (query, found) in zip(queries, search.results()) {
            // Whole numbers: sums are exact.
            let scores = documents.map { document in
                zip(query, document).reduce(0) { $0 + Double($1.0 * $1.1) }
            }
            let list = RankedList(scores: zip(ids, scores).map { ($0, $1) })
            #expect(found.map { ids[$0.document] } == Array(list.documents.prefix(17)))
        }
    }

    @Test("a score that is no number is an error with query and document")
    func notFinite() throws {
        var search = VectorSearch(
            queries: Matrix(vectors: [[1, 0], [3e38, 3e38]]), depth: 3,
            parallel: Parallel(threads: 1))
        #expect(throws: VectorSearch.NotFinite(query: 1, document: "y")) {
            try search.add(Matrix(vectors: [[1, 1e-3], [3e38, 3e38]]), ids: ["x", "y"])
        }
    }

    @Test("clusters that lie apart are found, and a weight is as a repetition")
    func clusters() {
        let numbers = testNumbers(60 * 3, seed: 9)
        let vectors: [[Float]] = (0..<60).map { (row: Int) -> [Float] in
            (0..<3).map { (column: Int) -> Float in
                let far: Float = column == row % 3 ? 20 : 0
                return numbers[row * 3 + column] + far
            }
        }
        func clusters(_ vectors: [[Float]], _ weights: [Int]) -> KMeans {
            var generator = MersenneTwister(seed: 42)
            return KMeans(
                Matrix(vectors: vectors), weights: weights, count: 3, generator: &generator,
                parallel: Parallel(threads: 1))
        }
        let found = clusters(vectors, Array(repeating: 1, count: 60))
        let classes = (0..<60).map { $0 % 3 }
        #expect(ClusterAgreement(classes: classes, clusters: found.clusters).vMeasure > 0.999)
        let twice = clusters(vectors + vectors, Array(repeating: 1, count: 120))
        let weighted = clusters(vectors, Array(repeating: 2, count: 60))
        #expect(abs(twice.inertia - weighted.inertia) < 1e-3 * weighted.inertia)
        #expect(found.iterations < 20)
    }
}
