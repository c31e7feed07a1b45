import Formats

/// The documents of one language, one after another.
///
/// In JSON lines every line is an object whose `text` is a document. In plain text a document is a
/// block of lines between blank lines. A block larger than 1 MiB is split at a line's end, so that
/// a file without blank lines needs no more memory than any other.
public struct DocumentReader {
    /// What was read and what was passed over so far.
    public private(set) var report = ReadingReport()
    /// Bytes that were read from the files so far, before decompression.
    public var bytesRead: Int { bytesOfFinishedFiles + (lines?.bytesRead ?? 0) }

    private let source: TextSource
    private var nextFile = 0
    private var lines: LineReader?
    private var format = TextFormat.plain
    private var bytesOfFinishedFiles = 0

    /// The largest document in plain text and the longest JSON line, in bytes.
    static let largestBlock = 1 << 20
    static let longestLine = 1 << 24

    /// A reader at the beginning of a source.
    public init(_ source: TextSource) {
        self.source = source
    }

    /// The next document, valid UTF-8, or nil after the last.
    ///
    /// - Throws: `InputError` when a file cannot be read or its compression is damaged.
    public mutating func next() throws -> [UInt8]? {
        while true {
            if lines == nil {
                guard nextFile < source.paths.count else { return nil }
                let path = source.paths[nextFile]
                nextFile += 1
                format = TextFormat(path: path) ?? .plain
                let longest = format == .plain ? Self.largestBlock : Self.longestLine
                lines = try LineReader(path: path, largestLine: longest, refusingPages: true)
            }
            let found = format == .plain ? try nextBlock() : try nextJSONLine()
            guard let (document, line) = found else {
                bytesOfFinishedFiles = bytesRead
                lines = nil
                continue
            }
            if isText(document, line: line) {
                report.documents += 1
                report.bytes += document.count
                return document
            }
        }
    }

    private typealias Found = (document: [UInt8], line: Int)

    /// The next document of a JSON-lines file and its line, nil at the file's end.
    private mutating func nextJSONLine() throws -> Found? {
        while let line = try lines?.next() {
            if line.isContinued || line.continuesPrevious {
                if !line.continuesPrevious { count(.tooLong, line: line.number) }
                continue
            }
            guard line.bytes.contains(where: { $0 > 0x20 }) else {
                count(.empty, line: line.number)
                continue
            }
            do {
                return (try JSONLine.string(for: "text", in: line.bytes), line.number)
            } catch {
                count(error == .noText ? .noText : .malformedJSON, line: line.number)
            }
        }
        return nil
    }

    /// The next block of a plain text file and its first line, nil at the file's end.
    private mutating func nextBlock() throws -> Found? {
        var block: [UInt8] = []
        var first = 0
        while let line = try lines?.next() {
            if !line.bytes.contains(where: { $0 > 0x20 || $0 == 0 }) {
                if block.isEmpty { continue }
                break
            }
            if block.isEmpty {
                first = line.number
            } else if !line.continuesPrevious {
                block.append(0x0a)
            }
            block.append(contentsOf: line.bytes)
            if block.count >= Self.largestBlock {
                count(.split, line: line.number)
                break
            }
        }
        return block.isEmpty ? nil : (block, first)
    }

    private mutating func isText(_ document: [UInt8], line: Int) -> Bool {
        guard let trouble = ReadingReport.Trouble(of: document) else { return true }
        count(trouble, line: line)
        return false
    }

    private mutating func count(_ trouble: ReadingReport.Trouble, line: Int) {
        report.count(trouble, at: source.paths[nextFile - 1], line: line)
    }
}
