import Diagnostics
import Foundation

/// The keys of a ModernBERT `config.json` that are read.
struct HuggingFaceFields: Decodable {
    struct RotaryParameters: Decodable {
        let type: String?
        let base: Double?

        enum CodingKeys: String, CodingKey {
            case type = "rope_type"
            case base = "rope_theta"
        }
    }

    struct RotaryParametersByLayerType: Decodable {
        let global: RotaryParameters?
        let local: RotaryParameters?

        enum CodingKeys: String, CodingKey {
            case global = "full_attention"
            case local = "sliding_attention"
        }
    }

    let modelType: String?
    let vocabularySize: Int
    let hiddenSize: Int
    let intermediateSize: Int
    let layerCount: Int
    let headCount: Int
    let maximumPositions: Int?
    let normEpsilon: Float?
    let globalAttentionEveryNLayers: Int?
    let layerTypes: [String]?
    let localAttention: Int?
    let globalRotaryBase: Double?
    let localRotaryBase: Double?
    let rotaryParameters: RotaryParametersByLayerType?
    let initializerRange: Double?
    let initializerCutoffFactor: Double?
    let padTokenID: Int?
    let eosTokenID: Int?
    let bosTokenID: Int?
    let maskTokenID: Int?
    let clsTokenID: Int?
    let sepTokenID: Int?
    let unknownTokenID: Int?
    let hiddenActivation: String?
    let classifierActivation: String?
    let attentionBias: Bool?
    let mlpBias: Bool?
    let normBias: Bool?
    let classifierBias: Bool?
    let decoderBias: Bool?
    let tieWordEmbeddings: Bool?

    enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case vocabularySize = "vocab_size"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case maximumPositions = "max_position_embeddings"
        case normEpsilon = "norm_eps"
        case globalAttentionEveryNLayers = "global_attn_every_n_layers"
        case layerTypes = "layer_types"
        case localAttention = "local_attention"
        case globalRotaryBase = "global_rope_theta"
        case localRotaryBase = "local_rope_theta"
        case rotaryParameters = "rope_parameters"
        case initializerRange = "initializer_range"
        case initializerCutoffFactor = "initializer_cutoff_factor"
        case padTokenID = "pad_token_id"
        case eosTokenID = "eos_token_id"
        case bosTokenID = "bos_token_id"
        case maskTokenID = "mask_token_id"
        case clsTokenID = "cls_token_id"
        case sepTokenID = "sep_token_id"
        case unknownTokenID = "unk_token_id"
        case hiddenActivation = "hidden_activation"
        case classifierActivation = "classifier_activation"
        case attentionBias = "attention_bias"
        case mlpBias = "mlp_bias"
        case normBias = "norm_bias"
        case classifierBias = "classifier_bias"
        case decoderBias = "decoder_bias"
        case tieWordEmbeddings = "tie_word_embeddings"
    }

    /// Decodes the file's text; what is missing or has the wrong type is named in the error.
    init(json: Data, path: String) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch let DecodingError.keyNotFound(key, _) {
            throw InputError(
                at: path, expected: "the key \(key.stringValue)", found: "none",
                remedy: "Use the config.json of a ModernBERT model.")
        } catch let DecodingError.typeMismatch(type, context) {
            throw InputError(
                at: "\(path): \(context.codingPath.map(\.stringValue).joined(separator: "."))",
                expected: "a value of type \(type)", found: "another type",
                remedy: "Use the config.json of a ModernBERT model.")
        } catch {
            throw InputError(
                at: path, expected: "a JSON object", found: "\(error)",
                remedy: "Use the config.json of a ModernBERT model.")
        }
    }

    /// How often a layer is global: as told, or as the list of layer types shows.
    func globalAttentionPeriod(path: String) throws -> Int {
        guard let types = layerTypes else { return globalAttentionEveryNLayers ?? 3 }
        let isGlobal = types.map { $0 == "full_attention" }
        let period =
            isGlobal.dropFirst().firstIndex(of: true) ?? globalAttentionEveryNLayers
            ?? max(layerCount, 1)
        let expected = (0..<layerCount).map { $0 % max(period, 1) == 0 }
        guard isGlobal == expected else {
            throw InputError(
                at: "\(path): layer_types",
                expected: "\(layerCount) layers, every n-th global",
                found: types.joined(separator: " "),
                remedy: "Use a model whose global layers are evenly spaced.")
        }
        return period
    }

    /// Refuses what this encoder would silently compute in another way.
    func rejectUnsupported(path: String) throws {
        func require<Value: Equatable>(_ key: String, _ found: Value?, _ only: Value) throws {
            guard let found, found != only else { return }
            throw InputError(
                at: "\(path): \(key)", expected: "\(only)", found: "\(found)",
                remedy: "Only the ModernBERT family as mmBERT uses it is supported.")
        }
        try require("model_type", modelType, "modernbert")
        try require("hidden_activation", hiddenActivation, "gelu")
        try require("classifier_activation", classifierActivation, "gelu")
        try require("attention_bias", attentionBias, false)
        try require("mlp_bias", mlpBias, false)
        try require("norm_bias", normBias, false)
        try require("classifier_bias", classifierBias, false)
        try require("decoder_bias", decoderBias, true)
        try require("tie_word_embeddings", tieWordEmbeddings, true)
        try require(
            "rope_parameters.full_attention.rope_type", rotaryParameters?.global?.type, "default")
        try require(
            "rope_parameters.sliding_attention.rope_type", rotaryParameters?.local?.type,
            "default")
    }
}
