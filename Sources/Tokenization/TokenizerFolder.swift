import Diagnostics
import Foundation

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
    public static func file(in path: String) -> String {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return path
        }
        let (model, json) = (file(modelName, in: path), file(jsonName, in: path))
        guard manager.fileExists(atPath: json) else { return model }
        let roles = SpecialTokenRoles.tokens(companions(of: json))
        let isGemmas = SpecialTokens.pieces[2] == roles["bos_token"] ?? SpecialTokens.pieces[2]
        return isGemmas && manager.fileExists(atPath: model) ? model : json
    }

    private static func file(_ name: String, in folder: String) -> String {
        URL(filePath: folder).appending(path: name).relativePath
    }

    /// The files that belong to a `tokenizer.json` and lie beside it.
    static func companions(of file: String) -> [(name: String, content: [UInt8])] {
        let folder = URL(filePath: file).deletingLastPathComponent()
        return [configurationName, specialTokensName].compactMap { name in
            FileManager.default.contents(atPath: folder.appending(path: name).path)
                .map { (name, [UInt8]($0)) }
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
        let manager = FileManager.default
        let target = URL(filePath: folder)
        do {
            try manager.createDirectory(at: target, withIntermediateDirectories: true)
            let origin = URL(filePath: source)
            guard manager.fileExists(atPath: origin.appending(path: jsonName).path) else {
                return try HuggingFaceTokenizer(tokenizer).write(toFolder: folder)
            }
            for name in fileNames {
                let file = origin.appending(path: name)
                guard manager.fileExists(atPath: file.path) else { continue }
                try Data(contentsOf: file).write(to: target.appending(path: name))
            }
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(
                at: folder, expected: "a folder for the tokenizer's files",
                found: error.localizedDescription, remedy: "Check the path, rights and free space.")
        }
    }
}
