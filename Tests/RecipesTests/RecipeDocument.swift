import Foundation

/// A Markdown document about recipes: its YAML blocks, and the keys that its tables explain.
struct RecipeDocument {
    /// The YAML blocks, in order.
    let blocks: [String]
    /// The keys of each table whose first column is `key`, by the heading above it.
    let keys: [String: [String]]

    /// The document at a path inside the repository.
    init(_ name: String) throws {
        let text = try String(contentsOfFile: Self.path(name), encoding: .utf8)
        var blocks: [String] = []
        var keys: [String: [String]] = [:]
        var block: [Substring]?
        var heading = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let lines = block { blocks.append(lines.joined(separator: "\n") + "\n") }
                block = block == nil && line == "```yaml" ? [] : nil
            } else if block != nil {
                block?.append(line)
            } else if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else if line.hasPrefix("| key |") {
                keys[heading] = []
            } else if line.hasPrefix("| `"), keys[heading] != nil {
                keys[heading]?.append(String(line.dropFirst(3).prefix { $0 != "`" }))
            }
        }
        (self.blocks, self.keys) = (blocks, keys)
    }

    /// Whether a block is a whole recipe rather than some of its keys.
    static func isWhole(_ block: String) -> Bool {
        entries(of: block).contains { $0.key == "phases" }
    }

    /// The keys of a block that are not indented, each with the text of its value.
    static func entries(of block: String) -> [(key: String, value: String)] {
        var entries: [(key: String, value: String)] = []
        for line in block.split(separator: "\n") {
            if line.first == " " {
                entries[entries.count - 1].value += "\n" + line
            } else if let colon = line.firstIndex(of: ":") {
                entries.append(
                    (String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
        }
        return entries
    }

    /// The absolute path of a name inside the repository.
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(name).path
    }
}
