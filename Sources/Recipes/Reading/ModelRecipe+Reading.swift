import Diagnostics
import Encoders
import ModelFolders

extension ModelRecipe {
    /// Keys of `model`.
    enum Key: String, CaseIterable {
        case preset
        case initializeFrom = "initialize_from"
        case initializeBy = "initialize_by"
        case vocabulary, hidden, intermediate, layers, heads
        case maximumPositions = "max_positions"
        case globalEvery = "global_every"
        case layerTypes = "layer_types"
        case localAttention = "local_attention"
        case ropeTheta = "rope_theta"
        case normEpsilon = "norm_eps"
        case dropout
        case initializerRange = "initializer_range"
        case initializerCutoff = "initializer_cutoff"
        case specialTokens = "special_tokens"
    }

    /// Keys of `model.special_tokens`.
    enum SpecialTokenKey: String, CaseIterable {
        case pad, eos, bos, unknown, mask, cls, sep
    }

    /// A preset, the shape of a folder's model, or five sizes; then what other keys change.
    init(_ value: RecipeValue) throws {
        let fields = try value.fields(Key.self, of: "a model")
        initializeFrom = try fields[.initializeFrom]?.path(to: "a model folder")
        initializeBy = try fields[.initializeBy]?.choice() ?? .copy
        if initializeFrom == nil, let value = fields[.initializeBy] {
            throw value.error(
                expected: "initialize_from beside it", found: "no such key",
                remedy: "Name the model folder whose weights are taken over, or remove this key.")
        }
        configuration = try Self.startingPoint(fields, initializeFrom: initializeFrom)
        try readSizes(fields)
        try readLayerTypes(fields)
        try readNumbers(fields)
        if let bases = try fields[.ropeTheta].map(RotaryBases.init) {
            configuration.globalRotaryBase = bases.global
            configuration.localRotaryBase = bases.local
        }
        if let tokens = fields[.specialTokens] { try readSpecialTokens(tokens) }
        try configuration.validate(at: value.location)
    }

    private static func startingPoint(
        _ fields: RecipeFields<Key>, initializeFrom: String?
    ) throws -> ModernBERTConfiguration {
        if let preset = fields[.preset] {
            let names = ModernBERTConfiguration.presets.map(\.name)
            guard let configuration = preset.text.flatMap(ModernBERTConfiguration.preset) else {
                throw preset.error(
                    expected: "one of \(names.joined(separator: ", "))",
                    remedy: preset.suggest(names))
            }
            return configuration
        }
        let sizes: [Key] = [.vocabulary, .hidden, .intermediate, .layers, .heads]
        let isComplete = sizes.allSatisfy { fields[$0] != nil }
        if let initializeFrom, !isComplete {
            return try ModernBERTConfiguration(
                contentsOfHuggingFaceFile: initializeFrom + "/config.json")
        }
        for key in sizes {
            _ = try fields.required(
                key,
                remedy: """
                    Give a preset, or all of \(sizes.map(\.rawValue).joined(separator: ", ")).
                    """)
        }
        return ModernBERTConfiguration(
            vocabularySize: 1, hiddenSize: 1, intermediateSize: 1, layerCount: 1, headCount: 1
        ) { ($0.globalRotaryBase, $0.localRotaryBase) = (10_000, 10_000) }
    }

