import Diagnostics
import Encoders

extension HuggingFaceFields {
    /// Which layers are global: every n-th from the first on, or as a list of types says. A list
    /// that follows a period is a period; without either, every third layer is global.
    func layerPattern(path: String) throws -> (period: Int, types: [LayerType]?) {
        guard let names = layerTypes else { return (globalAttentionEveryNLayers ?? 3, nil) }
        let types = try names.enumerated().map { index, name in
            guard let type = LayerType(rawValue: name) else {
                throw InputError(
                    at: "\(path): layer_types[\(index)]",
                    expected: LayerType.allCases.map(\.rawValue).joined(separator: " or "),
                    found: name, remedy: "Use a model of these types of layers.")
            }
            return type
        }
        guard types.count == layerCount else {
            throw InputError(
                at: "\(path): layer_types", expected: "one type for each of \(layerCount) layers",
                found: "\(types.count)", remedy: "Make it agree with num_hidden_layers.")
        }
        let second = types.dropFirst().firstIndex(of: .global)
        let candidates = [globalAttentionEveryNLayers, second, max(types.count, 1)]
        let period = candidates.compactMap(\.self).first { period in
            period > 0
                && types.enumerated().allSatisfy { ($0 % period == 0) == ($1 == .global) }
        }
        return period.map { ($0, nil) } ?? (globalAttentionEveryNLayers ?? 3, types)
    }

    /// θ of global layers: as the newer key says, else the older ones, else transformers' default.
    var globalBase: Double {
        rotaryParameters?.global?.base ?? globalRotaryBase ?? anyRotaryBase ?? 160_000
    }

    /// θ of local layers: likewise, and that of global layers where an older file has null.
    var localBase: Double {
        rotaryParameters?.local?.base ?? localRotaryBase
            ?? (sharesGlobalBase ? globalBase : 10_000)
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
        try require("is_decoder", isDecoder, false)
        try require("is_causal", isCausal, false)
        try require("add_cross_attention", addsCrossAttention, false)
        try require("num_key_value_heads", keyValueHeadCount, headCount)
        if headCount > 0 { try require("head_dim", headSize, hiddenSize / headCount) }
        try require("rope_scaling", rotaryScaling.map { _ in "one" }, "null")
        try require("quantization_config", quantization.map { _ in "one" }, "null")
        try rotaryParameters?.rejectScaling(path: path)
    }
}
