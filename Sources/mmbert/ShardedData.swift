import Diagnostics
import Formats
import Tokenization

/// What a person names to look at data: a manifest, the folder it is in, or a folder of shards.
enum ShardedData {
    case manifest(DataManifest)
    case folder(String)

    /// What is at `path`.
    ///
    /// - Throws: `InputError` if that is neither a manifest nor a folder of shards.
    init(path: String) throws {
        guard Folder.isFolder(path) else {
            self = .manifest(try DataManifest(contentsOf: path, checkingFolders: false))
            return
        }
        let manifest = Folder.join(path, "manifest.yaml")
        if Folder.exists(manifest) {
            self = .manifest(try DataManifest(contentsOf: manifest, checkingFolders: false))
        } else if Folder.exists(Folder.join(path, MDSIndex.fileName)) {
            self = .folder(path)
        } else {
            throw InputError(
                at: path, expected: "a manifest.yaml or an \(MDSIndex.fileName)", found: "neither",
                remedy: "Name a manifest, its folder, or a folder of shards.")
        }
    }

    /// Names of sources that are at a web server only, which these commands do not fetch.
    var remoteSources: [String] {
        guard case .manifest(let manifest) = self else { return [] }
        return manifest.sources.filter { manifest.localFolder(of: $0) == nil }.map(\.name)
    }

    /// The tokenizer at `path`, or else the manifest's if it is there.
    func tokenizer(at path: String?) throws -> Tokenizer? {
        if let path { return try Tokenizer(path: path) }
        guard case .manifest(let manifest) = self, Folder.exists(manifest.tokenizerPath) else {
            return nil
        }
        return try Tokenizer(path: manifest.tokenizerPath)
    }
}

extension DataManifest {
    /// The folder of a source, nil if it is at a web server only.
    func localFolder(of source: Source) -> String? {
        if case .folder(let path) = place(of: source) { path } else { nil }
    }

    /// The folder of the held-out part of a source, nil if there is none on this machine.
    func localHeldOutFolder(of source: Source) -> String? {
        if case .folder(let path) = heldOutPlace(of: source) { path } else { nil }
    }
}
