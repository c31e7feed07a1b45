import ArgumentParser
import Diagnostics
import Formats
import Preparation
import Reporting

/// How lines are to be read.
enum LineFormat: String, ExpressibleByArgument, CaseIterable {
    /// JSON lines if the file's name ends in `.jsonl` or `.ndjson`, perhaps with `.gz` or `.zst`,
    /// or the first line begins with a brace.
    case auto
    /// Every line is a text.
    case text
    /// Every line is a JSON object.
    case jsonl
}

/// What a line holds for the model.
struct InputLine {
    /// What a JSON line may hold; other keys are ignored, and these where they hold something else.
    struct Fields {
        var text: String?
        var inputIDs: [Int32]?
        var labels: [Int32]?
    }

    /// File and line, for messages.
    let location: String
    /// A text line is a line with `text` alone.
    let fields: Fields
}

/// The lines of a file or of standard input, plain, `.gz` or `.zst`, a chunk at a time.
struct InputLines {
    /// Blank lines between JSON lines, which hold nothing.
    private(set) var blankLines = 0

    private var lines: LineReader
    private var pending: LineReader.Line?
    private let isJSON: Bool
    private let name: String
    private var firstBlankLine = 0

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
                path.lowercased().contains(/\.(jsonl|ndjson)(\.gz|\.zst)?$/)
                    || pending?.bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
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
            if isJSON, !line.bytes.contains(where: { $0 > 0x20 }) {
                blankLines += 1
                if blankLines == 1 { firstBlankLine = line.number }
                continue
            }
            bytes += line.bytes.count
            chunk.append(try read(line))
        }
        return chunk
    }

    /// Warns of blank lines, if there were any.
    func tellBlankLines() {
        guard blankLines > 0 else { return }
        tell(
            """
            warning: \(counted(blankLines, "blank line")) passed over; the first at \
            \(name):\(firstBlankLine)
            """)
    }

    private func read(_ line: LineReader.Line) throws -> InputLine {
        let location = "\(name):\(line.number)"
        guard !line.isContinued else {
            throw InputError(
                at: location, expected: "lines of less than 16 MB", found: "a longer one",
                remedy: "Cut it: a model reads at most a few thousand tokens of a line.")
        }
        if isJSON { return InputLine(location: location, fields: try fields(of: line, location)) }
        let text = try Self.text(line.bytes, at: location)
        return InputLine(location: location, fields: .init(text: text))
    }

    private func fields(of line: LineReader.Line, _ location: String) throws -> InputLine.Fields {
        do {
            let (text, numbers) = try JSONLine.text(
                for: "text", numbers: ["input_ids", "labels"], in: line.bytes)
            return InputLine.Fields(
                text: try text.map { try Self.text($0, at: location) }, inputIDs: numbers[0],
                labels: numbers[1])
        } catch is JSONLine.Problem {
            throw InputError(
                at: location,
                expected: "a JSON object with “text”, a string, or “input_ids”, a list of numbers",
                found: Self.excerpt(String(decoding: line.bytes, as: UTF8.self)),
                remedy: "Fix the line, or read it as text with --format text.")
        }
    }

    private static func text(_ bytes: [UInt8], at location: String) throws -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        throw InputError(
            at: location, expected: "text in UTF-8", found: "other bytes",
            remedy: "Convert the file to UTF-8, or leave the line out.")
    }

    private static func excerpt(_ text: String) -> String {
        text.count > 40 ? "“\(text.prefix(40))…”" : "“\(text)”"
    }
}
