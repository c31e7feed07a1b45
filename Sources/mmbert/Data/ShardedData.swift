import Diagnostics
import Formats
import Tokenization

/// What a person can name as data: a manifest, the folder it is in, a folder of shards, or a folder
/// with such folders inside, as data from elsewhere are laid out.
enum ShardedData {
    case manifest(DataManifest)
    case folder(String)
    /// Folders of shards by their paths inside a folder that has no manifest.
    case folders([(name: String, path: String)])

    /// What is at `path`.
    ///
    /// - Throws: `InputError` if that is neither a manifest nor a folder with shards.
    init(path: String) throws {
        guard try Folder.isFolder(path) else {
            self = .manifest(try DataManifest(contentsOf: path, checkingFolders: false))
            return
        }
        let manifest = Folder.join(path, "manifest.yaml")
        if try Folder.exists(manifest) {
            self = .manifest(try DataManifest(contentsOf: manifest, checkingFolders: false))
        } else if try Folder.exists(Folder.join(path, MDSIndex.fileName)) {
            self = .folder(path)
        } else {
            let folders = try Self.foldersOfShards(in: path)
            guard !folders.isEmpty else {
                throw InputError(
                    at: path,
                    expected: "a manifest.yaml, or an \(MDSIndex.fileName) here or further below",
                    found: "neither",
                    remedy: "Name a manifest, its folder, or a folder with shards.")
            }
            self = .folders(folders)
        }
    }

    /// Folders that have an index, a few levels below `path`, in the order of names.
    private static func foldersOfShards(in path: String) throws -> [(name: String, path: String)] {
        var found: [(name: String, path: String)] = []
        var level = [""]
        for _ in 1...mostLevels {
            var below: [String] = []
            for parent in level {
                for child in try Folder.contents(of: Folder.join(path, parent))
                where !child.hasPrefix(".") {
                    let name = Folder.join(parent, child)
                    let place = Folder.join(path, name)
                    if try Folder.exists(Folder.join(place, MDSIndex.fileName)) {
                        found.append((name, place))
                    } else if try Folder.isFolder(place) {
                        below.append(name)
                    }
                }
            }
            level = below
        }
        return found.sorted { $0.name < $1.name }
    }

    private static let mostLevels = 4

    /// Names of sources that are only on a web server, which these commands do not fetch.
    var remoteSources: [String] {
        get throws {
            guard case .manifest(let manifest) = self else { return [] }
            return try manifest.sources.filter { try manifest.localFolder(of: $0) == nil }
                .map(\.name)
        }
    }

    /// The tokenizer at `path`, or else the manifest's if it is there.
    func tokenizer(at path: String?) throws -> Tokenizer? {
        if let path { return try Tokenizer(path: path) }
        guard case .manifest(let manifest) = self, try Folder.exists(manifest.tokenizerPath) else {
            return nil
        }
        return try Tokenizer(path: manifest.tokenizerPath)
    }
}

extension DataManifest {
    /// The folder of a source, nil if it is only on a web server.
    func localFolder(of source: Source) throws -> String? {
        if case .folder(let path) = try place(of: source) { path } else { nil }
    }

    /// The folder of the held-out part of a source, nil if there is none on this machine.
    func localHeldOutFolder(of source: Source) throws -> String? {
        if case .folder(let path) = try heldOutPlace(of: source) { path } else { nil }
    }
}
