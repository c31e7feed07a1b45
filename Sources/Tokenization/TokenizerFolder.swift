import Diagnostics
import Formats
import Foundation

/// The files of a tokenizer beside data or a model: `tokenizer.model`, Hugging Face's, and those of
/// older models, `sentencepiece.bpe.model` and `vocab.txt`.
public enum TokenizerFolder {
    /// SentencePiece's model.
    static let modelName = "tokenizer.model"
    /// The tokenizers library's description of the tokenizer.
    static let jsonName = "tokenizer.json"
    /// SentencePiece's model in XLM-R's folders, with ids of its own.
    static let fairseqName = "sentencepiece.bpe.model"
    /// The pieces of BERT's words, one on each line.
    static let vocabularyName = "vocab.txt"
    /// What transformers knows of the tokenizer besides; it names the special tokens' roles.
    static let configurationName = "tokenizer_config.json"
    /// The special tokens by role, which older versions of transformers write.
    static let specialTokensName = "special_tokens_map.json"
    /// Tokens that older versions of transformers add to the vocabulary.
    static let addedTokensName = "added_tokens.json"

    /// The names of a tokenizer's files, of which a folder has some.
    public static let fileNames =
        [modelName, jsonName, fairseqName, vocabularyName] + companionNames

    /// The names of the files that say something of those that a tokenizer is made from.
    private static let companionNames = [configurationName, specialTokensName, addedTokensName]

    /// The file that says what a tokenizer does: `path` itself, or of a folder `tokenizer.json`, as
    /// in transformers, or where that is not there `tokenizer.model`, `sentencepiece.bpe.model` or
    /// `vocab.txt`.
    public static func file(in path: String) throws -> String {
        guard try Folder.isFolder(path) else { return path }
        let names = [jsonName, modelName, fairseqName, vocabularyName]
        let found = try names.first { try Folder.exists(Folder.join(path, $0)) }
        return Folder.join(path, found ?? modelName)
    }

    /// The files that belong to a `tokenizer.json` or `tokenizer.model` and lie beside it.
    static func companions(of file: String) throws -> [(name: String, content: [UInt8])] {
        try companionNames.compactMap { name in
            try FileContents.readIfPresent(Folder.join(Folder.parent(of: file), name))
                .map { (name, $0) }
        }
    }

    /// Whether two folders have the same files of a tokenizer.
    public static func isSame(_ folder: String, _ other: String) throws -> Bool {
        try fileNames.allSatisfy { name in
            let contents = try [folder, other].map {
                try FileContents.readIfPresent(Folder.join($0, name))
            }
            return contents[0] == contents[1]
        }
    }

    /// `model_max_length` of the tokenizer in `folder`: the most tokens that transformers makes of
    /// a text where it is to cut it; nil where no file says so, or it is as good as endless.
    public static func maximumLength(in folder: String) throws -> Int? {
        let file = Folder.join(folder, configurationName)
        guard let content = try FileContents.readIfPresent(file) else { return nil }
        let object = try? JSONSerialization.jsonObject(with: Data(content)) as? [String: Any]
        return (object?["model_max_length"] as? NSNumber).flatMap { Int(exactly: $0.doubleValue) }
    }

    /// Writes a tokenizer into a folder, which is made.
    ///
    /// Where the tokenizer came from a folder that has Hugging Face's files already, all of its
    /// files are copied as they are; otherwise they are made from the model.
    ///
    /// - Parameter source: the folder or model file the tokenizer was loaded from.
    public static func write(
        _ tokenizer: Tokenizer, from source: String, to folder: String
    ) throws {
        try Folder.create(folder)
        guard try Folder.exists(Folder.join(source, jsonName)) else {
            return try HuggingFaceTokenizer(tokenizer).write(toFolder: folder)
        }
        for name in fileNames {
            let file = Folder.join(source, name)
            guard try Folder.exists(file) else { continue }
            try AtomicFile.copy(file, to: Folder.join(folder, name), synchronized: false)
        }
    }
}
