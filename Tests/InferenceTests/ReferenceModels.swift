import Foundation
import Host
import Inference
import TensorCore
import TestSupport
import Testing

/// Models of Fixtures/Inference/make_models.py, or of a run of that script, and what transformers
/// computed with them.
struct ReferenceModel {
    /// What transformers computed for one sequence.
    struct Expectation: Decodable {
        var length: Int
        var loss: Double
        var mean: [Float]
        var cls: [Float]
    }

    let model: EncoderModel
    let expectations: [Expectation]

    /// Opens one of the folders that the script wrote.
    init(folder: String, precision: Precision = .fp32, threads: Int = 2) throws {
        model = try EncoderModel(
            folder: folder, precision: precision, threads: threads,
            processor: .currentWithBFloat16)
        expectations = try JSONDecoder().decode(
            [Expectation].self, from: Data(contentsOf: URL(filePath: folder + "/expected.json")))
        try #require(!expectations.isEmpty)
    }

    /// The sequences that the script made, one for each expectation.
    func sequences() throws -> [TokenSequence] {
        try expectations.map {
            try model.sequence(of: Self.ids(length: $0.length, in: model), at: "sequence")
        }
    }

    /// The same with the script's labels.
    func examples() throws -> [LabelledSequence] {
        let words = model.configuration.vocabularySize - 5
        return try expectations.map { expectation in
            let length = expectation.length
            let labels = (0..<length).map { index in
                index % 3 == 0 ? Int32(5 + (index * 11 + length) % words) : -100
            }
            return try model.labelled(
                ids: Self.ids(length: length, in: model), labels: labels, at: "example")
        }
    }

    private static func ids(length: Int, in model: EncoderModel) -> [Int32] {
        let words = model.configuration.vocabularySize - 5
        return (0..<length).map { Int32(5 + ($0 * $0 * 7 + 31 * $0 + 13 * length) % words) }
    }
}
