import Diagnostics
import Formats
import Foundation
import Tokenization

/// The files of a model folder besides its weights: they must not depend on the model merged.
struct CompanionFiles {
    private let folder: String
    private let names: [String]

    /// Copied where they exist.
    private static let optional = TokenizerFolder.fileNames + ModelFiles.sentenceTransformers

    /// The files of the first of `folders`.
    ///
    /// - Throws: `InputError` naming the first key in which the configuration of another one
    ///   differs, a module or code of a folder that could not be merged, and a tokenizer that gives
    ///   other ids than the first.
    init(of folders: [String]) throws {
        folder = folders[0]
        for folder in folders { try Self.rejectUnsupported(folder) }
        let modules = try SentenceModule.list(of: folder) ?? []
        let configurations = try modules.enumerated().filter { !$1.path.isEmpty }.map {
            index, module in
            _ = try module.place(in: folders[0], at: index)
            return Folder.join(module.path, ModelFiles.configuration)
        }
        let optional = Self.optional + configurations.filter { !Self.optional.contains($0) }
        names =
            try [ModelFiles.configuration]
            + optional.filter { try Folder.exists(Folder.join(folders[0], $0)) }
        let first = try ModelConfiguration(folder)
        for other in folders.dropFirst() {
            try ModelConfiguration(other).requireSame(as: first)
            try Self.compareTokenizers(folders[0], other)
        }
    }

    /// Throws an `InputError` for a folder whose vectors or tokens are made by more than an
    /// encoder.
    private static func rejectUnsupported(_ folder: String) throws {
        let known = ["Transformer", "Pooling", "Normalize"]
        for (index, module) in (try SentenceModule.list(of: folder) ?? []).enumerated()
        where !module.isKnown || !known.contains(String(module.kind)) {
            throw InputError(
                at: "\(Folder.join(folder, ModelFiles.modules)): [\(index)].type",
                expected: known.joined(separator: ", ") + " of sentence-transformers",
                found: module.type,
                remedy: "Merge the encoders without this module, and make it anew.")
        }
        if let name = try Folder.contents(of: folder).first(where: { $0.hasSuffix(".py") }) {
            throw InputError(
                at: Folder.join(folder, name), expected: "a model without code of its own",
                found: "this file",
                remedy: "Merge models of transformers itself; move a script elsewhere.")
        }
    }

    /// Throws an `InputError` where both folders have a tokenizer that is read, and these differ.
    private static func compareTokenizers(_ folder: String, _ other: String) throws {
        func tokenizer(_ folder: String) throws -> Tokenizer? {
            guard try Folder.exists(TokenizerFolder.file(in: folder)) else { return nil }
            return try? Tokenizer(path: folder)
        }
        guard try !TokenizerFolder.isSame(folder, other), let here = try tokenizer(folder),
            let there = try tokenizer(other)
        else { return }
        let path = try TokenizerFolder.file(in: other)
        guard here.vocabularySize == there.vocabularySize else {
            throw otherTokenizer(
                path, "has \(here.vocabularySize) pieces", "has \(there.vocabularySize)", folder)
        }
        if let (expected, found) = here.firstDifference(from: there) {
            throw otherTokenizer(path, expected, found, folder)
        }
    }

    private static func otherTokenizer(
        _ path: String, _ expected: String, _ found: String, _ folder: String
    ) -> InputError {
        InputError(
            at: path, expected: "the tokenizer of \(folder), which \(expected)",
            found: "one that \(found)", remedy: "Merge models of one tokenizer only.")
    }

    /// Copies the files into `destination`, beside weights stored in `element`.
    func copy(into destination: String, storing element: SafetensorsElement) throws {
        for name in names {
            let (source, copy) = (Folder.join(folder, name), Folder.join(destination, name))
            try Folder.create(Folder.parent(of: copy))
            if name == ModelFiles.configuration {
                let text = String(decoding: try FileContents.read(source), as: UTF8.self)
                try AtomicFile.write(
                    Self.naming(element, in: text), to: copy, synchronized: false)
            } else {
                try AtomicFile.copy(source, to: copy, synchronized: false)
            }
        }
    }

    /// The configuration with `element` as the type that its weights have, where it names one.
    private static func naming(_ element: SafetensorsElement, in text: String) -> String {
        let names: [SafetensorsElement: String] = [
            .f32: "float32", .bf16: "bfloat16", .f16: "float16",
        ]
        guard let name = names[element] else { return text }
        return text.replacing(/"(torch_dtype|dtype)"\s*:\s*"\w+"/) { match in
            "\"\(match.1)\": \"\(name)\""
        }
    }
}
