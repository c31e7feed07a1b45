import Diagnostics
import Formats
import Reporting

/// The lines of a labelled file as text, plain, `.gz` or `.zst`, without byte order mark and with
/// any line ends.
struct TextLines {
    /// A line and its number, from 1.
    typealias Line = (number: Int, text: String)

    /// The file.
    let path: String
    /// Bytes a line of text may have.
    static let longestLine = 1 << 24
    /// Bytes of a text that is read whole.
    static let largestText = 1 << 30

    private let longest: Int
    private var lines: LineReader

    /// The lines of the file at `path`, of at most `longest` bytes.
    ///
    /// - Throws: `InputError` for a file that cannot be read or is no text.
    init(path: String, longest: Int = longestLine) throws {
        (self.path, self.longest) = (path, longest)
        lines = try Self.explaining(path) {
            try LineReader(path: path, largestLine: longest, refusingPages: true)
        }
    }

    /// Where a line is.
    func location(_ number: Int) -> String { "\(path):\(number)" }

    /// The next line, nil after the last.
    ///
    /// - Throws: `InputError` for a line that is not UTF-8 or too long.
    mutating func next() throws -> Line? {
        guard let line = try Self.explaining(path, { try lines.next() }) else { return nil }
        guard !line.isContinued else {
            throw InputError(
                at: location(line.number),
                expected: "lines of at most \(binaryBytes(longest))", found: "a longer one",
                remedy: "Check that the file has line ends, and the format that is named.")
        }
        guard let text = line.text else {
            throw Self.notUTF8(at: location(line.number))
        }
        return (line.number, text)
    }

    /// The next line that is not blank, nil after the last.
    mutating func nextWithText() throws -> Line? {
        while let line = try next() {
            if !line.text.isBlank { return line }
        }
        return nil
    }

    /// The whole text of the file at `path`, its lines ended by `\n`.
    ///
    /// - Throws: `InputError`; also for more than `limit` bytes.
    static func whole(of path: String, limit: Int = largestText) throws -> [UInt8] {
        var lines = try explaining(path) { try LineReader(path: path, refusingPages: true) }
        var text: [UInt8] = []
        while let line = try explaining(path, { try lines.next() }) {
            guard text.count + line.bytes.count < limit else {
                throw InputError(
                    at: path, expected: "at most \(binaryBytes(limit)) of JSON", found: "more",
                    remedy: "Write it as JSON lines, or in several files.")
            }
            text += line.bytes
            if !line.isContinued { text.append(0x0a) }
        }
        return text
    }

    /// The error of bytes that are no text.
    static func notUTF8(at location: String) -> InputError {
        InputError(
            at: location, expected: "text in UTF-8", found: "other bytes",
            remedy: "Convert the file, such as with iconv -f latin1 -t UTF-8 FILE.")
    }

    /// The error of a file without examples.
    static func empty(_ path: String, expected: String) -> InputError {
        InputError(
            at: path, expected: expected, found: "no example",
            remedy: "Check the path; fetch the file again if it should have some.")
    }

    /// Does `reading`; of a table in another format says how it becomes text.
    static func explaining<Result>(
        _ path: String, _ reading: () throws -> Result
    ) throws -> Result {
        do {
            return try reading()
        } catch let error as InputError {
            let readers = [
                ContentKind.parquet.name: "read_parquet", ContentKind.arrow.name: "read_feather",
            ]
            guard let reader = readers[error.found] else { throw error }
            let command =
                "import pandas; pandas.\(reader)('FILE').to_json('FILE.jsonl', "
                + "orient='records', lines=True, force_ascii=False)"
            throw InputError(
                at: error.location, expected: error.expected, found: error.found,
                remedy: "Write it as JSON lines: python3 -c \"\(command)\".")
        }
    }
}
