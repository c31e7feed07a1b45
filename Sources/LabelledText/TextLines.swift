import Diagnostics
import Formats
import Reporting

/// The lines of a labelled file as text, plain, `.gz` or `.zst`, without byte order mark and with
/// any line ends.
package struct TextLines {
    /// A line and its number, from 1.
    package typealias Line = (number: Int, text: String)

    /// The file.
    package let path: String
    /// Bytes a line of text may have.
    package static let longestLine = 1 << 24
    /// Bytes of a text that is read whole.
    package static let largestText = 1 << 30

    private let longest: Int
    private var lines: LineReader
    /// Lines that were given back, the last of them first.
    private var returned: [Line] = []

    /// The lines of the file at `path`, of at most `longest` bytes.
    ///
    /// - Throws: `InputError` for a file that cannot be read or is no text.
    package init(path: String, longest: Int = longestLine) throws {
        (self.path, self.longest) = (path, longest)
        lines = try Self.explaining(path) {
            try LineReader(path: path, largestLine: longest, refusingPages: true)
        }
    }

    /// Where a line is.
    package func location(_ number: Int) -> String { "\(path):\(number)" }

    /// The next line, nil after the last.
    ///
    /// - Throws: `InputError` for a line that is not UTF-8 or too long.
    package mutating func next() throws -> Line? {
        if let line = returned.popLast() { return line }
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
    package mutating func nextWithText() throws -> Line? {
        while let line = try next() {
            if !line.text.isBlank { return line }
        }
        return nil
    }

    /// Makes `line`, which came last, the next one.
    package mutating func unread(_ line: Line) { returned.append(line) }

    /// The first line that is not blank, which stays the next one; nil where there is none. Blank
    /// lines before it are passed over.
    package mutating func peekAtText() throws -> Line? {
        let line = try nextWithText()
        if let line { unread(line) }
        return line
    }

    /// The text from the next line on, its lines ended by `\n`, behind as many empty lines as there
    /// are before it.
    ///
    /// - Throws: `InputError`; also for more than `limit` bytes.
    mutating func wholeRest(limit: Int = largestText) throws -> [UInt8] {
        var text: [UInt8] = []
        while let line = try next() {
            if text.isEmpty { text = Array(repeating: 0x0a, count: line.number - 1) }
            guard text.count + line.text.utf8.count < limit else {
                throw InputError(
                    at: path, expected: "at most \(binaryBytes(limit)) of JSON", found: "more",
                    remedy: "Write it as JSON lines, or in several files.")
            }
            text += Array(line.text.utf8) + [0x0a]
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
