import Diagnostics
import Foundation
import Yams

/// A data manifest as a source of YAML values: its path, and places in it like
/// `sources[0].folder`.
struct ManifestSource: YAMLSource {
    let path: String

    func location(of keys: [String], mark: Mark?) -> String {
        let place = mark.map { "\(path):\($0.line)" } ?? path
        let name = keys.reduce("") { name, key in
            if Int(key) != nil { return "\(name)[\(key)]" }
            return name.isEmpty ? key : "\(name).\(key)"
        }
        return name.isEmpty ? place : "\(place): \(name)"
    }

    func isNumber(_ text: String) -> Bool { Double(text) != nil }
}

typealias ManifestValue = YAMLValue<ManifestSource>
typealias ManifestFields = YAMLFields<ManifestSource>

/// Reads a data manifest.
struct ManifestReader {
    let path: String

    func manifest(checkingFolders: Bool) throws -> DataManifest {
        let file = try MappedFile(path: path)
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw InputError(
                at: path, expected: "text in UTF-8", found: "other bytes",
                remedy: "Name the manifest that `mmbert data build` wrote.")
        }
        guard let root = try parseYAML(text, place: { "\(path):\($0)" }) else {
            throw InputError(
                at: path, expected: "a data manifest", found: "an empty file", remedy: correction)
        }
        let value = ManifestValue(node: root, path: [], source: ManifestSource(path: path))
        let fields = try value.fields(
            ["version", "tokenizer", "vocabulary", "context", "sources"], of: "a data manifest")
        let version = try fields.written("version")
        guard version.text == "1" else { throw version.error(expected: "1", remedy: correction) }
        let list = try fields.written("sources").list(of: "sources")
        var manifest = DataManifest(
            tokenizer: try fields.name("tokenizer"),
            vocabulary: try fields.count("vocabulary", from: 1, upTo: 1 << 30),
            context: try fields.count("context", from: 1, upTo: 1 << 30), sources: [])
        if checkingFolders { try check(fields.written("tokenizer")) }
        manifest.sources.reserveCapacity(list.count)
        var seen: Set<String> = []
        var sums = Sums()
        for value in list {
            let fields = try value.fields(Self.sourceKeys, of: "a source")
            let source = try source(fields, checkingFolders)
            try sums.add(source, at: fields)
            for (key, place) in [
                ("folder", source.folder), ("remote", source.remote?.address),
            ] {
                guard let place, !seen.insert(place).inserted else { continue }
                throw (fields[key] ?? value).error(
                    expected: "a folder of its own", found: "\"\(place)\" a second time",
                    remedy: correction)
            }
            manifest.sources.append(source)
        }
        return manifest
    }

    private static let sourceKeys = [
        "language", "name", "folder", "remote", "documents", "samples", "tokens", "bytes",
        "held_out",
    ]

    private func source(
        _ fields: ManifestFields, _ checkingFolders: Bool
    ) throws -> DataManifest.Source {
        let (folder, remote) = try place(fields, checkingFolders)
        var source = DataManifest.Source(
            language: try fields.name("language"),
            name: try fields["name"].map { _ in try fields.name("name") }, folder: folder,
            remote: remote, documents: try fields.count("documents"),
            samples: try fields.samples(), tokens: try fields.count("tokens"),
            bytes: try fields.count("bytes"))
        try fields.requireTokens(source.tokens, of: source.samples)
        if let value = fields["held_out"] {
            let fields = try value.fields(
                ["folder", "remote", "samples", "tokens"], of: "held-out samples")
            let (folder, remote) = try place(fields, checkingFolders)
            let heldOut = DataManifest.HeldOut(
                folder: folder, remote: remote, samples: try fields.samples(),
                tokens: try fields.count("tokens"))
            try fields.requireTokens(heldOut.tokens, of: heldOut.samples)
            source.heldOut = heldOut
        }
        return source
    }

    /// `folder`, `remote`, or both. A folder must have an index unless there is an address too.
    private func place(
        _ fields: ManifestFields, _ checkingFolders: Bool
    ) throws -> (folder: String?, remote: RemoteFolder?) {
        guard let address = fields["remote"] else {
            let folder = try fields.name("folder")
            if checkingFolders {
                try check(fields.written("folder"), fileName: MDSIndex.fileName)
            }
            return (folder, nil)
        }
        guard let remote = RemoteFolder(try fields.name("remote")) else {
            throw address.error(
                expected: "an http or https address without a name, password or fragment",
                found: "something else",
                remedy: "Write it like https://host/folder; a token for the server goes into the "
                    + "environment variable MMBERT_REMOTE_TOKEN, its host into "
                    + "MMBERT_REMOTE_TOKEN_HOST.")
        }
        return (try fields["folder"].map { _ in try fields.name("folder") }, remote)
    }

    /// Checks that the path in `value` is there and, if it is a folder of shards, has an index.
    private func check(_ value: ManifestValue, fileName: String? = nil) throws {
        var place = Folder.join(Folder.parent(of: path), value.text ?? "")
        if let fileName { place = Folder.join(place, fileName) }
        guard try Folder.exists(place) else {
            throw value.error(
                expected: "a path relative to the manifest that is there", found: "no \(place)",
                remedy: "Move the manifest together with its folders, or build the data again.")
        }
    }
}

