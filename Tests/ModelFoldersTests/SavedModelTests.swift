import Diagnostics
import Encoders
import Formats
import Foundation
import ModelFolders
import TestSupport
import Testing

@Suite("Folders that transformers saved")
struct SavedModelTests {
    @Test("give its hidden states and logits", arguments: SavedModel.names)
    func numbers(name: String) throws {
        let saved = try SavedModel(name)
        let folder = try ModelFolder(path: saved.path)
        let model = try folder.load(requiringHead: false)
        let batch = try saved.batch()
        let hidden = try #require(try saved.expected("hidden"))
        // Two fp32 implementations of four layers that sum up to 48 terms in other orders.
        #expect(mismatch(model.hiddenStates(batch), hidden, terms: 4 * 48) == nil)
        let logits = try saved.expected("logits")
        #expect(folder.hasHead == (logits != nil))
        if let logits { #expect(mismatch(model.logits(batch), logits, terms: 5 * 48) == nil) }
    }

    @Test("tell their layers, bases and window by old keys and new ones")
    func configurations() throws {
        let old = try ModelFolder(path: SavedModel("old-keys").path).modernBERT()
        #expect(old.globalAttentionEveryNLayers == 2 && old.layerTypes == nil)
        #expect(old.globalRotaryBase == 12_345 && old.localRotaryBase == 500)
        #expect(old.localAttention == 6 && old.normEpsilon == 1e-4)
        let new = try ModelFolder(path: SavedModel("pattern-bf16-sharded").path).modernBERT()
        #expect(new.layerTypes == [.local, .global, .global, .local])
        #expect(new.globalRotaryBase == 900 && new.localRotaryBase == 70)
        let base = try ModelFolder(path: SavedModel("base-fp16").path).modernBERT()
        #expect(base.bosTokenID == 50_281)
    }

    @Test("say how sentence-transformers makes vectors")
    func pooling() throws {
        let saved = try SavedModel("sentence-encoder")
        let folder = try ModelFolder(path: saved.path)
        let pooling = try #require(try folder.sentencePooling())
        #expect(pooling.modes == [.cls] && pooling.layers == [.normalize])
        #expect(pooling.problem == nil && pooling.maximumLength == nil)
        #expect(pooling.prompt.isEmpty && pooling.prompts == ["query": "", "document": ""])
        let batch = try saved.batch()
        let hidden = try folder.load(requiringHead: false).hiddenStates(batch)
        let width = folder.configuration.hiddenSize
        let vectors = batch.cumulativeSequenceLengths.dropLast().flatMap { start -> [Float] in
            let first = hidden[Int(start) * width..<(Int(start) + 1) * width]
            let length = first.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return first.map { $0 / length }
        }
        let expected = try #require(try saved.expected("vectors"))
        #expect(mismatch(vectors, expected, terms: 4 * 48) == nil)
        #expect(try ModelFolder(path: SavedModel("base-fp16").path).sentencePooling() == nil)
    }

    @Test("without a head are not masked language models")
    func headless() throws {
        let folder = try ModelFolder(path: SavedModel("base-fp16").path)
        let error = #expect(throws: InputError.self) { _ = try folder.load() }
        #expect(error?.location == folder.path)
        #expect(error?.found.contains("head.dense.weight") == true)
    }

    @Test("with their encoder in a folder inside, as older sentence encoders, are found")
    func nested() throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in try SavedModel("sentence-encoder").files() {
            let isInside = ["config.json", "model.safetensors"].contains(name)
            try folder.write(bytes, to: isInside ? "0_Transformer/\(name)" : name)
        }
        let modules = try String(contentsOfFile: folder.path("modules.json"), encoding: .utf8)
        try folder.write(
            modules.replacingOccurrences(of: "\"path\": \"\"", with: "\"path\": \"0_Transformer\""),
            to: "modules.json")
        try folder.write(#"{"max_seq_length": 32}"#, to: "0_Transformer/sentence_bert_config.json")
        let pooling = try ModelFolder(path: folder.path).sentencePooling()
        #expect(
            pooling?.modes == [.cls] && pooling?.normalizes == true && pooling?.maximumLength == 32)
    }

    @Test("with a decoder of their own are refused, and read where it is the table once more")
    func decoder() throws {
        let folder = try SavedModel("old-keys").copy()
        let original = try SafetensorsFile(path: SavedModel("old-keys").path + "/model.safetensors")
        let table = try original.floats("model.embeddings.tok_embeddings.weight")
        for isTied in [true, false] {
            let writer = try SafetensorsWriter(
                path: folder.path("model.safetensors"),
                tensors: original.tensors.map { .init(name: $0.name, shape: $0.shape) }
                    + [.init(name: "decoder.weight", shape: [61, 16])])
            for tensor in original.tensors {
                try writer.write(try original.floats(tensor.name), to: tensor.name)
            }
            try writer.write(isTied ? table : table.map { $0 + 1 }, to: "decoder.weight")
            try writer.finish()
            let opened = try ModelFolder(path: folder.path)
            if isTied {
                _ = try opened.load()
            } else {
                let error = #expect(throws: InputError.self) { _ = try opened.load() }
                #expect(error?.location == folder.path("model.safetensors: decoder.weight"))
            }
        }
    }
}
