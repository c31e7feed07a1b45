import Encoders
import Formats

/// How a model's parameters are called in its files. They are named as in a model with a head; an
/// encoder that was saved by itself has them without the family's prefix, as in
/// `embeddings.word_embeddings.weight`.
struct TensorNames: Sendable {
    private let family: EncoderFamily
    private let isBare: Bool
    private let present: Set<String>

    /// The names in `tensors`.
    init(_ family: EncoderFamily, in tensors: SafetensorsFolder) {
        self.family = family
        present = Set(tensors.tensors.map(\.name))
        isBare =
            !present.contains { $0.hasPrefix(family.prefix) }
            && present.contains {
                $0.hasPrefix("embeddings.") || $0.hasPrefix("layers.") || $0.hasPrefix("encoder.")
            }
    }

    /// The tensors that a parameter is made of, the rows of one behind those of another, in a model
    /// with a head. Queries, keys and values are tensors of their own in the older families.
    static func parts(of parameter: String) -> [String] {
        let fused = ".self.query_key_value."
        guard parameter.contains(fused) else { return [parameter] }
        return ["query", "key", "value"].map { parameter.replacing(fused, with: ".self.\($0).") }
    }

    /// The tensors that a parameter is made of, as they are called in these files.
    func parts(of parameter: String) -> [String] { Self.parts(of: parameter).map(stored) }

    /// The tensors that files may have besides, each with the parameter that it repeats: what is
    /// tied to it.
    var copies: [(name: String, parameter: String)] {
        switch family {
        case .modernBERT: [("decoder.weight", "model.embeddings.tok_embeddings.weight")]
        case .xlmRoBERTa, .roBERTa:
            [
                ("lm_head.decoder.weight", "roberta.embeddings.word_embeddings.weight"),
                ("lm_head.decoder.bias", "lm_head.bias"),
            ]
        case .bert:
            [
                ("cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"),
                ("cls.predictions.decoder.bias", "cls.predictions.bias"),
            ]
        }
    }

    /// Whether a tensor changes nothing: the numbers of positions and types, the pooler of a model
    /// whose head does not read it, and BERT's guess whether one sentence follows another.
    func isIgnored(_ tensor: String) -> Bool {
        guard family != .modernBERT else { return false }
        let inner = [
            "embeddings.position_ids", "embeddings.token_type_ids", "pooler.dense.weight",
            "pooler.dense.bias",
        ].map { stored(family.prefix + $0) }
        return inner.contains(tensor) || tensor.hasPrefix("cls.seq_relationship.")
    }

    /// The name of one tensor: without the prefix, and of old norms `gamma` and `beta`.
    private func stored(_ parameter: String) -> String {
        let prefix = family.prefix
        let name =
            isBare && parameter.hasPrefix(prefix)
            ? String(parameter.dropFirst(prefix.count)) : parameter
        guard family != .modernBERT, !present.contains(name) else { return name }
        let old = [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")]
        for (new, old) in old where name.hasSuffix(new) {
            let older = name.dropLast(new.count) + old
            if present.contains(String(older)) { return String(older) }
        }
        return copies.first { $0.parameter == parameter && present.contains($0.name) }?.name ?? name
    }
}
