import Diagnostics
import Formats
import Foundation
import ModelFolders
import TestSupport
import Testing

@Suite("Model folders that are not right")
struct SavedModelErrorTests {
    private let index = "model.safetensors.index.json"
    private let shard = "model-00003-of-00007.safetensors"

    /// Opens a copy of the model `name` after `change`, and loads its weights.
    private func refusal(
        _ name: String, _ change: (TemporaryFolder) throws -> Void
    ) throws -> (error: InputError?, folder: TemporaryFolder) {
        let folder = try SavedModel(name).copy()
        try change(folder)
        let error = #expect(throws: InputError.self) {
            let opened = try ModelFolder(path: folder.path)
            if let problem = try opened.sentencePooling()?.problem { throw problem }
            _ = try opened.load(requiringHead: false)
        }
        return (error, folder)
    }

    private func replace(_ text: String, by other: String, in path: String) throws {
        let old = try String(contentsOfFile: path, encoding: .utf8)
        try #require(old.contains(text), "\(text) in \(path)")
        try AtomicFile.write(old.replacingOccurrences(of: text, with: other), to: path)
    }

    /// Replaces bytes by as many others, everywhere in a file.
    private func replaceBytes(_ text: String, by other: String, in path: String) throws {
        let (old, new) = (Data(text.utf8), Data(other.utf8))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(old.count == new.count && bytes.range(of: old) != nil)
        while let range = bytes.range(of: old) { bytes.replaceSubrange(range, with: new) }
        try AtomicFile.write(Array(bytes), to: path)
    }

    @Test("a file that the index names is missing, or lacks its tensor, or has another's")
    func shards() throws {
        var (error, folder) = try refusal("pattern-bf16-sharded") {
            try Folder.remove($0.path(shard))
        }
        #expect(error?.location == folder.path(shard))
        (error, folder) = try refusal("pattern-bf16-sharded") {
            try replace("head.norm.weight", by: "head.norm.gain", in: $0.path(index))
        }
        #expect(error?.location == folder.path("\(index): weight_map.head.norm.gain"))
        (error, folder) = try refusal("pattern-bf16-sharded") {
            try replace(
                "\"head.norm.weight\": \"model-00007-of-00007.safetensors\",", by: "",
                in: $0.path(index))
        }
        #expect(
            error?.location
                == folder.path("model-00007-of-00007.safetensors: head.norm.weight"))
        (error, folder) = try refusal("pattern-bf16-sharded") {
            try replace(shard, by: "../\(shard)", in: $0.path(index))
        }
        #expect(error?.location.hasPrefix(folder.path("\(index): weight_map.")) == true)
    }

    @Test("a part of the head is missing, or it has another name")
    func head() throws {
        for (old, new) in [("head.dense.weight", "head.dance.weight"), ("head.", "tail.")] {
            let (error, folder) = try refusal("old-keys") {
                try replaceBytes(old, by: new, in: $0.path("model.safetensors"))
            }
            #expect(error?.location == folder.path("model.safetensors: head.dense.weight"))
        }
    }

    @Test("weights in another format, or that are not floats")
    func weights() throws {
        var (error, folder) = try refusal("base-fp16") { folder in
            try FileManager.default.moveItem(
                atPath: folder.path("model.safetensors"), toPath: folder.path("pytorch_model.bin"))
        }
        #expect(error?.location == folder.path("model.safetensors"))
        #expect(error?.found == "pytorch_model.bin alone")
        (error, folder) = try refusal("base-fp16") {
            try replaceBytes("\"F16\"", by: "\"I16\"", in: $0.path("model.safetensors"))
        }
        #expect(error?.location.hasPrefix(folder.path("model.safetensors: ")) == true)
        #expect(error?.found == "I16")
    }

    @Test(
        "pooling that is not supported is named",
        arguments: [
            ("modules.json", "pooling.Pooling", "cnn.CNN", "modules.json: [1].type"),
            (
                "1_Pooling/config.json", "\"cls\"", "[\"cls\", \"middle\"]",
                "1_Pooling/config.json: pooling_mode"
            ),
            (
                "1_Pooling/config.json", "\"cls\"", "\"middle\"",
                "1_Pooling/config.json: pooling_mode"
            ),
            ("modules.json", "\"1_Pooling\"", "\"../1_Pooling\"", "modules.json: [1].path"),
            ("modules.json", "\"1_Pooling\"", "\"/1_Pooling\"", "modules.json: [1].path"),
            ("modules.json", "[", "{", "modules.json"),
        ])
    func pooling(file: String, old: String, new: String, location: String) throws {
        let (error, folder) = try refusal("sentence-encoder") {
            try replace(old, by: new, in: $0.path(file))
        }
        #expect(error?.location == folder.path(location))
    }

    @Test("an encoder outside the folder is refused by its path")
    func outside() throws {
        let (error, folder) = try refusal("sentence-encoder") {
            try Folder.remove($0.path("config.json"))
            try replace("\"path\": \"\"", by: "\"path\": \"../other\"", in: $0.path("modules.json"))
        }
        #expect(error?.location == folder.path("modules.json: [0].path"))
    }

    @Test("all that is known of vectors is told beside what is not supported")
    func problem() throws {
        let folder = try SavedModel("sentence-encoder").copy()
        try folder.write(#"{"pooling_mode": "middle"}"#, to: "1_Pooling/config.json")
        try folder.write(
            #"{"max_seq_length": 20, "do_lower_case": true}"#, to: "sentence_bert_config.json")
        let pooling = try #require(try ModelFolder(path: folder.path).sentencePooling())
        #expect(pooling.problem?.found == "middle" && pooling.normalizes)
        #expect(pooling.maximumLength == 20 && pooling.prepared("Ein Ärger") == "ein ärger")
    }

    @Test("texts get the folder's prompt, and the tokenizer's length where the folder has none")
    func texts() throws {
        let folder = try SavedModel("sentence-encoder").copy()
        try folder.write(
            #"{"prompts": {"q": "find: ", "d": ""}, "default_prompt_name": "q"}"#,
            to: "config_sentence_transformers.json")
        try folder.write(#"{"max_seq_length": null}"#, to: "sentence_bert_config.json")
        for (length, expected) in [("33", 33), ("1e30", nil), ("null", nil)] as [(String, Int?)] {
            try folder.write("{\"model_max_length\": \(length)}", to: "tokenizer_config.json")
            let pooling = try #require(try ModelFolder(path: folder.path).sentencePooling())
            #expect(pooling.problem == nil && pooling.maximumLength == expected)
            #expect(pooling.prepared("A house") == "find: A house")
        }
        try folder.write(
            #"{"pooling_mode": "cls", "include_prompt": false}"#, to: "1_Pooling/config.json")
        let pooling = try ModelFolder(path: folder.path).sentencePooling()
        #expect(pooling?.problem == nil && pooling?.includesPrompt == false)
        let settings = folder.path("config_sentence_transformers.json: default_prompt_name")
        try folder.write(
            #"{"default_prompt_name": "x"}"#, to: "config_sentence_transformers.json")
        #expect(try ModelFolder(path: folder.path).sentencePooling()?.problem?.location == settings)
    }

    @Test("weights that are not finite are named when they are loaded", arguments: SavedModel.names)
    func notFinite(name: String) throws {
        let folder = try SavedModel(name).copy()
        let weights = try SafetensorsFolder(path: folder.path)
        let tensor = try #require(weights.tensors.first { $0.name.hasSuffix("final_norm.weight") })
        let file = try SafetensorsFile(path: weights.path(of: tensor.name))
        let writer = try SafetensorsWriter(
            path: file.path,
            tensors: file.tensors.map { .init(name: $0.name, element: $0.element, shape: $0.shape) }
        )
        for other in file.tensors {
            var values = try file.floats(other.name)
            if other.name == tensor.name { values[2] = .nan }
            try writer.write(values, to: other.name)
        }
        try writer.finish()
        let opened = try ModelFolder(path: folder.path)
        let error = #expect(throws: InputError.self) { try opened.load(requiringHead: false) }
        #expect(error?.location == "\(file.path): \(tensor.name)")
        #expect(error?.found.hasSuffix("the first nan at [2]") == true)
    }

    @Test("the switches of older sentence encoders are read")
    func switches() throws {
        let folder = try SavedModel("sentence-encoder").copy()
        for (key, mode) in [
            ("cls_token", SentencePooling.Mode.cls), ("mean_tokens", .mean), ("max_tokens", .max),
            ("mean_sqrt_len_tokens", .scaledMean), ("weightedmean_tokens", .weightedMean),
        ] {
            try folder.write(
                "{\"pooling_mode_lasttoken\": false, \"pooling_mode_\(key)\": true}",
                to: "1_Pooling/config.json")
            #expect(try ModelFolder(path: folder.path).sentencePooling()?.mode == mode)
        }
    }
}
