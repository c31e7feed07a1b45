import ArgumentParser
import Diagnostics
import Formats
import Foundation

/// How lines are to be read.
enum LineFormat: String, ExpressibleByArgument, CaseIterable {
    /// JSON lines if the file's name ends in `.jsonl` (or `.jsonl.gz`, `.jsonl.zst`) or the first
    /// line begins with a brace.
    case auto
    /// Every line is a text.
    case text
    /// Every line is a JSON object.
    case jsonl
}

/// What a line holds for the model.
struct InputLine {
    /// What a JSON line may hold; other keys are ignored.
    struct Fields: Decodable {
        var text: String?
        var inputIDs: [Int32]?
        var labels: [Int32]?

        enum CodingKeys: String, CodingKey {
            case text, labels
            case inputIDs = "input_ids"
        }
    }

    /// File and line, for messages.
    let location: String
    /// A text line is a line with `text` alone.
    let fields: Fields
}

/// The lines of a file or of standard input, plain, `.gz` or `.zst`, a chunk at a time.
struct InputLines {
    private var lines: LineReader
    private var pending: LineReader.Line?
    private let isJSON: Bool
    private let name: String

    /// Opens `path`; `-` is standard input.
    init(path: String, format: LineFormat) throws {
        lines = try LineReader(path: path)
        name = path == "-" ? "standard input" : path
        pending = try lines.next()
        isJSON =
            switch format {
            case .text: false
            case .jsonl: true
            case .auto:
                path.contains(/\.jsonl(\.gz|\.zst)?$/)
                    || pending?.bytes.first == UInt8(ascii: "{")
            }
    }

    /// Up to `count` next lines, fewer where they are long; none at the end.
    ///
    /// - Throws: `InputError` with file and line for a line that is not text or not a JSON object.
    mutating func next(atMost count: Int) throws -> [InputLine] {
        var chunk: [InputLine] = []
        var bytes = 0
        while chunk.count < count, bytes < 1 << 23, let line = pending {
            pending = try lines.next()
            bytes += line.bytes.count
            chunk.append(try read(line))
        }
        return chunk
    }

    private func read(_ line: LineReader.Line) throws -> InputLine {
        let location = "\(name):\(line.number)"
        guard !line.isContinued else {
            throw InputError(
                at: location, expected: "lines of less than 16 MB", found: "a longer one",
                remedy: "Cut it: a model reads at most a few thousand tokens of a line.")
        }
        guard let text = line.text else {
            throw InputError(
                at: location, expected: "text in UTF-8", found: "other bytes",
                remedy: "Convert the file to UTF-8, or leave the line out.")
        }
        guard isJSON else { return InputLine(location: location, fields: .init(text: text)) }
        do {
            let fields = try JSONDecoder().decode(InputLine.Fields.self, from: Data(line.bytes))
            return InputLine(location: location, fields: fields)
        } catch {
            throw InputError(
                at: location,
                expected: "a JSON object with “text”, a string, or “input_ids”, a list of numbers",
                found: Self.excerpt(text),
                remedy: "Fix the line, or read it as text with --format text.")
        }
    }

    private static func excerpt(_ text: String) -> String {
        if text.isEmpty { return "an empty line" }
        return text.count > 40 ? "“\(text.prefix(40))…”" : "“\(text)”"
    }
}
