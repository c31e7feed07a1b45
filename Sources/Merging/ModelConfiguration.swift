import Diagnostics
import Encoders
import Formats
import Foundation
import ModelFolders

/// A model's `config.json`, to be compared with another's by what it means: versions of
/// transformers write other keys, and leave out others that have their usual values.
struct ModelConfiguration {
    private let path: String
    private let fields: [String: Any]
    /// What is read of it; nil for models that are no ModernBERT.
    private let encoder: ModernBERTConfiguration?

    /// Keys that say where a model comes from and how it is stored, not what it computes.
    private static let provenance: Set = [
        "_name_or_path", "_commit_hash", "_attn_implementation", "_attn_implementation_autoset",
        "architectures", "transformers_version", "torch_dtype", "dtype",
    ]
    /// What transformers takes where a key is missing; of others `false`, `null`, 0 or nothing.
    private static let usual = [
        "classifier_pooling": #""cls""#, "sparse_pred_ignore_index": "-100", "use_cache": "true",
        "return_dict": "true", "position_embedding_type": #""absolute""#,
        "id2label": #"{"0":"LABEL_0","1":"LABEL_1"}"#, "label2id": #"{"LABEL_0":0,"LABEL_1":1}"#,
    ]

    /// Reads the configuration of the model in `folder`.
    ///
    /// - Throws: `InputError` where it is no JSON object, or names code of its own.
    init(_ folder: String) throws {
        path = Folder.join(folder, ModelFiles.configuration)
        let data = try FileContents.readIfPresent(path)
        let object = data.flatMap { try? JSONSerialization.jsonObject(with: Data($0)) }
        guard let fields = object as? [String: Any] else {
            throw InputError(
                at: path, expected: "the JSON object of a model's configuration",
                found: data == nil ? "no such file" : "something else",
                remedy: "Name folders as mmbert and transformers write them.")
        }
        if let code = fields["auto_map"] {
            throw InputError(
                at: "\(path): auto_map", expected: "a model of transformers itself",
                found: Self.text(code), remedy: "Merge models without code of their own.")
        }
        self.fields = fields
        encoder = try? ModernBERTConfiguration(contentsOfHuggingFaceFile: path)
    }

    /// Throws an `InputError` that names the first key in which this differs from `first`.
    func requireSame(as first: ModelConfiguration) throws {
        var read: Set<String> = []
        if let encoder, let other = first.encoder {
            read = ModernBERTConfiguration.huggingFaceKeys
            if encoder != other {
                let (here, there) = (Self.meaning(encoder), Self.meaning(other))
                try requireSame(
                    here, there, keys: Set(here.keys).union(there.keys), of: first)
            }
        }
        try requireSame(
            fields, first.fields,
            keys: Set(fields.keys).union(first.fields.keys).subtracting(read), of: first)
    }

    private func requireSame(
        _ here: [String: Any], _ there: [String: Any], keys: Set<String>,
        of first: ModelConfiguration
    ) throws {
        for key in keys.subtracting(Self.provenance).sorted()
        where Self.value(key, here) != Self.value(key, there) {
            throw InputError(
                at: "\(path): \(key)",
                expected: "\(there[key].map(Self.text) ?? "no such key") as in "
                    + Folder.parent(of: first.path),
                found: here[key].map(Self.text) ?? "no such key",
                remedy: "Merge models of one configuration only.")
        }
    }

    /// All keys that are read, with their values or the usual ones.
    private static func meaning(_ configuration: ModernBERTConfiguration) -> [String: Any] {
        let data = Data(configuration.huggingFaceJSON.utf8)
        return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
    }

    /// A key's value, as text; what it would be without the key is the empty text.
    private static func value(_ key: String, _ fields: [String: Any]) -> String {
        guard let value = fields[key].map(text) else { return "" }
        let nothing =
            usual[key].map { ["null", $0] } ?? ["false", "null", "0", "{}", "[]", "\"\""]
        return nothing.contains(value) ? "" : value
    }

    /// A value as JSON on one line.
    private static func text(_ value: Any) -> String {
        let data = try? JSONSerialization.data(
            withJSONObject: value,
            options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
    }
}
