import Diagnostics
import Formats
import Foundation
import Merging
import TestSupport
import Testing

@Suite struct MergeErrorTests {
    private func error(
        base: String?, _ models: [String], _ configuration: MergeConfiguration
    ) throws -> InputError {
        let output = try TemporaryFolder()
        let error = #expect(throws: InputError.self) {
            _ = try merge(
                base: base, models: models, into: output.path("merged"),
                configuration: configuration)
        }
        #expect(try Folder.contents(of: output.path) == [])
        return try #require(error)
    }

    private func write(_ tensors: [String: [Int]], filledWith value: Float, to folder: String)
        throws
    {
        let writer = try SafetensorsWriter(
            path: "\(folder)/model.safetensors",
            tensors: tensors.map { .init(name: $0.key, shape: $0.value) })
        for tensor in writer.layout {
            try writer.write([Float](repeating: value, count: tensor.count), to: tensor.name)
        }
        try writer.finish()
    }

    @Test("TIES without a base is refused")
    func noBase() throws {
        let models = try FixtureModels()
        let error = try error(base: nil, models.models, .init(method: .ties(.init())))
        #expect(error.location == "merge.base")
    }

    @Test("Impossible parameters are refused by name")
    func parameters() throws {
        let models = try FixtureModels()
        let refused: [(MergeConfiguration, String)] = [
            (.init(method: .ties(.init(density: 0))), "merge.density"),
            (.init(method: .ties(.init(density: 1.5))), "merge.density"),
            (.init(method: .ties(.init(lambda: .nan))), "merge.lambda"),
            (.init(method: .average, weights: [1, 2]), "merge.weights"),
            (.init(method: .average, weights: [1, -1, 0]), "merge.weights"),
            (.init(method: .exponentialAverage(decay: 0)), "merge.decay"),
        ]
        for (configuration, location) in refused {
            let error = try error(base: models.base, models.models, configuration)
            #expect(error.location == location)
        }
    }

    @Test("A density that keeps nothing of a tensor is refused")
    func nothingKept() throws {
        let models = try FixtureModels()
        let error = try error(
            base: models.base, models.models, .init(method: .ties(.init(density: 0.1))))
        #expect(error.expected.contains("model.final_norm.weight"))
    }

    @Test("Models with other tensors are refused, and the tensor is named")
    func tensors() throws {
        let models = try FixtureModels()
        let other = models.models[2]
        let cases: [([String: [Int]], String)] = [
            (["a": [2, 2]], "no such tensor"), (["a": [2, 2], "b": [4, 1]], "shape [4, 1]"),
            (["a": [2, 2], "b": [4], "c": [1]], "one"),
        ]
        for model in [models.base] + models.models.dropLast() {
            try write(["a": [2, 2], "b": [4]], filledWith: 1, to: model)
        }
        for (tensors, found) in cases {
            try write(tensors, filledWith: 1, to: other)
            let error = try error(
                base: models.base, models.models, .init(method: .ties(.init(density: 0.5))))
            #expect(error.location.hasPrefix("\(other)/model.safetensors: "))
            #expect(error.found == found)
        }
    }

    @Test("A model that is not finite is refused", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        let models = try FixtureModels()
        for model in models.models.dropLast() {
            try write(["a": [2, 2]], filledWith: 1, to: model)
        }
        try write(["a": [2, 2]], filledWith: value, to: models.models[2])
        let error = try error(base: nil, models.models, .init(method: .average))
        #expect(error.location == "\(models.models[2])/model.safetensors: a")
    }

    @Test("Models of another configuration are refused, and the key is named")
    func configurations() throws {
        let models = try FixtureModels()
        try Data(#"{"model_type": "modernbert", "hidden_size": 9}"#.utf8)
            .write(to: URL(filePath: "\(models.models[1])/config.json"))
        let error = try error(base: nil, models.models, .init(method: .average))
        #expect(error.location == "\(models.models[1])/config.json: hidden_size")
        #expect(error.found == "9")
    }

    @Test("Models with modules or code of their own are refused, and what it is is named")
    func otherModules() throws {
        for (file, text, location) in [
            (
                "modules.json",
                #"[{"path": "", "type": "sentence_transformers.models.Transformer"}, "#
                    + #"{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]"#,
                "modules.json: [1].type"
            ),
            ("modules.json", #"[{"path": "", "type": "my.Pooling"}]"#, "modules.json: [0].type"),
            (
                "config.json", #"{"model_type": "modernbert", "auto_map": {"AutoModel": "m.M"}}"#,
                "config.json: auto_map"
            ),
            ("modeling.py", "import torch", "modeling.py"),
        ] {
            for place in [0, 2] {
                let models = try FixtureModels()
                try Data(text.utf8).write(to: URL(filePath: "\(models.models[place])/\(file)"))
                let error = try error(base: nil, models.models, .init(method: .average))
                #expect(error.location == "\(models.models[place])/\(location)")
            }
        }
        let models = try FixtureModels()
        let modules = #"[{"path": "../x", "type": "sentence_transformers.models.Pooling"}]"#
        try Data(modules.utf8).write(to: URL(filePath: "\(models.models[0])/modules.json"))
        let error = try error(base: nil, models.models, .init(method: .average))
        #expect(error.location == "\(models.models[0])/modules.json: [0].path")
    }

    @Test("Models of another tokenizer are refused, and the piece is named")
    func tokenizers() throws {
        let models = try FixtureModels()
        for (place, name) in ["tiny.model", "tiny.model", "gemma-like.model"].enumerated() {
            try FileManager.default.copyItem(
                atPath: Fixtures.path("Tokenization/\(name)"),
                toPath: "\(models.models[place])/tokenizer.model")
        }
        let error = try error(base: nil, models.models, .init(method: .average))
        #expect(error.location == "\(models.models[2])/tokenizer.model")
        #expect(error.expected.contains("has 700 pieces"))
    }

    @Test("A decoder of its own is refused, and where it differs is told")
    func decoder() throws {
        let models = try FixtureModels()
        let table = "model.embeddings.tok_embeddings.weight"
        for model in models.models {
            try write([table: [4, 2]], filledWith: 1, to: model)
        }
        let writer = try SafetensorsWriter(
            path: "\(models.models[1])/model.safetensors",
            tensors: [
                .init(name: table, shape: [4, 2]), .init(name: "decoder.weight", shape: [4, 2]),
            ])
        try writer.write([Float](repeating: 1, count: 8), to: table)
        try writer.write([1, 1, 1, 1, 1, 2, 1, 1], to: "decoder.weight")
        try writer.finish()
        let error = try error(base: nil, models.models, .init(method: .average))
        #expect(error.location == "\(models.models[1])/model.safetensors: decoder.weight")
        #expect(error.found == "another number at [2, 1]")
    }

    @Test("Merged numbers that do not fit are refused")
    func overflow() throws {
        let models = try FixtureModels()
        let large = Float.greatestFiniteMagnitude
        for (model, value) in zip([models.base] + models.models, [-large, large, large, large]) {
            try write(["a": [2, 2]], filledWith: value, to: model)
        }
        let error = try error(
            base: models.base, models.models, .init(method: .ties(.init(density: 1))))
        #expect(error.location == "merge.a")
    }

    @Test("What is at the output's place already stays")
    func existing() throws {
        let models = try FixtureModels()
        #expect(throws: InputError.self) {
            _ = try merge(
                base: nil, models: models.models, into: models.base,
                configuration: .init(method: .average))
        }
        #expect(try Folder.exists("\(models.base)/config.json"))
    }
}
