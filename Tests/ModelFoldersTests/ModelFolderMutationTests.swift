import Autograd
import Diagnostics
import Encoders
import Formats
import Foundation
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport
import Testing

/// Model folders in which one file is changed: each gives an `InputError` or is read, and what is
/// read computes. `MMBERT_MUTATIONS` says how many of each.
@Suite("Mutated model folders are read or refused")
struct ModelFolderMutationTests {
    private static let elements = SafetensorsElement.allCases.map(\.rawValue) + ["F8_E4M3", "f32"]

    /// A safetensors file with its header's text changed and its length to match.
    private func changeHeader(
        of bytes: [UInt8], _ mutations: inout Mutations
    ) -> [UInt8] {
        let end = 8 + (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        var header = Array(bytes[8..<end])
        if Bool.random(using: &mutations) {
            header = mutations.change(json: header)
        } else {
            // The number format of one tensor, or of all: sizes and offsets no longer fit.
            let text = String(decoding: header, as: UTF8.self)
            let places = text.ranges(of: /"dtype":"\w+"/)
            let name = Self.elements.randomElement(using: &mutations) ?? ""
            var changed = text
            if let place = places.randomElement(using: &mutations) {
                changed.replaceSubrange(place, with: "\"dtype\":\"\(name)\"")
            }
            header = Array(changed.utf8)
        }
        return withUnsafeBytes(of: UInt64(header.count)) { Array($0) } + header + bytes[end...]
    }

    /// A JSON file with a value exchanged for another of the file, or a number or character.
    private func changeValue(of bytes: [UInt8], _ mutations: inout Mutations) -> [UInt8] {
        var text = String(decoding: bytes, as: UTF8.self)
        let values = text.ranges(of: /(?:: |^ +)("[^"]*"|[-0-9.e]+|true|false|null)/)
        guard Bool.random(using: &mutations), let place = values.randomElement(using: &mutations),
            let other = values.randomElement(using: &mutations)
        else { return mutations.change(json: bytes) }
        text.replaceSubrange(place, with: text[other])
        return Array(text.utf8)
    }

    private func change(
        _ bytes: [UInt8], of name: String, _ mutations: inout Mutations
    ) -> [UInt8] {
        if name.hasSuffix(".json") { return changeValue(of: bytes, &mutations) }
        return Int.random(in: 0..<3, using: &mutations) == 0
            ? mutations.change(bytes) : changeHeader(of: bytes, &mutations)
    }

    /// Reads everything of a folder and computes with it.
    private func use(_ path: String) throws {
        let folder = try ModelFolder(path: path)
        if folder.head.task != nil { try use(head: folder) }
        _ = try folder.sentencePooling()
        let model = try folder.loadLanguageModel(requiringHead: false)
        let shapes = folder.configuration.parameterShapes
        #expect(model.parameters.map(\.shape) == shapes.map(\.shape))
        let count = min(9, folder.configuration.maximumPositions)
        let tokens = testIndices(count, below: folder.configuration.vocabularySize, seed: 1)
        let batch = PackedBatch(sequences: [tokens])
        #expect(model.hiddenStates(batch).count == count * folder.configuration.hiddenSize)
    }

    /// Computes with a folder's head.
    private func use(head folder: ModelFolder) throws {
        let model = try folder.loadTask()
        let count = min(9, folder.configuration.maximumPositions)
        let ids = testIndices(count, below: folder.configuration.vocabularySize, seed: 1)
        let tape = Tape<Float>(
            parallel: Parallel(threads: 1), pool: BufferPool(), recording: false)
        let logits = model.logits(
            of: [TaskSequence(ids: ids, rows: [0, Int32(count) - 1])], budget: 9, on: tape)
        let row = try #require(logits?.first?.first)
        #expect(row.count == model.task.labels.count)
    }

    @Test("of every kind", arguments: SavedModel.names)
    func folders(name: String) throws {
        let saved = try SavedModel(name)
        try expectReadOrRefused(name, try saved.files(), try saved.copy())
    }

    @Test("with heads for tasks", arguments: ["label-cls-5", "labels-mean-5", "answers"])
    func heads(name: String) throws {
        try expectReadOrRefused(name, try SavedHead.copy(name))
    }

    @Test(
        "of XLM-RoBERTa and BERT",
        arguments: ["xlmr-copies", "old", "bert", "bert-label-3", "xlmr-answers"])
    func families(name: String) throws {
        try expectReadOrRefused(name, try SavedFamily(name).copy())
    }

    private func expectReadOrRefused(_ name: String, _ folder: TemporaryFolder) throws {
        let files = try ["config.json", "model.safetensors"].map { file in
            (file, Array(try Data(contentsOf: URL(filePath: folder.path(file)))))
        }
        try expectReadOrRefused(name, Dictionary(uniqueKeysWithValues: files), folder)
    }

    /// Changes one of the folder's files after another, and uses it.
    private func expectReadOrRefused(
        _ name: String, _ files: [String: [UInt8]], _ folder: TemporaryFolder
    ) throws {
        var mutations = Mutations(seed: UInt64(name.utf8.count))
        var successes = 0
        for number in 0..<Mutations.count {
            // The few files of JSON decide as much as the many of weights.
            let kind = Bool.random(using: &mutations) ? ".json" : ".safetensors"
            let names = files.keys.filter { $0.hasSuffix(kind) }.sorted()
            guard let changed = names.randomElement(using: &mutations),
                let original = files[changed]
            else { continue }
            try folder.write(change(original, of: changed, &mutations), to: changed)
            let isRead = Mutations.isRead("\(name) \(number): \(changed)") { try use(folder.path) }
            successes += isRead ? 1 : 0
            try folder.write(original, to: changed)
        }
        #expect(successes > 0 && successes < Mutations.count)
    }
}
