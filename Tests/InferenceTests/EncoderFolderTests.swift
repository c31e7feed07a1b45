import Diagnostics
import Formats
import Foundation
import Inference
import TestSupport
import Testing

/// Folders of models without a head, as base models and sentence encoders are saved.
@Suite struct EncoderFolderTests {
    /// A copy of a fixture's encoder without its head.
    private func encoderFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("Inference/0")
        try FileManager.default.copyItem(
            atPath: source + "/config.json", toPath: folder.path("config.json"))
        let weights = try SafetensorsFile(path: source + "/model.safetensors")
        let tensors = weights.tensors.filter { $0.name.hasPrefix("model.") }
        try #require(tensors.count < weights.tensors.count)
        let writer = try SafetensorsWriter(
            path: folder.path("model.safetensors"),
            tensors: tensors.map { .init(name: $0.name, shape: $0.shape) })
        for tensor in writer.layout {
            try writer.write(try weights.floats(tensor.name), to: tensor.name)
        }
        try writer.finish()
        return folder
    }

    @Test("An encoder without a head gives the same vectors, and neither words nor losses")
    func withoutHead() throws {
        let folder = try encoderFolder()
        let whole = try ReferenceModel(folder: Fixtures.path("Inference/0"))
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 2)
        let sequences = try whole.sequences()
        #expect(try encoder.embed(sequences) == whole.model.embed(sequences))
        #expect(throws: InputError.self) { try encoder.fillMasks(in: sequences) }
        #expect(throws: InputError.self) { try encoder.score([]) }
        #expect(throws: InputError.self) { try encoder.scoreInTurn(sequences) }
    }

    @Test("A way of pooling that is not known fails where it is needed, and nowhere else")
    func otherPooling() throws {
        let folder = try encoderFolder()
        try folder.write(
            #"[{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]"#,
            to: "modules.json")
        try folder.write(#"{"pooling_mode": "middle"}"#, to: "1_Pooling/config.json")
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        #expect(encoder.poolingProblem?.found == "middle")
        let sequence = try encoder.sequence(of: [2, 9, 30, 1], at: "ids")
        let error = #expect(throws: InputError.self) { try encoder.embed([sequence]) }
        #expect(error == encoder.poolingProblem)
        let plain = try EncoderModel(
            folder: Fixtures.path("Inference/0"), precision: .fp32, threads: 1)
        let options = EmbeddingOptions(pooling: .cls)
        #expect(
            try encoder.embed([sequence], options: options)
                == plain.embed([sequence], options: options))
    }

    @Test("Weights too large to compute with are an error that names the input")
    func overflow() throws {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("Inference/0")
        try FileManager.default.copyItem(
            atPath: source + "/config.json", toPath: folder.path("config.json"))
        let weights = try SafetensorsFile(path: source + "/model.safetensors")
        let writer = try SafetensorsWriter(
            path: folder.path("model.safetensors"),
            tensors: weights.tensors.map { .init(name: $0.name, shape: $0.shape) })
        for tensor in writer.layout {
            let values = try weights.floats(tensor.name)
            let isLarge = tensor.name == "model.final_norm.weight"
            try writer.write(values.map { isLarge ? 3e38 : $0 }, to: tensor.name)
        }
        try writer.finish()
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        let sequences = [try encoder.sequence(of: [2, Int32(4), 30, 1], at: "ids")]
        let masked = try encoder.sequence(of: [2, encoder.maskTokenID, 1], at: "ids")
        let labelled = try encoder.labelled(ids: [2, 9, 1], labels: [-100, 9, -100], at: "ids")
        let naming: (Int) -> String = { "file:\($0 + 7)" }
        let errors = [
            #expect(throws: InputError.self) { try encoder.embed(sequences, naming: naming) },
            #expect(throws: InputError.self) {
                try encoder.fillMasks(in: [masked], naming: naming)
            },
            #expect(throws: InputError.self) { try encoder.score([labelled], naming: naming) },
            #expect(throws: InputError.self) {
                try encoder.scoreInTurn(sequences, naming: naming)
            },
        ]
        #expect(errors.map { $0?.location } == Array(repeating: "file:7", count: 4))
    }

    @Test("A sentence encoder's folder says how vectors are made, and how long texts are")
    func sentenceEncoder() throws {
        let folder = try encoderFolder()
        let modules = ["Transformer", "Pooling", "Normalize"].enumerated().map { index, kind in
            """
            {"idx": \(index), "name": "\(index)", "path": "\(index == 0 ? "" : "\(index)_\(kind)")",
             "type": "sentence_transformers.models.\(kind)"}
            """
        }
        try folder.write("[\(modules.joined(separator: ","))]", to: "modules.json")
        try folder.write(
            #"{"word_embedding_dimension": 16, "pooling_mode_cls_token": true}"#,
            to: "1_Pooling/config.json")
        try folder.write(#"{"max_seq_length": 20}"#, to: "sentence_bert_config.json")
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 2)
        #expect(encoder.maximumLength == 20)
        let expected = EmbeddingOptions(pooling: .cls, normalizes: true)
        #expect(
            encoder.embeddingOptions == EmbeddingOptions(pooling: .cls, usesLayers: true))
        let sequence = try encoder.sequence(of: [2, 9, 30, 1], at: "ids")
        #expect(
            try encoder.embed([sequence]) == encoder.embed([sequence], options: expected))
    }
}
