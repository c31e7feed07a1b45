import Diagnostics
import Formats
import Foundation
import Inference
import ModelFolders
import TestSupport
import Testing

/// Vectors against sentence-transformers' with folders that ask for everything it knows of, in
/// Tests/Fixtures/SentenceEncoders.
@Suite struct SentenceEncoderTests {
    private struct Case: Decodable {
        struct Arguments: Decodable {
            var prompt: String?
            var prompt_name: String?
            var truncate_dim: Int?
            var normalize_embeddings: Bool?
        }
        var name: String
        var files: [String: String?]
        var binaries: [String: String]
        var arguments: Arguments
        var width: Int
        var vectors: [[Float]]
    }

    private struct Cases: Decodable {
        var texts: [String]
        var cases: [Case]
    }

    private let fixture: Cases

    init() throws {
        fixture = try JSONDecoder().decode(
            Cases.self, from: Data(Fixtures.bytes("SentenceEncoders/cases.json")))
    }

    /// A copy of the model with other files.
    private func folder(
        _ files: [String: String?], _ binaries: [String: String] = [:]
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in [
            "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
            "modules.json", "sentence_bert_config.json", "1_Pooling/config.json",
        ] {
            try folder.write(Fixtures.bytes("SentenceEncoders/model/\(name)"), to: name)
        }
        for (name, content) in files {
            if let content {
                try folder.write(content, to: name)
            } else {
                try Folder.remove(folder.path(name))
            }
        }
        for (name, content) in binaries {
            try folder.write(Array(try #require(Data(base64Encoded: content))), to: name)
        }
        return folder
    }

    @Test func `vectors equal sentence-transformers'`() throws {
        #expect(fixture.cases.count > 45)
        for one in fixture.cases {
            let folder = try folder(one.files, one.binaries)
            let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
            #expect(encoder.poolingProblem == nil, "\(one.name)")
            encoder.otherPrompt =
                one.arguments.prompt
                ?? one.arguments.prompt_name.flatMap { encoder.pooling.prompts[$0] }
            var options = encoder.embeddingOptions
            options.dimensions = one.arguments.truncate_dim ?? options.dimensions
            options.normalizes = one.arguments.normalize_embeddings ?? false
            #expect((options.dimensions ?? encoder.width(of: options)) == one.width, "\(one.name)")
            let vectors = try encoder.embed(fixture.texts, options: options)
            for (place, pair) in zip(vectors, one.vectors).enumerated() {
                try #require(pair.0.count == one.width)
                let largest = zip(pair.0, pair.1).map { abs($0 - $1) }.max() ?? 0
                #expect(largest < 1e-5, "\(one.name): \(fixture.texts[place].debugDescription)")
            }
            if one.arguments.truncate_dim == nil, one.arguments.normalize_embeddings == nil {
                #expect(try encoder.embed(fixture.texts) == vectors)
            }
        }
    }

    @Test func `a text's vector is the same whatever texts are beside it`() throws {
        let files = [
            "1_Pooling/config.json":
                #"{"pooling_mode": ["mean", "lasttoken"], "include_prompt": false}"#,
            "config_sentence_transformers.json":
                #"{"prompts": {"q": "kupe "}, "default_prompt_name": "q"}"#,
        ]
        let folder = try folder(files)
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 2)
        let together = try encoder.embed(fixture.texts)
        for (text, vector) in zip(fixture.texts, together) {
            let alone = try encoder.embed([text])[0]
            #expect(zip(alone, vector).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test(arguments: [
        (
            "1_Pooling/config.json", #"{"pooling_mode": "first"}"#,
            "1_Pooling/config.json: pooling_mode"
        ),
        (
            "sentence_bert_config.json", #"{"transformer_task": "fill-mask"}"#,
            "sentence_bert_config.json: transformer_task"
        ),
        (
            "sentence_bert_config.json", #"{"processor_kwargs": {"truncation_side": "left"}}"#,
            "sentence_bert_config.json: truncation_side"
        ),
        (
            "sentence_bert_config.json", #"{"processing_kwargs": {"text": {"max_length": 3}}}"#,
            "sentence_bert_config.json: processing_kwargs.text"
        ),
        (
            "sentence_bert_config.json", #"{"max_seq_length": 0}"#,
            "sentence_bert_config.json: max_seq_length"
        ),
        (
            "config_sentence_transformers.json", #"{"truncate_dim": 0}"#,
            "config_sentence_transformers.json: truncate_dim"
        ),
        (
            "config_sentence_transformers.json", #"{"default_prompt_name": "x"}"#,
            "config_sentence_transformers.json: default_prompt_name"
        ),
    ])
    func `what is not done is refused by its key`(
        file: String, content: String, location: String
    ) throws {
        let folder = try folder([file: content])
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        #expect(encoder.poolingProblem?.location == folder.path(location))
        let error = #expect(throws: InputError.self) { try encoder.embed(["kupe"]) }
        #expect(error == encoder.poolingProblem)
        _ = try encoder.embed(["kupe"], options: EmbeddingOptions(pooling: .cls))
    }

    @Test(arguments: [
        (#""in_features":16"#, #""in_features":15"#, "2_Dense/model.safetensors: linear.weight"),
        (#""out_features":8"#, #""out_features":0"#, "2_Dense/config.json: out_features"),
        (#"activation.Tanh"#, "activation.Softmax", "2_Dense/config.json: activation_function"),
        (
            #"torch.nn.modules.activation.Tanh"#, "my.Tanh",
            "2_Dense/config.json: activation_function"
        ),
        (
            #""module_input_name":"sentence_embedding""#,
            #""module_input_name":"token_embeddings""#, "2_Dense/config.json: module_input_name"
        ),
    ])
    func `a layer that is not read is refused by its key or tensor`(
        old: String, new: String, location: String
    ) throws {
        let dense = try #require(fixture.cases.first { $0.name == "dense" })
        var files = dense.files
        let name = "2_Dense/config.json"
        let content = try #require(files[name] ?? nil)
        try #require(content.contains(old), "\(content)")
        files[name] = content.replacing(old, with: new)
        let folder = try folder(files, dense.binaries)
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        #expect(encoder.poolingProblem?.location == folder.path(location))
    }

    @Test func `layers must fit one another, and weights must be there`() throws {
        let dense = try #require(fixture.cases.first { $0.name == "dense" })
        var files = dense.files
        files["1_Pooling/config.json"] = #"{"pooling_mode": ["mean", "cls"]}"#
        var folder = try folder(files, dense.binaries)
        var encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        #expect(
            encoder.poolingProblem?.location == folder.path("2_Dense/config.json: in_features"))
        folder = try self.folder(dense.files)
        try folder.write("x", to: "2_Dense/pytorch_model.bin")
        encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        #expect(encoder.poolingProblem?.location == folder.path("2_Dense/model.safetensors"))
        #expect(encoder.poolingProblem?.found.contains("pytorch_model.bin") == true)
        // The pooling alone can be another one.
        folder = try self.folder(dense.files, dense.binaries)
        encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        var options = encoder.embeddingOptions
        options.poolings = [.cls, .mean]
        #expect(throws: InputError.self) { try encoder.check(options) }
        options.poolings = [.cls]
        #expect(try encoder.embed(["kupe"], options: options)[0].count == 8)
    }

    @Test func `damaged files are read or refused, and never crash`() throws {
        var random = Mutations(seed: 23)
        for one in fixture.cases where ["dense", "layer norm", "everything"].contains(one.name) {
            let names = (Array(one.files.keys) + one.binaries.keys + ["config.json"]).sorted()
            for _ in 0..<Mutations.count {
                let folder = try folder(one.files, one.binaries)
                let name = names.randomElement(using: &random) ?? ""
                let content = FileManager.default.contents(atPath: folder.path(name)).map {
                    random.change(Array($0))
                }
                try folder.write(try #require(content), to: name)
                do {
                    let encoder = try EncoderModel(
                        folder: folder.path, precision: .fp32, threads: 1)
                    _ = try encoder.embed(Array(fixture.texts.prefix(3)))
                } catch let error as InputError {
                    #expect(!error.location.isEmpty)
                }
            }
        }
    }
}
