import Diagnostics
import Formats
import Foundation
import Tokenization

/// What sentence-transformers' module Transformer does to texts, by its `sentence_bert_config.json`
/// or the like, and by the tokenizer's files where that says nothing.
struct SentenceTexts {
    /// Whether letters are made small.
    var lowercases = false
    /// The longest text in tokens; nil where no file says so.
    var maximumLength: Int?
    /// What the module does that is not done here.
    var problem: InputError?

    /// The names that the file has had; the first that is there counts.
    private static let names = [
        ModelFiles.sentenceLength, "sentence_roberta_config.json",
        "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json",
        "sentence_xlnet_config.json",
    ]

    private struct Keys: Decodable {
        struct Tokenizer: Decodable {
            let model_max_length: Int?
            let truncation_side: String?
        }
        let max_seq_length: Int?
        let do_lower_case: Bool?
        let transformer_task: String?
        /// By its new name and its old one.
        let processor_kwargs: Tokenizer?
        let tokenizer_args: Tokenizer?
        let processing_kwargs: [String: [String: AnyValue]]?
    }

    /// A value of which nothing is asked.
    private struct AnyValue: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    /// Reads the module's files in `folder`.
    ///
    /// - Throws: `InputError` where one of them cannot be read.
    init(folder: String) throws {
        let path = try Self.names.map { Folder.join(folder, $0) }.first(where: Folder.exists)
        let keys = try path.map { try JSONFile.readPlain($0, as: Keys.self) }
        lowercases = keys?.do_lower_case ?? false
        let tokenizer = keys?.processor_kwargs ?? keys?.tokenizer_args
        maximumLength =
            try tokenizer?.model_max_length ?? keys?.max_seq_length
            ?? TokenizerFolder.maximumLength(in: folder)
        if let length = maximumLength, length < 1 {
            maximumLength = nil
            problem = InputError(
                at: "\(path ?? folder): max_seq_length", expected: "a number of tokens from 1 on",
                found: "\(length)", remedy: "Fix the folder's files.")
        }
        guard let path, let keys, problem == nil else { return }
        if let task = keys.transformer_task, task != "feature-extraction" {
            problem = Self.other(path, "transformer_task", "feature-extraction", task)
        } else if let side = tokenizer?.truncation_side, side != "right" {
            problem = Self.other(path, "truncation_side", "right, or the tokenizer's own", side)
        } else if let kind = keys.processing_kwargs?.first(where: { !$0.value.isEmpty })?.key {
            problem = Self.other(path, "processing_kwargs.\(kind)", "nothing", "settings")
        }
    }

    private static func other(
        _ path: String, _ key: String, _ expected: String, _ found: String
    ) -> InputError {
        InputError(
            at: "\(path): \(key)", expected: expected, found: found,
            remedy: "Say with --pooling how vectors are made, without this.")
    }
}