    private mutating func readSizes(_ fields: RecipeFields<Key>) throws {
        let sizes: [(Key, WritableKeyPath<ModernBERTConfiguration, Int>, things: String)] = [
            (.vocabulary, \.vocabularySize, "tokens"), (.hidden, \.hiddenSize, "columns"),
            (.intermediate, \.intermediateSize, "columns"), (.layers, \.layerCount, "layers"),
            (.heads, \.headCount, "heads"), (.maximumPositions, \.maximumPositions, "tokens"),
            (.globalEvery, \.globalAttentionEveryNLayers, "layers"),
            (.localAttention, \.localAttention, "tokens"),
        ]
        for (key, field, things) in sizes {
            guard let value = fields[key] else { continue }
            configuration[keyPath: field] = try value.count(of: things)
        }
        let (hidden, heads) = (configuration.hiddenSize, configuration.headCount)
        if hidden % heads != 0 || hidden / heads % 2 != 0,
            let value = fields[.heads] ?? fields[.hidden]
        {
            throw value.error(
                expected: "heads that divide the hidden size into equal even parts",
                found: "\(heads) heads for \(hidden) columns",
                remedy: "Heads of 64 columns are usual: hidden 384 with 6 heads.")
        }
    }

    /// A list of types, or a period in place of the list that a folder has.
    private mutating func readLayerTypes(_ fields: RecipeFields<Key>) throws {
        guard let value = fields[.layerTypes] else {
            if fields[.globalEvery] != nil { configuration.layerTypes = nil }
            return
        }
        let types: [LayerType] = try value.list(of: "layer types").map { try $0.choice() }
        guard types.count == configuration.layerCount else {
            throw value.error(
                expected: "a type for each of the \(configuration.layerCount) layers",
                found: "\(types.count)", remedy: "Leave it out where every n-th layer is global.")
        }
        configuration.layerTypes = types
    }

    private mutating func readNumbers(_ fields: RecipeFields<Key>) throws {
        let remedy = "Leave it out for the published value."
        if let value = fields[.normEpsilon] {
            configuration.normEpsilon = Float(
                try value.number(expected: "a number above 0", remedy: remedy) { Float($0) > 0 })
        }
        if let value = fields[.dropout] {
            configuration.attentionOutputDropout = try value.number(
                expected: "a ratio from 0 to below 1", remedy: remedy, where: (0..<1).contains)
        }
        if let value = fields[.initializerRange] {
            configuration.initializerRange = try value.number(
                expected: "a standard deviation above 0", remedy: remedy
            ) { $0 > 0 }
        }
        if let value = fields[.initializerCutoff] {
            configuration.initializerCutoffFactor = try value.number(
                expected: "a number of standard deviations above 0", remedy: remedy
            ) { $0 > 0 }
        }
    }

    private mutating func readSpecialTokens(_ value: RecipeValue) throws {
        let fields = try value.fields(SpecialTokenKey.self, of: "ids of special tokens")
        for key in SpecialTokenKey.allCases {
            guard let value = fields[key] else { continue }
            let expected = "a token id below the vocabulary of \(configuration.vocabularySize)"
            let remedy = "Look the id up in the tokenizer's vocabulary."
            let id = try value.integer(expected: expected, remedy: remedy, atLeast: 0)
            guard id < configuration.vocabularySize else {
                throw value.error(expected: expected, remedy: remedy)
            }
            configuration[keyPath: key.field] = id
        }
    }
}

extension ModelRecipe.SpecialTokenKey {
    /// The configuration's field for this token.
    var field: WritableKeyPath<ModernBERTConfiguration, Int> {
        switch self {
        case .pad: \.padTokenID
        case .eos: \.eosTokenID
        case .bos: \.bosTokenID
        case .unknown: \.unknownTokenID
        case .mask: \.maskTokenID
        case .cls: \.clsTokenID
        case .sep: \.sepTokenID
        }
    }
}

extension RotaryBases {
    /// Keys of `rope_theta`.
    enum Key: String, CaseIterable {
        case global, local
    }

    /// Both bases.
    init(_ value: RecipeValue) throws {
        let fields = try value.fields(Key.self, of: "rotary bases")
        func base(_ key: Key) throws -> Double {
            try fields.required(key, remedy: "Give both bases, global and local.").number(
                expected: "a base above 1", remedy: "Write it like 10_000 or 160_000."
            ) { $0 > 1 }
        }
        self.init(global: try base(.global), local: try base(.local))
    }
}
