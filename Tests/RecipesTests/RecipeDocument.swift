import Foundation

/// A Markdown document about recipes: its YAML blocks, and the keys that its tables explain.
struct RecipeDocument {
    /// The YAML blocks, in order.
    let blocks: [String]
    /// The rows of each table whose first column is `key`, by the heading above it.
    let tables: [String: [[String]]]
    /// The keys of each of these tables.
    var keys: [String: [String]] {
        tables.mapValues { rows in rows.compactMap { $0.first.map(Self.withoutQuotes) } }
    }

    /// The document at a path inside the repository.
    init(_ name: String) throws {
        let text = try String(contentsOfFile: Self.path(name), encoding: .utf8)
        var blocks: [String] = []
        var tables: [String: [[String]]] = [:]
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
                tables[heading] = []
            } else if line.hasPrefix("| `"), tables[heading] != nil {
                tables[heading]?.append(Self.cells(line))
            }
        }
        (self.blocks, self.tables) = (blocks, tables)
    }

    /// The cells of a table's row, without the space around them.
    private static func cells(_ line: Substring) -> [String] {
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// `ratio` for a cell with that in backquotes.
    private static func withoutQuotes(_ cell: String) -> String {
        cell.trimmingCharacters(in: ["`"])
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
