import Autograd
import Encoders
import Formats
import Foundation
import ModelFolders
import PackedBatches
import TestSupport

/// What transformers computed on a tiny model; see Fixtures/Encoders/make_modernbert_parity.py.
struct Parity {
    struct Microbatch: Decodable {
        let tokenIDs: [Int32]
        let labels: [Int32]
        let lengths: [Int32]

        var packed: PackedBatch {
            PackedBatch(
                tokenIDs: tokenIDs, labels: labels,
                cumulativeSequenceLengths: lengths.reduce(into: [0]) {
                    $0.append($0[$0.count - 1] + $1)
                },
                sequenceSources: lengths.map { _ in 0 })
        }
    }

    struct Optimizer: Decodable {
        let peak: Double
        let beta1: Double
        let beta2: Double
        let epsilon: Double
        let weightDecay: Double
    }

    struct Record: Decodable {
        let microbatches: [Microbatch]
        let losses: [Float]
        let rates: [Double]
        let optimizer: Optimizer
        let trainingLosses: [Double]
    }

    static let names = ["modernbert-window-8", "modernbert-window-16"]

    let configuration: ModernBERTConfiguration
    let record: Record
    let tensors: SafetensorsFile

    init(_ name: String) throws {
        let path = Fixtures.path("Encoders/\(name)")
        configuration = try ModernBERTConfiguration(
            contentsOfHuggingFaceFile: "\(path)-config.json")
        record = try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: URL(fileURLWithPath: "\(path).json")))
        tensors = try SafetensorsFile(path: "\(path).safetensors")
    }

    /// A model with the fixture's weights.
    func model() throws -> MaskedLanguageModel {
        let model = MaskedLanguageModel(configuration: configuration)
        for parameter in model.parameters {
            let values = try tensors.floats(parameter.name)
            parameter.tensor.value.withMutableElements { elements in
                precondition(elements.count == values.count)
                for index in values.indices {
                    elements[index] = values[index]
                }
            }
        }
        return model
    }

    /// Scored tokens of all microbatches.
    var scoredCount: Int { record.losses.count }
}
