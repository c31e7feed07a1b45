import Diagnostics
import Foundation
import Yams

/// Reads a data manifest through Yams' nodes, which know their lines.
struct ManifestReader {
    let path: String

    func manifest(checkingFolders: Bool) throws -> DataManifest {
        let file = try MappedFile(path: path)
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw InputError(
                at: path, expected: "text in UTF-8", found: "other bytes",
                remedy: "Name the manifest that `mmbert data build` wrote.")
        }
        guard let root = try compose(text) else {
            throw problem(nil, "", "a data manifest", "an empty file")
        }
        let map = try ManifestMap(
            root, key: "", reader: self,
            allowed: ["version", "tokenizer", "vocabulary", "context", "sources"])
        let version = try map.count("version")
        guard version == 1 else {
            throw problem(map.line("version"), "version", "1", "\(version)")
        }
        guard let nodes = try map.node("sources").sequence else {
            throw problem(map.line("sources"), "sources", "a list", "something else")
        }
        var manifest = DataManifest(
            tokenizer: try map.text("tokenizer"), vocabulary: try map.count("vocabulary", from: 1),
            context: try map.count("context", from: 1), sources: [])
        if checkingFolders { try check(map, "tokenizer", fileName: nil) }
        manifest.sources.reserveCapacity(nodes.count)
        var seen: Set<String> = []
        for (number, node) in nodes.enumerated() {
            let source = try source(node, "sources[\(number)].", checkingFolders)
            for (key, place) in [
                ("folder", source.folder), ("remote", source.remote?.address),
            ] {
                guard let place, !seen.insert(place).inserted else { continue }
                throw problem(
                    node.mark?.line, "sources[\(number)].\(key)", "a folder of its own",
                    "\"\(place)\" a second time")
            }
            manifest.sources.append(source)
        }
        return manifest
    }

    private func source(
        _ node: Node, _ key: String, _ checkingFolders: Bool
    ) throws -> DataManifest.Source {
        let map = try ManifestMap(
            node, key: key, reader: self,
            allowed: [
                "language", "name", "folder", "remote", "documents", "samples", "tokens", "bytes",
                "held_out",
            ])
        let (folder, remote) = try place(map, checkingFolders)
        var source = DataManifest.Source(
            language: try map.text("language"),
            name: try map.optionalNode("name").map { _ in try map.text("name") },
            folder: folder, remote: remote, documents: try map.count("documents"),
            samples: try map.count("samples"), tokens: try map.count("tokens"),
            bytes: try map.count("bytes"))
        try map.checkCounts()
        if let inner = map.optionalNode("held_out") {
            let map = try ManifestMap(
                inner, key: "\(key)held_out.", reader: self,
                allowed: ["folder", "remote", "samples", "tokens"])
            let (folder, remote) = try place(map, checkingFolders)
            source.heldOut = DataManifest.HeldOut(
                folder: folder, remote: remote, samples: try map.count("samples"),
                tokens: try map.count("tokens"))
            try map.checkCounts()
        }
        return source
    }

    /// `folder`, `remote`, or both. A folder must have an index unless there is an address too.
    private func place(
        _ map: ManifestMap, _ checkingFolders: Bool
    ) throws -> (folder: String?, remote: RemoteFolder?) {
        guard map.optionalNode("remote") != nil else {
            let folder = try map.text("folder")
            if checkingFolders { try check(map, "folder", fileName: MDSIndex.fileName) }
            return (folder, nil)
        }
        guard let remote = RemoteFolder(try map.text("remote")) else {
            throw InputError(
                at: map.location("remote"),
                expected: "an http or https address without a name, password or fragment",
                found: "something else",
                remedy: "Write it like https://host/folder; a token for the server goes into the "
                    + "environment variable MMBERT_REMOTE_TOKEN.")
        }
        return (map.optionalNode("folder") == nil ? nil : try map.text("folder"), remote)
    }

    /// Checks that the path under `key` is there and, if it is a folder of shards, has an index.
    private func check(_ map: ManifestMap, _ key: String, fileName: String?) throws {
        let relative = try map.text(key)
        var place = Folder.join(Folder.parent(of: path), relative)
        if let fileName { place = Folder.join(place, fileName) }
        guard Folder.exists(place) else {
            throw InputError(
                at: map.location(key), expected: "a path relative to the manifest that is there",
                found: "no \(place)",
                remedy: "Move the manifest together with its folders, or build the data again.")
        }
    }

    /// An error at a line of the manifest.
    func problem(_ line: Int?, _ key: String, _ expected: String, _ found: String) -> InputError {
        InputError(
            at: location(line, key), expected: expected, found: found,
            remedy: "Correct the manifest, or write it again with `mmbert data build`.")
    }

    func location(_ line: Int?, _ key: String) -> String {
        let place = line.map { "\(path):\($0)" } ?? path
        return key.isEmpty ? place : "\(place): \(key)"
    }

    private func compose(_ text: String) throws -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let found, let mark, _), .parser(_, let found, let mark, _),
                .composer(_, let found, let mark, _):
                throw problem(mark.line, "", "valid YAML", found)
            case .duplicatedKeysInMapping(let keys, let context):
                throw problem(
                    context.mark.line, "", "keys that differ",
                    "\(keys.map { "\($0)" }.joined(separator: ", ")) twice")
            default:
                throw problem(nil, "", "valid YAML", "\(error)")
            }
        }
    }
}

