import Diagnostics
import Formats
import Foundation

/// The files of a model folder beside its weights: they must not depend on the model merged.
struct CompanionFiles {
    private let folder: String
    private let names: [String]

    /// Copied where they exist.
    private static let optional = [
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json",
    ]
    private static let configuration = "config.json"
    /// Keys that say where a model comes from, not what it computes.
    private static let provenance: Set = [
        "_name_or_path", "transformers_version", "torch_dtype", "dtype",
    ]

    /// The files of the first of `folders`; an `InputError` names the first key in which the
    /// configuration of another one differs.
    init(of folders: [String]) throws {
        folder = folders[0]
        names =
            [Self.configuration]
            + Self.optional.filter { Folder.exists(Folder.join(folders[0], $0)) }
        let first = try Self.readConfiguration(folders[0])
        for other in folders.dropFirst() {
            let fields = try Self.readConfiguration(other)
            for key in Set(first.keys).union(fields.keys).subtracting(Self.provenance).sorted()
            where first[key] != fields[key] {
                throw InputError(
                    at: "\(Folder.join(other, Self.configuration)): \(key)",
                    expected: "\(first[key]?.description ?? "no such key") as in \(folder)",
                    found: fields[key]?.description ?? "no such key",
                    remedy: "Merge models of one configuration only.")
            }
        }
    }

    /// Copies the files into `destination`.
    func copy(into destination: String) throws {
        for name in names {
            try AtomicFile.copy(
                Folder.join(folder, name), to: Folder.join(destination, name), synchronized: false)
        }
    }

    private static func readConfiguration(_ folder: String) throws -> [String: NSObject] {
        let path = Folder.join(folder, configuration)
        let data = FileManager.default.contents(atPath: path)
        let object = data.flatMap { try? JSONSerialization.jsonObject(with: $0) }
        guard let fields = object as? [String: NSObject] else {
            throw InputError(
                at: path, expected: "the JSON object of a model's configuration",
                found: data == nil ? "no readable file" : "something else",
                remedy: "Name folders as mmbert and transformers write them.")
        }
        return fields
    }
}
