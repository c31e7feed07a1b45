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
    /// Keys that say where a model comes from, not what it computes.
    private static let provenance: Set = [
        "_name_or_path", "transformers_version", "torch_dtype", "dtype",
    ]

    /// The files of the first of `folders`; an `InputError` names the first key in which the
    /// configuration of another one differs.
    init(of folders: [String]) throws {
        folder = folders[0]
        names =
            try [ModelFiles.configuration]
            + Self.optional.filter { try Folder.exists(Folder.join(folders[0], $0)) }
        let first = try Self.readConfiguration(folders[0])
        for other in folders.dropFirst() {
            let fields = try Self.readConfiguration(other)
            for key in Set(first.keys).union(fields.keys).subtracting(Self.provenance).sorted()
            where first[key] != fields[key] {
                throw InputError(
                    at: "\(Folder.join(other, ModelFiles.configuration)): \(key)",
                    expected: "\(first[key]?.description ?? "no such key") as in \(folder)",
                    found: fields[key]?.description ?? "no such key",
                    remedy: "Merge models of one configuration only.")
            }
        }
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

    private static func readConfiguration(_ folder: String) throws -> [String: NSObject] {
        let path = Folder.join(folder, ModelFiles.configuration)
        let data = try FileContents.readIfPresent(path)
        let object = data.flatMap { try? JSONSerialization.jsonObject(with: Data($0)) }
        guard let fields = object as? [String: NSObject] else {
            throw InputError(
                at: path, expected: "the JSON object of a model's configuration",
                found: data == nil ? "no such file" : "something else",
                remedy: "Name folders as mmbert and transformers write them.")
        }
        return fields
    }
}
