import Diagnostics
import Encoders
import Foundation
import Host
import TensorCore

extension PostNormConfiguration {
    /// Reads the text of a Hugging Face `config.json` of XLM-RoBERTa, RoBERTa or BERT; `path` is for
    /// error messages. What the file leaves out is as transformers has it by default.
    ///
    /// - Throws: `InputError` that names the key, if one is missing, or asks for what this encoder
    ///   does not do: other positions or activations, decoders.
    init(huggingFaceJSON data: Data, path: String, family: EncoderFamily) throws {
        let fields = try PostNormFields(json: data, path: path, family: family)
        self.init(
            family, vocabularySize: fields.vocabularySize, hiddenSize: fields.hiddenSize,
            intermediateSize: fields.intermediateSize, layerCount: fields.layerCount,
            headCount: fields.headCount
        ) {
            $0.positionRows = fields.positionRows ?? 512
            $0.tokenTypeCount = fields.tokenTypeCount ?? 2
            $0.normEpsilon = fields.normEpsilon ?? 1e-12
            $0.hiddenDropout = fields.hiddenDropout ?? $0.hiddenDropout
            $0.attentionDropout = fields.attentionDropout ?? $0.attentionDropout
            $0.initializerRange = fields.initializerRange ?? $0.initializerRange
            $0.padTokenID = fields.padTokenID?.first ?? $0.padTokenID
            $0.eosTokenID = fields.eosTokenID?.first ?? $0.eosTokenID
            $0.bosTokenID = fields.bosTokenID?.first ?? $0.bosTokenID
            $0.maskTokenID = fields.maskTokenID?.first ?? $0.maskTokenID
            $0.unknownTokenID = fields.unknownTokenID?.first ?? $0.unknownTokenID
            if family != .bert { $0.firstPosition = max($0.padTokenID, -1) &+ 1 }
        }
        try validate(at: path)
    }

    /// Checks that an encoder of this shape exists. The limits keep every count of numbers within 64
    /// bits.
    private func validate(at path: String) throws {
        typealias Key = PostNormFields.CodingKeys
        let sizes: [(Key, Int, Int)] = [
            (.vocabularySize, vocabularySize, 1 << 30), (.hiddenSize, hiddenSize, 1 << 20),
            (.intermediateSize, intermediateSize, 1 << 20), (.layerCount, layerCount, 1 << 12),
            (.headCount, headCount, 1 << 20), (.positionRows, positionRows, 1 << 30),
            (.tokenTypeCount, tokenTypeCount, 1 << 20),
        ]
        for (key, value, most) in sizes {
            try require(1...most ~= value, path, key, "a number from 1 to \(most)", value)
        }
        try require(
            hiddenSize % headCount == 0, path, .headCount,
            "a number that divides hidden_size, \(hiddenSize)", headCount)
        try require(
            0..<vocabularySize ~= padTokenID, path, .padTokenID,
            "an id from 0 to below \(vocabularySize)", padTokenID)
        for (key, id) in [
            (Key.eosTokenID, eosTokenID), (.bosTokenID, bosTokenID), (.maskTokenID, maskTokenID),
            (.unknownTokenID, unknownTokenID),
        ] {
            try require(0..<1 << 30 ~= id, path, key, "an id from 0 to below \(1 << 30)", id)
        }
        try require(
            maximumPositions > 0, path, .positionRows,
            "more than \(firstPosition), the rows up to that of padding", positionRows)
        try require(normEpsilon > 0, path, .normEpsilon, "a number above 0", normEpsilon)
        try require(
            initializerRange > 0, path, .initializerRange, "a number above 0", initializerRange)
    }

    private func require(
        _ holds: Bool, _ path: String, _ key: PostNormFields.CodingKeys, _ expected: String,
        _ found: some CustomStringConvertible
    ) throws {
        if holds { return }
        throw InputError(
            at: "\(path): \(key.rawValue)", expected: expected, found: found.description,
            remedy: "Fix the model's configuration.")
    }

    /// The text of a Hugging Face `config.json` that transformers 4 and 5 both read, beside weights
    /// in `precision`.
    ///
    /// - Parameter task: the head for a task; nil for the masked-LM head.
    func huggingFaceJSON(storedIn precision: Precision, task: TaskHead?) -> String {
        let storage = precision == .bf16 ? "bfloat16" : "float32"
        return """
            {
              "architectures": [
                "\(HuggingFaceHead.architecture(of: task, family))"
              ],
              "attention_probs_dropout_prob": \(attentionDropout),
              "bos_token_id": \(bosTokenID),
              "classifier_dropout": \(task.map { "\($0.dropout)" } ?? "null"),
              "dtype": "\(storage)",
              "eos_token_id": \(eosTokenID),
              "hidden_act": "gelu",
              "hidden_dropout_prob": \(hiddenDropout),
              "hidden_size": \(hiddenSize),
            \(HuggingFaceHead.idToLabel(of: task))\
              "initializer_range": \(initializerRange),
              "intermediate_size": \(intermediateSize),
            \(HuggingFaceHead.labelToID(of: task))\
              "layer_norm_eps": \(normEpsilon),
              "mask_token_id": \(maskTokenID),
              "max_position_embeddings": \(positionRows),
              "model_type": "\(family.rawValue)",
              "num_attention_heads": \(headCount),
              "num_hidden_layers": \(layerCount),
              "pad_token_id": \(padTokenID),
              "position_embedding_type": "absolute",
            \(HuggingFaceHead.problemType(of: task))\
              "tie_word_embeddings": true,
              "torch_dtype": "\(storage)",
              "type_vocab_size": \(tokenTypeCount),
              "unk_token_id": \(unknownTokenID),
              "vocab_size": \(vocabularySize)
            }

            """
    }
}