/// A mapping of the manifest whose keys are known.
struct ManifestMap {
    private let reader: ManifestReader
    private let key: String
    private let mark: Mark?
    private var values: [String: Node] = [:]

    /// The mapping in `node`, whose place in the manifest is `key`.
    init(_ node: Node, key: String, reader: ManifestReader, allowed: [String]) throws {
        self.reader = reader
        self.key = key
        mark = node.mark
        guard let mapping = node.mapping else {
            throw reader.problem(
                node.mark?.line, String(key.dropLast()),
                "a mapping of \(allowed.joined(separator: ", "))", "something else")
        }
        for (name, value) in mapping {
            guard case .scalar(let scalar) = name, allowed.contains(scalar.string) else {
                throw reader.problem(
                    name.mark?.line, key + (name.scalar?.string ?? "?"),
                    "one of the keys \(allowed.joined(separator: ", "))", "an unknown key")
            }
            values[scalar.string] = value
        }
    }

    func optionalNode(_ name: String) -> Node? { values[name] }

    func line(_ name: String) -> Int? { values[name]?.mark?.line ?? mark?.line }

    func location(_ name: String) -> String { reader.location(line(name), key + name) }

    func node(_ name: String) throws -> Node {
        guard let node = values[name] else {
            throw reader.problem(mark?.line, key + name, "this key", "nothing")
        }
        return node
    }

    /// A string that is not empty.
    func text(_ name: String) throws -> String {
        let node = try node(name)
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw reader.problem(line(name), key + name, "a name", "\(describe(node))")
        }
        return scalar.string
    }

    /// An integer that is not smaller than `smallest`.
    func count(_ name: String, from smallest: Int = 0) throws -> Int {
        let node = try node(name)
        guard case .scalar(let scalar) = node, let count = Int(scalar.string), count >= smallest
        else {
            throw reader.problem(
                line(name), key + name, "an integer from \(smallest) on", describe(node))
        }
        return count
    }

    /// Samples hold at least a token each, and there are no tokens without samples.
    func checkCounts() throws {
        let (samples, tokens) = (try count("samples"), try count("tokens"))
        guard tokens >= samples && (samples > 0 || tokens == 0) else {
            throw reader.problem(
                line("tokens"), key + "tokens", "a count that \(samples) samples can hold",
                "\(tokens)")
        }
    }

    private func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): "\"\(scalar.string)\""
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
