import Diagnostics
import Formats

/// The files of a tokenizer beside data or a model: `tokenizer.model` and Hugging Face's.
public enum TokenizerFolder {
    /// SentencePiece's model.
    static let modelName = "tokenizer.model"
    /// The tokenizers library's description of the tokenizer.
    static let jsonName = "tokenizer.json"
    /// What transformers knows of the tokenizer besides; it names the special tokens' roles.
    static let configurationName = "tokenizer_config.json"
    /// The special tokens by role, which come before those of the configuration.
    static let specialTokensName = "special_tokens_map.json"

    /// The names of a tokenizer's files, of which a folder has some.
    public static let fileNames = [modelName, jsonName, configurationName, specialTokensName]

    /// The file that a tokenizer is made from: `path` itself, or of a folder `tokenizer.model`, or
    /// `tokenizer.json` where that is not there or Hugging Face's files name another token than
    /// Gemma's as the first of a text.
    public static func file(in path: String) throws -> String {
        guard try Folder.isFolder(path) else { return path }
        let (model, json) = (Folder.join(path, modelName), Folder.join(path, jsonName))
        guard try Folder.exists(json) else { return model }
        let roles = SpecialTokenRoles.tokens(try companions(of: json))
        let isGemmas = SpecialTokens.pieces[2] == roles["bos_token"] ?? SpecialTokens.pieces[2]
        return try isGemmas && Folder.exists(model) ? model : json
    }

    /// The files that belong to a `tokenizer.json` and lie beside it.
    static func companions(of file: String) throws -> [(name: String, content: [UInt8])] {
        try [configurationName, specialTokensName].compactMap { name in
            try FileContents.readIfPresent(Folder.join(Folder.parent(of: file), name))
                .map { (name, $0) }
        }
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
