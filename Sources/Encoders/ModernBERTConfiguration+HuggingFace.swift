import Diagnostics
import Foundation

extension ModernBERTConfiguration {
    /// Reads a Hugging Face `config.json`, of transformers 4 (`global_rope_theta`,
    /// `global_attn_every_n_layers`) or 5 (`rope_parameters`, `layer_types`).
    ///
    /// - Throws: `InputError` if the file is missing, is not a ModernBERT configuration, or asks
    ///   for what this encoder does not do: other activations, biases, untied decoders, scaled
    ///   rotary positions.
    public init(contentsOfHuggingFaceFile path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InputError(
                at: path, expected: "a model configuration", found: "no readable file",
                remedy: "Name a folder that holds a Hugging Face config.json.")
        }
        try self.init(huggingFaceJSON: data, path: path)
    }

    /// Reads the text of a Hugging Face `config.json`; `path` is for error messages.
    ///
    /// - Throws: `InputError`, as `init(contentsOfHuggingFaceFile:)`.
    public init(huggingFaceJSON data: Data, path: String) throws {
        let fields = try HuggingFaceFields(json: data, path: path)
        try fields.rejectUnsupported(path: path)
        self.init(
            vocabularySize: fields.vocabularySize, hiddenSize: fields.hiddenSize,
            intermediateSize: fields.intermediateSize, layerCount: fields.layerCount,
            headCount: fields.headCount,
            maximumPositions: fields.maximumPositions ?? 8192,
            normEpsilon: fields.normEpsilon ?? 1e-5,
            globalAttentionEveryNLayers: try fields.globalAttentionPeriod(path: path),
            localAttention: fields.localAttention ?? 128,
            globalRotaryBase: fields.rotaryParameters?.global?.base
                ?? fields.globalRotaryBase ?? 160_000,
            localRotaryBase: fields.rotaryParameters?.local?.base
                ?? fields.localRotaryBase ?? 10_000,
            initializerRange: fields.initializerRange ?? 0.02,
            initializerCutoffFactor: fields.initializerCutoffFactor ?? 2,
            padTokenID: fields.padTokenID ?? 0, eosTokenID: fields.eosTokenID ?? 1,
            bosTokenID: fields.bosTokenID ?? 2,
            unknownTokenID: fields.unknownTokenID ?? 3, maskTokenID: fields.maskTokenID ?? 4,
            clsTokenID: fields.clsTokenID ?? fields.bosTokenID ?? 2,
            sepTokenID: fields.sepTokenID ?? fields.eosTokenID ?? 1)
        try validate(at: path)
    }

    /// The text of a Hugging Face `config.json` that transformers 4 and 5 both read.
    public var huggingFaceJSON: String {
        let layerTypes = (0..<layerCount)
            .map { isGlobal(layer: $0) ? "    \"full_attention\"" : "    \"sliding_attention\"" }
            .joined(separator: ",\n")
        return """
            {
              "architectures": [
                "ModernBertForMaskedLM"
              ],
              "attention_bias": false,
              "attention_dropout": 0.0,
              "bos_token_id": \(bosTokenID),
              "classifier_activation": "gelu",
              "classifier_bias": false,
              "classifier_dropout": 0.0,
              "classifier_pooling": "mean",
              "cls_token_id": \(clsTokenID),
              "decoder_bias": true,
              "deterministic_flash_attn": false,
              "embedding_dropout": 0.0,
              "eos_token_id": \(eosTokenID),
              "global_attn_every_n_layers": \(globalAttentionEveryNLayers),
              "global_rope_theta": \(globalRotaryBase),
              "hidden_activation": "gelu",
              "hidden_size": \(hiddenSize),
              "initializer_cutoff_factor": \(initializerCutoffFactor),
              "initializer_range": \(initializerRange),
              "intermediate_size": \(intermediateSize),
              "layer_norm_eps": \(normEpsilon),
              "layer_types": [
            \(layerTypes)
              ],
              "local_attention": \(localAttention),
              "local_rope_theta": \(localRotaryBase),
              "mask_token_id": \(maskTokenID),
              "max_position_embeddings": \(maximumPositions),
              "mlp_bias": false,
              "mlp_dropout": 0.0,
              "model_type": "modernbert",
              "norm_bias": false,
              "norm_eps": \(normEpsilon),
              "num_attention_heads": \(headCount),
              "num_hidden_layers": \(layerCount),
              "pad_token_id": \(padTokenID),
              "position_embedding_type": "sans_pos",
              "rope_parameters": {
                "full_attention": {
                  "rope_theta": \(globalRotaryBase),
                  "rope_type": "default"
                },
                "sliding_attention": {
                  "rope_theta": \(localRotaryBase),
                  "rope_type": "default"
                }
              },
              "sep_token_id": \(sepTokenID),
              "tie_word_embeddings": true,
              "torch_dtype": "float32",
              "unk_token_id": \(unknownTokenID),
              "vocab_size": \(vocabularySize)
            }

            """
    }
}
