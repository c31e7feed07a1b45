import Diagnostics
import Encoders
import Formats
import Foundation
import Host
import TensorCore

extension ModernBERTConfiguration {
    /// Reads a Hugging Face `config.json`, of transformers 4 (`global_rope_theta`,
    /// `global_attn_every_n_layers`) or 5 (`rope_parameters`, `layer_types`).
    ///
    /// What the file leaves out is as transformers has it by default, but for ids of special
    /// tokens, which are mmBERT's.
    ///
    /// - Throws: `InputError` if the file is missing, is not a ModernBERT configuration, or asks
    ///   for what this encoder does not do: other activations, biases, untied decoders, scaled
    ///   rotary positions. It names the key.
    public init(contentsOfHuggingFaceFile path: String) throws {
        try self.init(huggingFaceJSON: Self.contents(of: path), path: path)
    }

    /// The keys of a Hugging Face `config.json` that are read.
    package static var huggingFaceKeys: Set<String> {
        Set(HuggingFaceFields.CodingKeys.allCases.map(\.rawValue))
    }

    static func contents(of path: String) throws -> Data {
        guard let bytes = try FileContents.readIfPresent(path) else {
            throw InputError(
                at: path, expected: "a model configuration", found: "no such file",
                remedy: "Name a folder that holds a Hugging Face config.json.")
        }
        return Data(bytes)
    }

    /// Whether a Hugging Face `config.json` names the ids of the unknown and of the mask, which
    /// transformers does not write for ModernBERT.
    ///
    /// - Throws: `InputError`, as `init(contentsOfHuggingFaceFile:)`.
    public static func namedTokenIDs(
        inHuggingFaceFile path: String
    ) throws -> (unknown: Bool, mask: Bool) {
        let fields = try HuggingFaceFields(json: contents(of: path), path: path)
        return (fields.unknownTokenID?.first != nil, fields.maskTokenID?.first != nil)
    }

    /// Reads the text of a Hugging Face `config.json`; `path` is for error messages.
    ///
    /// - Throws: `InputError`, as `init(contentsOfHuggingFaceFile:)`.
    public init(huggingFaceJSON data: Data, path: String) throws {
        let fields = try HuggingFaceFields(json: data, path: path)
        try fields.rejectUnsupported(path: path)
        let pattern = try fields.layerPattern(path: path)
        self.init(
            vocabularySize: fields.vocabularySize, hiddenSize: fields.hiddenSize,
            intermediateSize: fields.intermediateSize, layerCount: fields.layerCount,
            headCount: fields.headCount
        ) {
            $0.maximumPositions = fields.maximumPositions ?? $0.maximumPositions
            $0.normEpsilon = fields.normEpsilon ?? $0.normEpsilon
            ($0.globalAttentionEveryNLayers, $0.layerTypes) = (pattern.period, pattern.types)
            $0.localAttention = fields.localAttention ?? $0.localAttention
            ($0.globalRotaryBase, $0.localRotaryBase) = (fields.globalBase, fields.localBase)
            $0.initializerRange = fields.initializerRange ?? $0.initializerRange
            $0.initializerCutoffFactor =
                fields.initializerCutoffFactor ?? $0.initializerCutoffFactor
            $0.padTokenID = fields.padTokenID?.first ?? $0.padTokenID
            $0.eosTokenID = fields.eosTokenID?.first ?? $0.eosTokenID
            $0.bosTokenID = fields.bosTokenID?.first ?? $0.bosTokenID
            $0.unknownTokenID = fields.unknownTokenID?.first ?? $0.unknownTokenID
            $0.maskTokenID = fields.maskTokenID?.first ?? $0.maskTokenID
            $0.clsTokenID = fields.clsTokenID?.first ?? $0.bosTokenID
            $0.sepTokenID = fields.sepTokenID?.first ?? $0.eosTokenID
        }
        try validateShape(at: path)
        try checkTokenIDs(at: path)
    }

    /// Ids need not be in the vocabulary, as transformers asks for that of the padding token only:
    /// many configurations have another model's ids in them.
    private func checkTokenIDs(at path: String) throws {
        let ids = [
            ("pad", padTokenID), ("eos", eosTokenID), ("bos", bosTokenID),
            ("unk", unknownTokenID), ("mask", maskTokenID), ("cls", clsTokenID),
            ("sep", sepTokenID),
        ]
        for (name, id) in ids {
            let limit = name == "pad" ? vocabularySize : 1 << 30
            guard !(0..<limit).contains(id) else { continue }
            throw InputError(
                at: "\(path): \(name)_token_id", expected: "an id from 0 to below \(limit)",
                found: "\(id)", remedy: "Fix the model's configuration.")
        }
    }

    /// The text of a Hugging Face `config.json` that transformers 4 and 5 both read, beside weights
    /// in fp32.
    public var huggingFaceJSON: String { huggingFaceJSON(storedIn: .fp32) }

    /// The text of a Hugging Face `config.json` that transformers 4 and 5 both read, beside weights
    /// in `precision`.
    ///
    /// - Parameter task: the head for a task; nil for the masked-LM head.
    public func huggingFaceJSON(
        storedIn precision: Precision, task: TaskHead? = nil
    ) -> String {
        let storage = precision == .bf16 ? "bfloat16" : "float32"
        return """
            {
              "architectures": [
                "\(HuggingFaceHead.architecture(of: task, .modernBERT))"
              ],
              "attention_bias": false,
              "attention_dropout": 0.0,
              "bos_token_id": \(bosTokenID),
              "classifier_activation": "gelu",
              "classifier_bias": false,
              "classifier_dropout": \(task?.dropout ?? 0),
              "classifier_pooling": "\((task?.pooling ?? .mean).rawValue)",
              "cls_token_id": \(clsTokenID),
              "decoder_bias": true,
              "deterministic_flash_attn": false,
              "dtype": "\(storage)",
              "embedding_dropout": 0.0,
              "eos_token_id": \(eosTokenID),
              "global_attn_every_n_layers": \(globalAttentionEveryNLayers),
              "global_rope_theta": \(globalRotaryBase),
              "hidden_activation": "gelu",
              "hidden_size": \(hiddenSize),
            \(HuggingFaceHead.idToLabel(of: task))\
              "initializer_cutoff_factor": \(initializerCutoffFactor),
              "initializer_range": \(initializerRange),
              "intermediate_size": \(intermediateSize),
            \(HuggingFaceHead.labelToID(of: task))\
              "layer_norm_eps": \(normEpsilon),
              "layer_types": [
            \(layerTypesJSON)
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
            \(HuggingFaceHead.problemType(of: task))\
              "rope_parameters": {
            \(rotaryJSON)
              },
              "sep_token_id": \(sepTokenID),
              "tie_word_embeddings": true,
              "torch_dtype": "\(storage)",
              "unk_token_id": \(unknownTokenID),
              "vocab_size": \(vocabularySize)
            }

            """
    }

    /// The type of every layer, a line for each.
    private var layerTypesJSON: String {
        (0..<layerCount)
            .map { "    \"\((isGlobal(layer: $0) ? LayerType.global : .local).rawValue)\"" }
            .joined(separator: ",\n")
    }

    /// The bases of both kinds of layers, as transformers 5 reads them.
    private var rotaryJSON: String {
        [("full_attention", globalRotaryBase), ("sliding_attention", localRotaryBase)]
            .map { name, base in
                """
                    "\(name)": {
                      "rope_theta": \(base),
                      "rope_type": "default"
                    }
                """
            }.joined(separator: ",\n")
    }
}
