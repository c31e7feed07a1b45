import Diagnostics
import Formats
import Foundation
import Merging
import TestSupport
import Testing

@Suite("Configurations of merged models")
struct ModelConfigurationTests {
    /// As transformers 4 writes it, without what has its usual value.
    private static let old = #"""
        "model_type": "modernbert", "vocab_size": 100, "hidden_size": 32, "intermediate_size": 48,
        "num_hidden_layers": 4, "num_attention_heads": 2, "global_attn_every_n_layers": 3
        """#

    /// The error of a merge of two models with these configurations, nil if there is none.
    private func refusal(_ first: String, _ second: String) throws -> InputError? {
        let models = try FixtureModels()
        for (model, text) in zip(models.models, [first, second]) {
            try Data("{\(text)}".utf8).write(to: URL(filePath: "\(model)/config.json"))
        }
        do {
            _ = try merge(
                base: nil, models: Array(models.models.prefix(2)),
                into: models.folder.path("merged"), configuration: .init(method: .average))
            return nil
        } catch let error as InputError {
            return error
        }
    }

    @Test(
        "mean the same with keys that other versions write",
        arguments: [
            #", "transformers_version": "5.0.0", "dtype": "float32", "architectures": ["X"]"#,
            #", "repad_logits_with_grad": false, "sparse_prediction": false"#,
            #", "sparse_pred_ignore_index": -100, "classifier_pooling": "cls", "x": null"#,
            #", "initializer_range": 0.02, "mlp_dropout": 0.0, "pruned_heads": {}"#,
            #", "local_attention": 128, "norm_eps": 1e-05, "global_rope_theta": 160000.0"#,
            #", "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "#
                + #""full_attention"], "rope_parameters": {"full_attention": {"rope_type": "#
                + #""default", "rope_theta": 160000.0}, "sliding_attention": {"rope_type": "#
                + #""default", "rope_theta": 10000.0}}"#,
        ])
    func same(more: String) throws {
        #expect(try refusal(Self.old, Self.old + more) == nil)
        #expect(try refusal(Self.old + more, Self.old) == nil)
    }

    @Test(
        "that mean other things are refused by the key, on one line",
        arguments: [
            (#", "local_attention": 64"#, "local_attention", "64"),
            (#", "mlp_dropout": 0.5"#, "mlp_dropout", "0.5"),
            (#", "repad_logits_with_grad": true"#, "repad_logits_with_grad", "true"),
            (#", "sparse_pred_ignore_index": 0"#, "sparse_pred_ignore_index", "0"),
            (#", "something": {"b": [1, 2], "a": "x"}"#, "something", #"{"a":"x","b":[1,2]}"#),
        ])
    func other(more: String, key: String, found: String) throws {
        let error = try #require(try refusal(Self.old, Self.old + more))
        #expect(error.location.hasSuffix("config.json: \(key)"))
        #expect(error.found == found)
        let back = try #require(try refusal(Self.old + more, Self.old))
        #expect(!back.description.contains("\n") && back.expected.hasPrefix(found))
    }

    @Test("a decoder that is the token table once more is left out")
    func decoder() throws {
        let models = try FixtureModels()
        let table = "model.embeddings.tok_embeddings.weight"
        let path = "\(models.models[0])/model.safetensors"
        let file = try SafetensorsFile(path: path)
        let shape = try #require(file.tensor(named: table)).shape
        let writer = try SafetensorsWriter(
            path: path,
            tensors: file.tensors.map { .init(name: $0.name, shape: $0.shape) }
                + [.init(name: "decoder.weight", shape: shape)])
        for tensor in file.tensors {
            try writer.write(try file.floats(tensor.name), to: tensor.name)
        }
        try writer.write(try file.floats(table), to: "decoder.weight")
        try writer.finish()
        for order in [[0, 1], [1, 0]] {
            _ = try merge(
                base: models.base, models: order.map { models.models[$0] },
                into: models.folder.path("merged"), replacing: true,
                configuration: .init(method: .ties(.init())))
            let merged = try SafetensorsFile(
                path: models.folder.path("merged/model.safetensors"))
            #expect(merged.tensors.map(\.name).sorted() == file.tensors.map(\.name).sorted())
        }
    }
}
