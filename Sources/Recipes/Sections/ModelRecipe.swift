import Encoders

/// The encoder a recipe trains.
public struct ModelRecipe: Sendable, Equatable {
    /// Its shape; the rotary bases in it are those that a first phase without `rope_theta` uses.
    public var configuration = ModernBERTConfiguration(
        vocabularySize: 1, hiddenSize: 1, intermediateSize: 1, layerCount: 1, headCount: 1
    ) { ($0.globalRotaryBase, $0.localRotaryBase) = (10_000, 10_000) }
    /// Folder of a model whose weights the run starts from; nil for random ones.
    public var initializeFrom: String?
    /// How it takes them over.
    public var initializeBy = WeightTransfer.copy
    /// How it takes over the rows of its token table; nil where the tokenizer has the same pieces.
    public var initializeTokens: VocabularyTransfer?

    /// Whether its pieces are told by the pieces of the folder's tokenizer.
    public var hasNewVocabulary: Bool {
        initializeTokens != nil && initializeTokens != .byID
    }

    /// The bases in the configuration.
    var rotaryBases: RotaryBases {
        get {
            RotaryBases(
                global: configuration.globalRotaryBase, local: configuration.localRotaryBase)
        }
        set {
            configuration.globalRotaryBase = newValue.global
            configuration.localRotaryBase = newValue.local
        }
    }
}

extension ModelRecipe {
    /// A preset, the shape of a folder's model, or five sizes; then what other keys change.
    static var form: Form<ModelRecipe> {
        .section(
            "a model", new: ModelRecipe(),
            last: ["layer_types", "initialize_from", "initialize_by", "initialize_tokens"],
            familiar: familiarKeys
        ) {
            origin
            sizes
            layerTypes
            numbers
        } check: { model, fields in
            try model.requireEvenHeads(fields)
            try model.configuration.validate(at: fields.value.location)
        }
    }

    private static var familiarKeys: [String: String] {
        [
            "vocab_size": "Did you mean vocabulary?", "hidden_size": "Did you mean hidden?",
            "intermediate_size": "Did you mean intermediate?",
            "num_hidden_layers": "Did you mean layers?",
            "num_attention_heads": "Did you mean heads?",
            "max_position_embeddings": "Did you mean max_positions?",
            "global_attn_every_n_layers": "Did you mean global_every?",
            "name_or_path": "Did you mean initialize_from?",
        ]
    }

    @KeyList<ModelRecipe>
    private static var sizes: [Key<ModelRecipe>] {
        Key("vocabulary", \.configuration.vocabularySize, .count(of: "tokens"))
        Key("hidden", \.configuration.hiddenSize, .count(of: "columns"))
        Key("intermediate", \.configuration.intermediateSize, .count(of: "columns"))
        Key("layers", \.configuration.layerCount, .count(of: "layers"))
        Key("heads", \.configuration.headCount, .count(of: "heads"))
        Key("max_positions", \.configuration.maximumPositions, .count(of: "tokens"))
        Key(
            "global_every", \.configuration.globalAttentionEveryNLayers, .count(of: "layers"))
    }

    @KeyList<ModelRecipe>
    private static var numbers: [Key<ModelRecipe>] {
        let remedy = "Leave it out for the published value."
        Key("local_attention", \.configuration.localAttention, .count(of: "tokens"))
        Key("rope_theta", \.rotaryBases, RotaryBases.form)
        Key("norm_eps", \.configuration.normEpsilon, .epsilon(remedy: remedy))
        Key(
            "dropout", \.configuration.attentionOutputDropout,
            .number(
                expected: "a ratio from 0 to below 1", remedy: remedy, where: (0..<1).contains))
        Key(
            "initializer_range", \.configuration.initializerRange,
            .positive("a standard deviation above 0", remedy: remedy))
        Key(
            "initializer_cutoff", \.configuration.initializerCutoffFactor,
            .positive("a number of standard deviations above 0", remedy: remedy))
        Key("special_tokens", \.configuration) { .specialTokens(of: $0.configuration) }
    }

    private func requireEvenHeads(_ fields: RecipeFields) throws {
        let (hidden, heads) = (configuration.hiddenSize, configuration.headCount)
        try fields.first(of: ["heads", "hidden"])?.require(
            hidden % heads == 0 && hidden / heads % 2 == 0,
            expected: "heads that divide the hidden size into equal even parts",
            found: "\(heads) heads for \(hidden) columns",
            remedy: "Heads of 64 columns are usual: hidden 384 with 6 heads.")
    }
}

extension Form<Float> {
    /// A number above 0, also in single precision.
    fileprivate static func epsilon(remedy: String) -> Form {
        scalar(
            expected: "a number above 0", remedy: remedy,
            write: { .plain(Quantity.text($0)) },
            parse: { text in
                Quantity.number(text).map { Float($0) }.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
            })
    }
}

extension Form<ModernBERTConfiguration> {
    /// The ids of the special tokens in a configuration.
    fileprivate static func specialTokens(of configuration: ModernBERTConfiguration) -> Form {
        let vocabulary = configuration.vocabularySize
        let id = Form<Int>.integer(
            expected: "a token id below the vocabulary of \(vocabulary)",
            remedy: "Look the id up in the tokenizer's vocabulary.", from: 0, below: vocabulary)
        return .section("ids of special tokens", new: configuration) {
            Key("pad", \.padTokenID, id)
            Key("eos", \.eosTokenID, id)
            Key("bos", \.bosTokenID, id)
            Key("unknown", \.unknownTokenID, id)
            Key("mask", \.maskTokenID, id)
            Key("cls", \.clsTokenID, id)
            Key("sep", \.sepTokenID, id)
        }
    }
}
