import Formats

/// How the documents of a file are told apart.
package enum TextFormat: Sendable {
    /// Blocks of plain text between blank lines.
    case plain
    /// A JSON object in each line.
    case jsonLines
    /// A row for each document, in Parquet.
    case parquet
    /// A row for each document, with commas or tabs between the fields.
    case commaSeparated, tabSeparated

    /// What a file is by its name's endings, in capitals or not; nil where they are no text's. `-`,
    /// standard input, is JSON lines.
    package init?(path: String) {
        switch Self.ending(of: path) {
        case _ where path == "-": self = .jsonLines
        case "txt": self = .plain
        case "jsonl", "ndjson", "json": self = .jsonLines
        case "csv": self = .commaSeparated
        case "tsv": self = .tabSeparated
        case "parquet" where path.lowercased().hasSuffix("parquet"): self = .parquet
        default: return nil
        }
    }

    /// Whether the name leaves open if the file is lines of objects or one value: `.json`.
    static func isAmbiguous(_ path: String) -> Bool { ending(of: path) == "json" }

    /// The endings of all formats, for messages.
    static let endings = ".parquet, .jsonl, .ndjson, .csv, .tsv or .txt"

    /// Whether the first line of the file at `path` that is not blank is an object with a text. A
    /// pipe, which cannot be read twice, is taken to be so.
    ///
    /// - Throws: `InputError` for a file that cannot be read.
    static func isJSONLines(_ path: String, textField: String) throws -> Bool {
        guard try Folder.status(of: path) != nil else { return true }
        var lines = try LineReader(path: path, largestLine: longestRecord)
        while let line = try lines.next() {
            guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
            return !line.isContinued
                && (try? JSONLine.string(for: textField, in: line.bytes)) != nil
        }
        return false
    }

    /// The last ending of a path in lower case, before that of its compression.
    private static func ending(of path: String) -> String {
        var parts = Folder.name(of: path).lowercased().split(separator: ".")
        if let last = parts.last, ["gz", "zst"].contains(last) { parts.removeLast() }
        return parts.last.map(String.init) ?? ""
    }
}
