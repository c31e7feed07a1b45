import Foundation
import Inference
import TestSupport
import Testing

/// XLM-RoBERTa and BERT in use: see Fixtures/Families/make_families.py for what transformers
/// computed.
@Suite struct FamilyUseTests {
    private struct Record: Decodable {
        let sequences: [[Int32]]
        let labels: [[Int32]]
        let loss: Double?
    }

    private func record(_ name: String) throws -> Record {
        try JSONDecoder().decode(
            Record.self,
            from: Data(contentsOf: URL(filePath: Fixtures.path("Families/\(name).json"))))
    }

    private func model(_ name: String) throws -> EncoderModel {
        try EncoderModel(folder: Fixtures.path("Families/\(name)"), precision: .fp32, threads: 1)
    }

    @Test("Losses are transformers'", arguments: ["xlmr-masked", "roberta-masked", "old"])
    func losses(name: String) throws {
        let (model, record) = (try model(name), try record(name))
        let examples = try zip(record.sequences, record.labels).map {
            try model.labelled(ids: $0, labels: $1, at: "example")
        }
        let losses = try model.score(examples)
        let sum = losses.reduce(0) { $0 + $1.sum }
        let mean = sum / Double(losses.reduce(0) { $0 + $1.tokens })
        #expect(abs(mean / (try #require(record.loss)) - 1) < 1e-5)
    }

    @Test("Vectors are pooled states, and words and vectors come from sequences cut at the limit")
    func limits() throws {
        let model = try model("xlmr-masked")
        #expect(model.maximumLength == 40 && model.configuration.hiddenSize == 16)
        let long = (0..<50).map { Int32($0 % 50 + 3) }
        let sequence = try model.sequence(of: long, at: "line 1")
        #expect(sequence.isCut && sequence.ids == Array(long.prefix(40)))
        let whole = try model.sequence(of: Array(long.prefix(40)), at: "line 2")
        let vectors = try model.embed([sequence, whole])
        // Rows of one batch may be multiplied by other kernels than their neighbours.
        #expect(mismatch(vectors[0], vectors[1], terms: 16) == nil && vectors[0].count == 16)
        // Without a tokenizer the mask is the last word.
        #expect(model.maskTokenID == 59)
        let masked = try model.sequence(of: [0, 5, 59, 7, 2], at: "line 3")
        let predictions = try model.fillMasks(in: [masked], top: 3)
        #expect(predictions[0].map(\.position) == [2])
        #expect(predictions[0][0].candidates.count == 3)
        #expect(try model.scoreInTurn([whole])[0].tokens > 30)
    }

    @Test("An encoder alone makes vectors, and no words")
    func bare() throws {
        let model = try model("bert")
        let sequence = try model.sequence(of: [2, 7, 9], at: "line 1")
        #expect(try model.embed([sequence], options: .init(pooling: .cls))[0].count == 16)
        #expect(throws: (any Error).self) { try model.fillMasks(in: [sequence]) }
    }

    @Test("The second text of a pair has types of its own")
    func types() throws {
        let model = try model("bert")
        let ids: [Int32] = [2, 7, 9, 3, 8, 3]
        let plain = try model.sequence(of: ids, at: "line 1")
        let pair = try model.sequence(of: ids, types: [0, 0, 0, 0, 1, 1], at: "line 2")
        let vectors = try model.embed([plain, pair])
        #expect(mismatch(vectors[0], vectors[1], relative: 1e-3, absolute: 1e-3) != nil)
        // XLM-RoBERTa has one type.
        let other = try self.model("xlmr")
        let same = try other.embed([
            try other.sequence(of: ids, at: "line 1"),
            try other.sequence(of: ids, types: [0, 0, 0, 0, 1, 1], at: "line 2"),
        ])
        #expect(same[0] == same[1])
    }
}