/// What the sources count together: sums that others take need not be checked again.
private struct Sums {
    private var counts: [String: Int] = [:]

    mutating func add(_ source: DataManifest.Source, at fields: ManifestFields) throws {
        let heldOut = (source.heldOut?.samples ?? 0, source.heldOut?.tokens ?? 0)
        for (key, count) in [
            ("documents", source.documents), ("samples", source.samples + heldOut.0),
            ("tokens", source.tokens + heldOut.1), ("bytes", source.bytes),
        ] {
            let sum = counts[key, default: 0] + count
            guard sum <= DataManifest.largestCount else {
                throw (fields[key] ?? fields.value).error(
                    expected: "at most \(DataManifest.largestCount) \(key) in all sources",
                    found: "\(sum) up to here", remedy: correction)
            }
            counts[key] = sum
        }
    }
}

/// What to do about a wrong value in a manifest.
private let correction = "Correct the manifest, or write it again with `mmbert data build`."

extension ManifestFields {
    /// The value of a key that must be there.
    fileprivate func written(_ key: String) throws -> ManifestValue {
        try required(key, remedy: correction)
    }

    /// A string that is not empty.
    fileprivate func name(_ key: String) throws -> String {
        let value = try written(key)
        guard let text = value.text else {
            throw value.error(expected: "a name", remedy: correction)
        }
        return text
    }

    /// A count of samples.
    fileprivate func samples() throws -> Int {
        try count("samples", upTo: DataManifest.largestSampleCount)
    }

    /// An integer that is neither smaller than `smallest` nor larger than `largest`.
    fileprivate func count(
        _ key: String, from smallest: Int = 0, upTo largest: Int = DataManifest.largestCount
    ) throws -> Int {
        let value = try written(key)
        guard let count = value.text.flatMap({ Int($0) }), count >= smallest, count <= largest
        else {
            let isLarge = value.text.flatMap { Double($0) }.map { $0 > Double(largest) } ?? false
            throw value.error(
                expected: "an integer from \(smallest) "
                    + (isLarge ? "to \(largest)" : "on"), remedy: correction)
        }
        return count
    }

    /// Checks that samples hold at least a token each, and that there are no tokens without
    /// samples.
    fileprivate func requireTokens(_ tokens: Int, of samples: Int) throws {
        guard tokens < samples || (samples == 0 && tokens > 0) else { return }
        throw try written("tokens").error(
            expected: "a count that \(samples == 1 ? "1 sample" : "\(samples) samples") can hold",
            remedy: correction)
    }
}
