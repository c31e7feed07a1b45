import Diagnostics

extension DataManifest {
    /// Writes the manifest to `path`, atomically.
    public func write(to path: String) throws {
        try AtomicFile.write(yaml, to: path)
    }

    /// The manifest as YAML, a line per source.
    public var yaml: String {
        let head: [YAMLTree.Member] = [
            .init("version", .count(version)), .init("tokenizer", .text(tokenizer)),
            .init("vocabulary", .count(vocabulary)), .init("context", .count(context)),
        ]
        return "# Written by `mmbert data build`. Paths are relative to this file.\n"
            + YAMLTree.mapping(head).yaml
            + (sources.isEmpty ? "sources: []\n" : "sources:\n")
            + sources.map { "  - \($0.tree.flow)\n" }.joined()
    }
}

extension DataManifest.Source {
    fileprivate var tree: YAMLTree {
        let name: [YAMLTree.Member] = name == language ? [] : [.init("name", .text(name))]
        let counts: [YAMLTree.Member] = [
            .init("documents", .count(documents)), .init("samples", .count(samples)),
            .init("tokens", .count(tokens)), .init("bytes", .count(bytes)),
        ]
        let heldOut = heldOut.map { [YAMLTree.Member("held_out", $0.tree)] } ?? []
        return .mapping(
            [.init("language", .text(language))] + name + place(folder, remote) + counts + heldOut)
    }
}

extension DataManifest.HeldOut {
    fileprivate var tree: YAMLTree {
        .mapping(
            place(folder, remote)
                + [.init("samples", .count(samples)), .init("tokens", .count(tokens))])
    }
}

private func place(_ folder: String?, _ remote: RemoteFolder?) -> [YAMLTree.Member] {
    [
        folder.map { .init("folder", .text($0)) },
        remote.map { .init("remote", .text($0.address)) },
    ].compactMap(\.self)
}
