import ArgumentParser
import Formats
import Reporting
import Tokenization

/// `mmbert tokenizer encode`.
struct TokenizerEncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Print the ids of each line of text.",
        discussion: """
              mmbert tokenizer encode --tokenizer tokenizer notes.txt
              echo "Guten Morgen" | mmbert tokenizer encode --tokenizer tokenizer --special
            """)

    @Option(help: .init("The tokenizer's folder, .model or .json file.", valueName: "path"))
    var tokenizer: String
    @Flag(help: "Put the class token and the separator around each line.") var special = false
    @Flag(help: "Print each line as a JSON object with ids and pieces.") var json = false
    @Argument(help: "A text file, plain, .gz or .zst; - for standard input.") var file = "-"

    private struct Line: Encodable {
        var ids: [Int32]
        var pieces: [String]
    }

    func run() throws {
        let tokenizer = try Tokenizer(path: tokenizer)
        var lines = try LineReader(path: file, largestLine: Self.longestLine)
        var (damaged, first) = (0, 0)
        while let line = try lines.next() {
            if line.text == nil {
                damaged += 1
                if first == 0 { first = line.number }
            }
            var ids: [Int32] = special ? [tokenizer.special.begin] : []
            tokenizer.encode(line.bytes.span, appendingTo: &ids)
            if special { ids.append(tokenizer.special.end) }
            if json {
                let pieces = ids.map(tokenizer.piece)
                try printJSON(Line(ids: ids, pieces: pieces))
            } else {
                try StandardOutput.print(ids.map(String.init).joined(separator: " "))
            }
        }
        if damaged > 0 {
            tell(
                """
                warning: \(counted(damaged, "line")) not in UTF-8, with wrong bytes read as \
                U+FFFD; the first at \(file):\(first)
                """)
        }
    }

    /// The largest line that is encoded as a whole, in bytes.
    private static let longestLine = 1 << 30
}
