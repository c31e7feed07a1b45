import Diagnostics

extension DataManifest {
    /// Writes the manifest to `path`, atomically.
    public func write(to path: String) throws {
        try AtomicFile.write(yaml, to: path)
    }

    /// The manifest as YAML, a line per source.
    public var yaml: String {
        var lines = [
            "# Written by `mmbert data build`. Paths are relative to this file.",
            "version: \(version)",
            "tokenizer: \(Self.scalar(tokenizer))",
            "vocabulary: \(vocabulary)",
            "context: \(context)",
            sources.isEmpty ? "sources: []" : "sources:",
        ]
        for source in sources {
            var fields = ["language: \(Self.scalar(source.language))"]
            if source.name != source.language {
                fields.append("name: \(Self.scalar(source.name))")
            }
            fields += Self.place(source.folder, source.remote)
            fields += [
                "documents: \(source.documents)", "samples: \(source.samples)",
                "tokens: \(source.tokens)", "bytes: \(source.bytes)",
            ]
            if let heldOut = source.heldOut {
                let inner =
                    Self.place(heldOut.folder, heldOut.remote)
                    + ["samples: \(heldOut.samples)", "tokens: \(heldOut.tokens)"]
                fields.append("held_out: {\(inner.joined(separator: ", "))}")
            }
            lines.append("  - {\(fields.joined(separator: ", "))}")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func place(_ folder: String?, _ remote: RemoteFolder?) -> [String] {
        let folder = folder.map { "folder: \(scalar($0))" }
        return [folder, remote.map { "remote: \(scalar($0.address))" }].compactMap(\.self)
    }

    /// `text` as a YAML scalar: plain where every reader takes it as a string, else quoted.
    private static func scalar(_ text: String) -> String {
        let isWord = text.unicodeScalars.enumerated().allSatisfy { place, scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "_": true
            case "0"..."9", ".", "-", "/": place > 0
            default: false
            }
        }
        let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ""]
        if isWord, !reserved.contains(text.lowercased()) { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
