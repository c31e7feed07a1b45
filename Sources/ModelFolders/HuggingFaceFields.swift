import Diagnostics
import Formats
import Foundation

/// The keys of a ModernBERT `config.json` that are read.
struct HuggingFaceFields: Decodable {
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
    let anyRotaryBase: Double?
    let localRotaryBase: Double?
    let rotaryParameters: HuggingFaceRotary?
    let rotaryScaling: AnyValue?
    let initializerRange: Double?
    let initializerCutoffFactor: Double?
    let padTokenID: HuggingFaceTokenID?
    let eosTokenID: HuggingFaceTokenID?
    let bosTokenID: HuggingFaceTokenID?
    let maskTokenID: HuggingFaceTokenID?
    let clsTokenID: HuggingFaceTokenID?
    let sepTokenID: HuggingFaceTokenID?
    let unknownTokenID: HuggingFaceTokenID?
    let hiddenActivation: String?
    let classifierActivation: String?
    let attentionBias: Bool?
    let mlpBias: Bool?
    let normBias: Bool?
    let classifierBias: Bool?
    let decoderBias: Bool?
    let tieWordEmbeddings: Bool?
    let isDecoder: Bool?
    let isCausal: Bool?
    let addsCrossAttention: Bool?
    let keyValueHeadCount: Int?
    let headSize: Int?
    let quantization: AnyValue?
    /// Local layers use the base of global ones where `local_rope_theta` is null.
    private(set) var sharesGlobalBase = false

    enum CodingKeys: String, CodingKey, CaseIterable {
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
        case anyRotaryBase = "rope_theta"
        case localRotaryBase = "local_rope_theta"
        case rotaryParameters = "rope_parameters"
        case rotaryScaling = "rope_scaling"
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
        case isDecoder = "is_decoder"
        case isCausal = "is_causal"
        case addsCrossAttention = "add_cross_attention"
        case keyValueHeadCount = "num_key_value_heads"
        case headSize = "head_dim"
        case quantization = "quantization_config"
    }

    /// Decodes the file's text; what is missing or has the wrong type is named in the error.
    init(json: Data, path: String) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
            sharesGlobalBase = try JSONDecoder().decode(Nulls.self, from: json).localBase
        } catch let error as DecodingError {
            throw Self.describe(error, in: json, path: path)
        }
    }

    /// Keys that are there and null, which an optional value does not tell from absent ones.
    private struct Nulls: Decodable {
        let localBase: Bool

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            let key = AnyKey(CodingKeys.localRotaryBase.stringValue)
            localBase = try container.contains(key) && container.decodeNil(forKey: key)
        }
    }

    /// The error for what is missing from `json`, read from `path`, or is of another kind.
    static func describe(
        _ error: DecodingError, in json: Data, path: String, model: String = "ModernBERT"
    ) -> InputError {
        let remedy = "Use the config.json of a \(model) model."
        func location(_ context: DecodingError.Context) -> String {
            let keys = context.codingPath.map(\.stringValue).joined(separator: ".")
            return keys.isEmpty ? path : "\(path): \(keys)"
        }
        switch error {
        case .keyNotFound(let key, _):
            return InputError(
                at: path, expected: "the key \(key.stringValue)", found: "none", remedy: remedy)
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return InputError(
                at: location(context), expected: JSONFile.name(of: type),
                found: "a value of another kind", remedy: remedy)
        case .dataCorrupted(let context):
            return InputError(
                at: location(context), expected: "a JSON object whose numbers fit in 64 bits",
                found: JSONFile.found(in: json, context), remedy: remedy)
        @unknown default:
            return InputError(
                at: path, expected: "a JSON object", found: "\(error)", remedy: remedy)
        }
    }
}
