import Encoders
import Formats
import ModelFolders

extension ModelRecipe {
    /// Where the shape and the weights come from.
    static var origin: Key<ModelRecipe> {
        Key(
            names: ["preset", "initialize_from", "initialize_by", "initialize_tokens"],
            read: { model, fields, _ in
                model.initializeFrom = try fields["initialize_from"]?.read(
                    as: .path(to: "a model folder"))
                if let value = fields["initialize_by"] {
                    model.initializeBy = try value.read(as: .choice)
                    try model.requireOrigin(of: value)
                }
                if let value = fields["initialize_tokens"] {
                    model.initializeTokens = try value.read(as: .choice)
                    try model.requireOrigin(of: value)
                }
                try model.readStartingPoint(fields)
                if model.hasNewVocabulary { try model.forgetVocabulary(fields) }
            },
            // A preset is not kept: its values are written out.
            write: { model in
                guard let folder = model.initializeFrom else { return [] }
                return .member("initialize_from", .text(folder))
                    + .member("initialize_by", model.initializeBy)
                    + .member(
                        "initialize_tokens", model.initializeTokens.map { .text($0.rawValue) })
            })
    }

    /// Checks that a key of how weights are taken over has something to be taken from.
    private func requireOrigin(of key: RecipeValue) throws {
        try key.require(
            initializeFrom != nil,
            expected: "initialize_from beside it", found: "no such key",
            remedy: "Name the model folder whose weights are taken over, or remove this key.")
    }

    /// Leaves out what the folder says about its own vocabulary.
    private mutating func forgetVocabulary(_ fields: RecipeFields) throws {
        _ = try fields.required(
            "vocabulary",
            remedy: "With initialize_tokens, write the number of pieces of the new tokenizer.")
        let usual = ModernBERTConfiguration(
            vocabularySize: 1, hiddenSize: 1, intermediateSize: 1, layerCount: 1, headCount: 1)
        configuration.padTokenID = usual.padTokenID
        configuration.eosTokenID = usual.eosTokenID
        configuration.bosTokenID = usual.bosTokenID
        configuration.unknownTokenID = usual.unknownTokenID
        configuration.maskTokenID = usual.maskTokenID
        configuration.clsTokenID = usual.clsTokenID
        configuration.sepTokenID = usual.sepTokenID
    }

    /// Reads the configuration that other keys change.
    private mutating func readStartingPoint(_ fields: RecipeFields) throws {
        if let preset = fields["preset"] {
            let presets = ModernBERTConfiguration.presets.map { ($0.name, $0.configuration) }
            configuration = try preset.read(as: .one(of: presets))
            return
        }
        let sizes = ["vocabulary", "hidden", "intermediate", "layers", "heads"]
        if let initializeFrom, !sizes.allSatisfy({ fields[$0] != nil }) {
            configuration = try ModernBERTConfiguration(
                contentsOfHuggingFaceFile: ModelFolder.configurationFile(of: initializeFrom))
            return
        }
        for size in sizes {
            _ = try fields.required(
                size, remedy: "Give a preset, or all of \(sizes.joined(separator: ", ")).")
        }
    }

    /// A list of types, or a period in place of the list that a folder has.
    static var layerTypes: Key<ModelRecipe> {
        let form = Form<LayerType>.choice.list(of: "layer types")
        return Key(
            names: ["layer_types"],
            read: { model, fields, _ in
                guard let value = fields["layer_types"] else {
                    if fields["global_every"] != nil { model.configuration.layerTypes = nil }
                    return
                }
                let types = try value.read(as: form)
                try value.require(
                    types.count == model.configuration.layerCount,
                    expected: "a type for each of the \(model.configuration.layerCount) layers",
                    found: "\(types.count)",
                    remedy: "Leave it out where every n-th layer is global.")
                model.configuration.layerTypes = types
            },
            write: { .member("layer_types", form.optional.write($0.configuration.layerTypes)) })
    }
}
