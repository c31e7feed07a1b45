import Diagnostics
import Encoders
import Foundation

/// The keys of an XLM-RoBERTa's, RoBERTa's or BERT's `config.json` that are read.
struct PostNormFields: Decodable {
    let vocabularySize: Int
    let hiddenSize: Int
    let intermediateSize: Int
    let layerCount: Int
    let headCount: Int
    let positionRows: Int?
    let tokenTypeCount: Int?
    let normEpsilon: Float?
    let activation: String?
    let hiddenDropout: Double?
    let attentionDropout: Double?
    let initializerRange: Double?
    let padTokenID: HuggingFaceTokenID?
    let eosTokenID: HuggingFaceTokenID?
    let bosTokenID: HuggingFaceTokenID?
    let maskTokenID: HuggingFaceTokenID?
    let unknownTokenID: HuggingFaceTokenID?
    let positionKind: String?
    let isDecoder: Bool?
    let addsCrossAttention: Bool?
    let tiesDecoder: Bool?
    let embeddingSize: Int?
    let quantization: AnyValue?

    enum CodingKeys: String, CodingKey {
        case vocabularySize = "vocab_size"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case positionRows = "max_position_embeddings"
        case tokenTypeCount = "type_vocab_size"
        case normEpsilon = "layer_norm_eps"
        case activation = "hidden_act"
        case hiddenDropout = "hidden_dropout_prob"
        case attentionDropout = "attention_probs_dropout_prob"
        case initializerRange = "initializer_range"
        case padTokenID = "pad_token_id"
        case eosTokenID = "eos_token_id"
        case bosTokenID = "bos_token_id"
        case maskTokenID = "mask_token_id"
        case unknownTokenID = "unk_token_id"
        case positionKind = "position_embedding_type"
        case isDecoder = "is_decoder"
        case addsCrossAttention = "add_cross_attention"
        case tiesDecoder = "tie_word_embeddings"
        case embeddingSize = "embedding_size"
        case quantization = "quantization_config"
    }

    /// Decodes the file's text; what is missing or has the wrong type is named in the error.
    init(json: Data, path: String, family: EncoderFamily) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch let error as DecodingError {
            throw HuggingFaceFields.describe(
                error, in: json, path: path, model: family.rawValue)
        }
        try rejectUnsupported(path: path)
    }

    /// Refuses what this encoder would silently compute in another way.
    private func rejectUnsupported(path: String) throws {
        func require<Value: Equatable>(_ key: CodingKeys, _ found: Value?, _ only: Value) throws {
            guard let found, found != only else { return }
            throw InputError(
                at: "\(path): \(key.rawValue)", expected: "\(only)", found: "\(found)",
                remedy: "Encoders as XLM-RoBERTa and BERT were published are supported, no "
                    + "variants.")
        }
        try require(.positionKind, positionKind, "absolute")
        try require(.activation, activation, "gelu")
        try require(.isDecoder, isDecoder, false)
        try require(.addsCrossAttention, addsCrossAttention, false)
        try require(.tiesDecoder, tiesDecoder, true)
        try require(.embeddingSize, embeddingSize, hiddenSize)
        try require(.quantization, quantization.map { _ in "one" }, "null")
    }
}
