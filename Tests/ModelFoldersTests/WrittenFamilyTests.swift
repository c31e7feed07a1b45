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

/// The Python that `MMBERT_PYTHON` names, with torch and transformers installed.
private let python = ProcessInfo.processInfo.environment["MMBERT_PYTHON"]

/// A head of every kind for XLM-RoBERTa and BERT.
private let olderFamilies: [EncoderFamily] = [.xlmRoBERTa, .roBERTa, .bert]
private let olderHeads: [(EncoderFamily, TaskHead)] = olderFamilies.flatMap { family in
    [
        TaskHead(.sequence, labels: ["LABEL_0"], objective: .regression),
        TaskHead(.sequence, labels: ["b", "a", "c"], dropout: 0.125),
        TaskHead(.sequence, labels: ["\"", "Größe", "汉 字"], objective: .manyLabels),
        TaskHead(.tokens, labels: ["B-X", "I-X", "O"]), .answers, .choice(pooling: .cls),
    ].map { (family, $0) }
}

extension PostNormConfiguration {
    /// Two layers of 16 columns and 40 positions.
    fileprivate static func tiny(_ family: EncoderFamily) -> PostNormConfiguration {
        PostNormConfiguration(
            family, vocabularySize: 60, hiddenSize: 16, intermediateSize: 24, layerCount: 2,
            headCount: 4
        ) {
            $0.positionRows = 40 + $0.firstPosition
            ($0.bosTokenID, $0.eosTokenID, $0.unknownTokenID, $0.maskTokenID) = (5, 6, 7, 8)
        }
    }
}

/// Numbers for every parameter, unlike any other's.
private func fill(_ parameters: [Parameter]) {
    for (index, parameter) in parameters.enumerated() {
        let value = parameter.tensor.value
        let isNorm = parameter.name.hasSuffix("orm.weight")
        let numbers = testNumbers(value.count, seed: UInt64(index), scale: 0.4)
            .map { isNorm ? 1 + $0 : $0 }
        value.copy(from: Matrix(rows: value.rows, columns: value.columns, elements: numbers))
        parameter.didChange()
    }
}

@Suite("Folders of XLM-RoBERTa and BERT that we write")
struct WrittenFamilyTests {
    @Test("are read as they were, with a head for a task", arguments: olderHeads)
    func heads(family: EncoderFamily, task: TaskHead) throws {
        let model = TaskModel(configuration: PostNormConfiguration.tiny(family), task: task)
        fill(model.parameters)
        let folder = try TemporaryFolder()
        try ModelFolder.write(model, tokenizer: nil, into: folder.path)
        let read = try ModelFolder(path: folder.path)
        #expect(
            read.configuration as? PostNormConfiguration
                == model.configuration as? PostNormConfiguration)
        let again = try read.loadTask()
        #expect(again.task == task)
        for (old, new) in zip(model.parameters, again.parameters) {
            #expect(old.name == new.name)
            #expect(old.tensor.value.elements == new.tensor.value.elements, "\(old.name)")
        }
        let names = try SafetensorsFile(path: folder.path("model.safetensors")).tensors.map(\.name)
        #expect(!names.contains { $0.contains("query_key_value") })
        #expect(names.contains("\(family.prefix)encoder.layer.1.attention.self.value.bias"))
    }

    @Test(
        "are read as they were, with the masked-LM head",
        arguments: olderFamilies)
    func masked(family: EncoderFamily) throws {
        let model = PostNormLanguageModel(configuration: .tiny(family))
        fill(model.parameters)
        let folder = try TemporaryFolder()
        try ModelFolder.write(model, tokenizer: nil, into: folder.path)
        let again = try ModelFolder(path: folder.path).loadLanguageModel()
        for (old, new) in zip(model.parameters, again.parameters) {
            #expect(old.name == new.name)
            #expect(old.tensor.value.elements == new.tensor.value.elements, "\(old.name)")
        }
    }
}

@Suite(
    "transformers reads folders of XLM-RoBERTa and BERT that we write",
    .enabled(if: python != nil, "MMBERT_PYTHON names no Python with transformers"))
struct PythonFamilyTests {
    private let sequences: [[Int32]] = [1, 2, 9, 40].map { length in
        testIndices(length, below: 50, seed: UInt64(length)).map { $0 + 10 }
    }

    /// What transformers computes with the folder `model` of `place`.
    private func logits(_ place: TemporaryFolder) throws -> [Float] {
        try place.write(Array(try JSONEncoder().encode(sequences)), to: "sequences.json")
        let script = Process()
        script.executableURL = URL(filePath: try #require(python))
        script.arguments = [
            Fixtures.path("Heads/logits_by_transformers.py"), place.path("model"),
            place.path("sequences.json"), place.path("results"),
        ]
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0)
        return try SafetensorsFile(path: place.path("results.safetensors")).floats("logits")
    }

    @Test("The class of each task gives our logits", arguments: olderHeads)
    func heads(family: EncoderFamily, task: TaskHead) throws {
        let place = try TemporaryFolder()
        let model = TaskModel(configuration: PostNormConfiguration.tiny(family), task: task)
        fill(model.parameters)
        try Folder.create(place.path("model"))
        try ModelFolder.write(model, tokenizer: nil, into: place.path("model"))
        let theirs = try logits(place)
        let ours = try #require(
            model.logits(
                of: sequences.map {
                    TaskSequence(
                        ids: $0, rows: task.kind == .tokens ? $0.indices.map { Int32($0) } : [])
                }, budget: 4096, on: Tape.plain()))
        #expect(mismatch(ours.flatMap(\.self).flatMap(\.self), theirs, share: 1e-5) == nil)
    }

    @Test(
        "AutoModelForMaskedLM gives our logits",
        arguments: olderFamilies)
    func masked(family: EncoderFamily) throws {
        let place = try TemporaryFolder()
        let model = PostNormLanguageModel(configuration: .tiny(family))
        fill(model.parameters)
        try Folder.create(place.path("model"))
        try ModelFolder.write(model, tokenizer: nil, into: place.path("model"))
        let ours = model.logits(PackedBatch(sequences: sequences), on: Tape.plain()).elements
        #expect(mismatch(ours, try logits(place), share: 1e-5) == nil)
    }
}
