import Diagnostics
import Encoders
import Formats
import Foundation
import ModelFolders
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite struct ModelFolderTests {
    private func write(_ model: MaskedLanguageModel, to folder: String) throws {
        try Folder.create(folder)
        try ModelFolder.write(model, tokenizer: nil, into: folder)
    }

    @Test("A model comes back with its shape and bits")
    func roundTrip() throws {
        let run = try TemporaryFolder()
        let model = TinyModel.make(seed: 3)
        model.setRotaryBases(global: 160_000, local: 160_000)
        try write(model, to: run.path("model"))
        let folder = try ModelFolder(path: run.path("model"))
        #expect(try folder.modernBERT() == model.configuration)
        #expect(folder.tokenizer == nil)
        let read = try folder.load()
        for (loaded, original) in zip(read.parameters, model.parameters) {
            #expect(loaded.tensor.value.elements == original.tensor.value.elements)
        }
    }

    @Test("Weights in bf16 come back rounded to nearest even")
    func rounded() throws {
        let run = try TemporaryFolder()
        let model = TinyModel.make(seed: 3)
        try ModelFolder.write(model, tokenizer: nil, precision: .bf16, into: run.path)
        let file = try SafetensorsFile(path: run.path("model.safetensors"))
        #expect(file.tensors.allSatisfy { $0.element == .bf16 })
        let read = try ModelFolder(path: run.path).load()
        for (loaded, original) in zip(read.parameters, model.parameters) {
            let expected = original.tensor.value.elements.map { BFloat16(rounding: $0).widened }
            #expect(loaded.tensor.value.elements == expected)
        }
    }

    @Test("A folder of ours says how sentence-transformers makes vectors")
    func pooling() throws {
        let run = try TemporaryFolder()
        try write(TinyModel.make(seed: 3), to: run.path)
        let pooling = try ModelFolder(path: run.path).sentencePooling()
        #expect(pooling == SentencePooling(mode: .mean, maximumLength: 64))
    }

    @Test("What transformers writes is read", arguments: ["window-8", "window-16"])
    func fromTransformers(name: String) throws {
        let run = try TemporaryFolder()
        let fixture = try SafetensorsFile(
            path: Fixtures.path("Encoders/modernbert-\(name).safetensors"))
        try FileManager.default.copyItem(
            atPath: Fixtures.path("Encoders/modernbert-\(name)-config.json"),
            toPath: run.path("config.json"))
        let configuration = try ModernBERTConfiguration(
            contentsOfHuggingFaceFile: run.path("config.json"))
        try rewrite(
            configuration.parameterShapes.map { ($0.name, $0.shape) },
            to: run.path("model.safetensors")
        ) { try fixture.floats($0) }
        let model = try ModelFolder(path: run.path).load()
        #expect(model.parameters.count == configuration.parameterShapes.count)
        for parameter in model.parameters {
            #expect(parameter.tensor.value.elements == (try fixture.floats(parameter.name)))
        }
    }

    @Test("A missing, extra or misshapen tensor is refused by name")
    func tensors() throws {
        let run = try TemporaryFolder()
        try write(TinyModel.make(seed: 3), to: run.path)
        let path = run.path("model.safetensors")
        let shapes = TinyModel.configuration().parameterShapes.map { ($0.name, $0.shape) }
        let name = "model.layers.2.mlp.Wi.weight"
        let cases: [([(String, [Int])], String, String)] = [
            (shapes.filter { $0.0 != name }, name, "no such tensor"),
            (
                shapes + [("layers.weight", [2, 32])], "layers.weight", "one of shape [2, 32]"
            ),
            (shapes.map { ($0.0, $0.0 == name ? [32, 48] : $0.1) }, name, "shape [32, 48]"),
        ]
        for (tensors, name, found) in cases {
            try rewrite(tensors, to: path) { _ in nil }
            let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: run.path) }
            #expect(error?.location == "\(path): \(name)")
            #expect(error?.found == found)
        }
        // A classifier besides: config.json says that there is none.
        try rewrite(shapes + [("classifier.weight", [2, 32])], to: path) { _ in nil }
        let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: run.path) }
        #expect(error?.location == run.path("config.json: architectures"))
        #expect(error?.found == "ModernBertForMaskedLM")
        #expect(error?.expected.contains("classifier.weight") == true)
    }

    @Test("A folder without configuration or weights is refused by the file's name")
    func missingFiles() throws {
        for name in ["config.json", "model.safetensors"] {
            let run = try TemporaryFolder()
            try write(TinyModel.make(seed: 3), to: run.path)
            try Folder.remove(run.path(name))
            let error = #expect(throws: InputError.self) { _ = try ModelFolder(path: run.path) }
            #expect(error?.location == run.path(name))
        }
    }

    @Test("The tokenizer goes with the model, which may have more rows than it, but not fewer")
    func tokenizer() throws {
        let run = try TemporaryFolder()
        var lines = (0..<200).map { Array("line \($0 * 7919) of words and numbers".utf8) }
        let bytes = try TokenizerTraining(vocabularySize: 330).train { lines.popLast() }
        let tokenizer = try Tokenizer(modelBytes: bytes, path: "tokenizer.model")
        let size = tokenizer.vocabularySize
        for vocabularySize in [size, size + 64, size - 1] {
            let model = TinyModel.make(seed: 3, vocabularySize: vocabularySize)
            try ModelFolder.write(
                model, tokenizer: try HuggingFaceTokenizer(tokenizer), into: run.path)
            if vocabularySize >= size {
                #expect(try ModelFolder(path: run.path).tokenizer?.vocabularySize == size)
            } else {
                let error = #expect(throws: InputError.self) {
                    _ = try ModelFolder(path: run.path)
                }
                #expect(error?.found == "\(size) pieces")
            }
        }
    }

    /// Writes a file of these tensors, of zeros where `values` gives nothing.
    private func rewrite(
        _ tensors: [(String, [Int])], to path: String, values: (String) throws -> [Float]?
    ) throws {
        let writer = try SafetensorsWriter(
            path: path, tensors: tensors.map { .init(name: $0.0, shape: $0.1) })
        for tensor in writer.layout {
            let zeros = [Float](repeating: 0, count: tensor.count)
            try writer.write(try values(tensor.name) ?? zeros, to: tensor.name)
        }
        try writer.finish()
    }
}
