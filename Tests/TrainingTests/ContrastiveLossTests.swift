import Autograd
import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport
import Testing
import Training

/// What sentence-transformers computes; see Fixtures/Contrast/make_contrast.py.
@Suite("Contrastive losses")
struct ContrastiveLossTests {
    private struct Case: Decodable {
        let texts: Int
        let name: String
        let scale: Double
        let symmetric: Bool
        let dimensions: [Int]
        let scores: [Float]
        let loss: Double

        var rule: ContrastiveRule {
            var rule = ContrastiveRule()
            rule.loss = ContrastiveRule.Loss(rawValue: name) ?? .inBatch
            (rule.scale, rule.isSymmetric, rule.dimensions) = (scale, symmetric, dimensions)
            return rule
        }
    }

    private static func cases() throws -> [String: Case] {
        let path = Fixtures.path("Contrast/losses.json")
        return try JSONDecoder().decode(
            [String: Case].self, from: Data(contentsOf: URL(filePath: path)))
    }

    /// Rows of so many texts, of tokens that differ.
    private func examples(_ rows: Int, texts: Int, scores: [Float] = []) -> [TaskExample] {
        (0..<rows).map { row in
            TaskExample(
                (0..<texts).map { TaskSequence(ids: [Int32(row), Int32($0)]) },
                scores.isEmpty ? .nearness : .numbers([scores[row]]))
        }
    }

    @Test(arguments: [
        "pairs", "one-negative", "three-negatives", "symmetric", "symmetric-negatives",
        "matryoshka", "many", "single", "scored", "scored-matryoshka",
    ])
    func `losses and gradients are those of sentence-transformers`(name: String) throws {
        let wanted = try #require(Self.cases()[name])
        let file = try SafetensorsFile(path: Fixtures.path("Contrast/losses.safetensors"))
        let shape = try #require(file.tensors.first { $0.name == "\(name).vectors" }?.shape)
        let vectors = Matrix(
            rows: shape[0], columns: shape[1], elements: try file.floats("\(name).vectors"))
        let rows = shape[0] / wanted.texts
        for threads in [1, 2] {
            let loss = ContrastiveLoss(
                wanted.rule, pool: BufferPool(), parallel: Parallel(threads: threads))
            let found = loss(
                of: vectors, examples(rows, texts: wanted.texts, scores: wanted.scores))
            #expect(
                abs(found.loss - wanted.loss) <= 1e-5 * max(1, wanted.loss),
                "\(found.loss), not \(wanted.loss)")
            let gradient = try file.floats("\(name).gradient")
            // A vector of length 0 has a gradient divided by the smallest length there is.
            let exact = gradient.map { abs($0) < 1e6 ? $0 : 0 }
            let actual = zip(found.gradient.elements, gradient).map { abs($1) < 1e6 ? $0 : 0 }
            #expect(mismatch(actual, exact, share: 1e-4) == nil)
        }
    }

    @Test func `a candidate with the words of the positive can be left out`() {
        let vectors = Matrix(
            rows: 8, columns: 6, elements: testNumbers(48, seed: 3))
        // The second and the fourth row have the same positive.
        var rows = examples(4, texts: 2)
        rows[3].sequences[1] = rows[1].sequences[1]
        for column in 0..<6 { vectors[7, column] = vectors[3, column] }
        var rule = ContrastiveRule()
        rule.scale = 5
        func loss(_ masks: Bool) -> Double {
            rule.masksDuplicates = masks
            return ContrastiveLoss(rule, pool: BufferPool(), parallel: Parallel(threads: 1))(
                of: vectors, rows
            ).loss
        }
        func cosine(_ x: Int, _ y: Int) -> Double {
            func product(_ x: Int, _ y: Int) -> Double {
                (0..<6).reduce(0) { $0 + Double(vectors[x, $1] * vectors[y, $1]) }
            }
            return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
        }
        func expected(_ masks: Bool) -> Double {
            (0..<4).reduce(0) { sum, row in
                let all = (0..<4).filter {
                    !masks || $0 == row || !([1, 3].contains(row) && [1, 3].contains($0))
                }.map { 5 * cosine(2 * row, 2 * $0 + 1) }
                let total = all.reduce(0) { $0 + exp($1) }
                return sum + (log(total) - 5 * cosine(2 * row, 2 * row + 1)) / 4
            }
        }
        #expect(abs(loss(false) - expected(false)) < 1e-5)
        #expect(abs(loss(true) - expected(true)) < 1e-5)
        #expect(loss(true) < loss(false))
    }

    /// Rows of token ids, and what came of them in a model with mean pooling.
    private struct Model: Decodable {
        let rows: [[[Int32]]]
        let loss: Double
    }

    private func model(dropout: Double = 0) throws -> TaskModel {
        let folder = try ModelFolder(path: Fixtures.path("Heads/models/label-mean-5"))
        var configuration = folder.configuration
        configuration.trainingDropout = dropout
        let model = TaskModel(configuration: configuration, task: .vectors(pooling: .mean))
        try folder.load(into: model.parameters)
        return model
    }

    private func record() throws -> (examples: [TaskExample], loss: Double) {
        let path = Fixtures.path("Contrast/model.json")
        let model = try JSONDecoder().decode(
            Model.self, from: Data(contentsOf: URL(filePath: path)))
        let examples = model.rows.map { texts in
            TaskExample(texts.map { TaskSequence(ids: $0) }, .nearness)
        }
        return (examples, model.loss)
    }

    @Test(
        "of a model have the gradient of every parameter, however many texts are encoded at once",
        arguments: [1, 20, 4096])
    func gradients(microbatchTokens: Int) throws {
        let (model, record) = (try model(), try record())
        let loss = try model.step(microbatchTokens: microbatchTokens)
            .addGradients(of: record.examples, seed: 1, step: 0)
        #expect(abs(loss - record.loss) <= 1e-5 * record.loss, "\(loss), not \(record.loss)")
        let results = try SafetensorsFile(path: Fixtures.path("Contrast/model.safetensors"))
        for parameter in model.parameters {
            let name = "gradient." + parameter.name.dropFirst("model.".count)
            let difference = mismatch(
                parameter.tensor.gradient?.elements ?? [], try results.floats(name), share: 1e-4)
            #expect(difference == nil, "\(parameter.name)")
        }
        #expect(results.tensors.count == model.parameters.count)
    }

    @Test(arguments: [Precision.fp32, .bf16])
    func `dropout repeats where texts are encoded twice`(precision: Precision) throws {
        let examples = try record().examples
        var losses: Set<Double> = []
        for threads in [1, 2] {
            let model = try model(dropout: 0.3)
            let step = model.step(
                precision: precision, microbatchTokens: 16, threads: threads)
            losses.insert(try step.addGradients(of: examples, seed: 1, step: 0))
            let gradient = try #require(model.parameters[0].tensor.gradient?.elements)
            #expect(gradient.contains { $0 != 0 } && gradient.allSatisfy(\.isFinite))
        }
        #expect(losses.count == 1)
    }
}
