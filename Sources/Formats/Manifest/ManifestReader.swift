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
        var folders: Set<String> = []
        for (number, node) in nodes.enumerated() {
            let source = try source(node, "sources[\(number)].", checkingFolders)
            guard folders.insert(source.folder).inserted else {
                throw problem(
                    node.mark?.line, "sources[\(number)].folder", "a folder of its own",
                    "\"\(source.folder)\" a second time")
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
                "language", "folder", "documents", "samples", "tokens", "bytes", "held_out",
            ])
        var source = DataManifest.Source(
            language: try map.text("language"), folder: try map.text("folder"),
            documents: try map.count("documents"), samples: try map.count("samples"),
            tokens: try map.count("tokens"), bytes: try map.count("bytes"))
        try map.checkCounts()
        if checkingFolders { try check(map, "folder", fileName: MDSIndex.fileName) }
        if let inner = map.optionalNode("held_out") {
            let map = try ManifestMap(
                inner, key: "\(key)held_out.", reader: self,
                allowed: ["folder", "samples", "tokens"])
            source.heldOut = DataManifest.HeldOut(
                folder: try map.text("folder"), samples: try map.count("samples"),
                tokens: try map.count("tokens"))
            try map.checkCounts()
            if checkingFolders { try check(map, "folder", fileName: MDSIndex.fileName) }
        }
        return source
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
