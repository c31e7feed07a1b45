import ArgumentParser
import Diagnostics
import Formats
import Tokenization

/// `mmbert tokenizer decode`.
struct TokenizerDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the text of ids, one line for each line.",
        discussion: """
              mmbert tokenizer decode --tokenizer tokenizer ids.txt
              echo "714 4320 8426" | mmbert tokenizer decode --tokenizer tokenizer
            """)

    @Option(help: .init("The tokenizer's folder, .model or .json file.", valueName: "path"))
    var tokenizer: String
    @Flag(help: "Print each line as a JSON object with the text.") var json = false
    @Argument(help: "A file with ids, separated by spaces or commas; - for standard input.")
    var file = "-"

    private struct Line: Encodable {
        var text: String
    }

    func run() throws {
        let tokenizer = try Tokenizer(path: tokenizer)
        var lines = try LineReader(path: file)
        while let line = try lines.next() {
            let text = tokenizer.decode(try ids(in: line, of: tokenizer))
            if json { try printJSON(Line(text: text)) } else { try StandardOutput.print(text) }
        }
    }

    private func ids(in line: LineReader.Line, of tokenizer: Tokenizer) throws -> [Int32] {
        guard let text = line.text else {
            throw InputError(
                at: "\(file):\(line.number)", expected: "text in UTF-8", found: "other bytes",
                remedy: "Give lines of ids, as `mmbert tokenizer encode` prints them.")
        }
        return try text.split(whereSeparator: { " ,\t[]".contains($0) }).map { word in
            guard let id = Int32(word), 0..<Int32(tokenizer.vocabularySize) ~= id else {
                throw InputError(
                    at: "\(file):\(line.number)",
                    expected: "ids from 0 to \(tokenizer.vocabularySize - 1)", found: "“\(word)”",
                    remedy: "Give lines of ids, as `mmbert tokenizer encode` prints them.")
            }
            return id
        }
    }
}
