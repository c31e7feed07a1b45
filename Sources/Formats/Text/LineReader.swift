import Diagnostics
import Glibc

/// The lines of a text file or of standard input, plain, `.gz` or `.zst`, with their numbers.
///
/// A line ends with `\n`, `\r\n` or `\r`, whatever ends the others. A byte order mark at the front
/// is left out. Memory is bounded: a line longer than the limit comes in pieces.
public struct LineReader {
    /// A line, or a piece of a gigantic one.
    public struct Line: Sendable {
        /// The line's number in its file, from 1.
        public let number: Int
        /// Its bytes without the line's end. Text is not checked to be UTF-8.
        public let bytes: [UInt8]
        /// Whether these bytes continue the piece before.
        public let continuesPrevious: Bool
        /// Whether the line continues in the next piece. Pieces are cut between UTF-8 characters.
        public let isContinued: Bool

        /// The text, or nil if the bytes are not valid UTF-8.
        public var text: String? { String(validating: bytes, as: UTF8.self) }
    }

    /// Where the lines come from; `-` is standard input.
    public var path: String { source.path }
    /// Bytes that were read from the file so far, before decompression.
    public var bytesRead: Int { source.bytesRead }
    /// Size of the file, or nil for standard input and other pipes.
    public var size: Int? { source.size }

    private let source: DecodedFile
    private let largestLine: Int
    private var buffer: [UInt8]
    /// What of `buffer` is read but not returned yet.
    private var pending = 0..<0
    private var number = 0
    private var continues = false
    private var isAtEnd = false
    /// Where in `buffer` the next `\n` is, or where the search for it goes on.
    private var lineFeed = 0

    /// U+FEFF, which some programs write before the first line.
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// Lines of the file at `path` (`-`: standard input), cut into pieces of at most
    /// `largestLine` bytes. Where `refusingPages`, a page of HTML is no text.
    public init(path: String, largestLine: Int = 1 << 24, refusingPages: Bool = false) throws {
        precondition(largestLine >= 4, "LineReader: pieces of \(largestLine) bytes")
        source = try DecodedFile(path: path, refusingPages: refusingPages)
        self.largestLine = largestLine
        buffer = [UInt8](repeating: 0, count: min(1 << 18, largestLine + 2))
    }

    /// The next line or piece, or nil after the last. A file's last line needs no line end.
    public mutating func next() throws -> Line? {
        var searched = 0
        while true {
            if let length = distanceToLineEnd(from: searched) {
                guard length <= largestLine else { return piece() }
                if let end = lengthOfLineEnd(after: length) {
                    return line(length, consuming: length + end, isContinued: false)
                }
            } else {
                searched = pending.count
                if searched > largestLine { return piece() }
                if isAtEnd {
                    guard searched > 0 || continues else { return nil }
                    return line(searched, consuming: searched, isContinued: false)
                }
            }
            try refill()
        }
    }

    /// 2 for `\r\n`, 1 for another line end after `length` pending bytes; nil where the next byte,
    /// which is to be read, decides.
    private func lengthOfLineEnd(after length: Int) -> Int? {
        let place = pending.lowerBound + length
        if buffer[place] == 0x0a { return 1 }
        guard place + 1 < pending.upperBound else { return isAtEnd ? 1 : nil }
        return buffer[place + 1] == 0x0a ? 2 : 1
    }

    /// As much of a gigantic line as the limit allows.
    private mutating func piece() -> Line {
        let length = cut(at: largestLine)
        return line(length, consuming: length, isContinued: true)
    }

    /// How many bytes lie before the next line end, leaving out the first `start`, which have none.
    private mutating func distanceToLineEnd(from start: Int) -> Int? {
        let front = pending.lowerBound + start
        let searched = max(front, lineFeed)
        lineFeed = place(of: 0x0a, in: searched..<pending.upperBound) ?? pending.upperBound
        let end = place(of: 0x0d, in: front..<lineFeed) ?? lineFeed
        return end < pending.upperBound ? end - pending.lowerBound : nil
    }

    /// Where `byte` is first in a range of `buffer`.
    private func place(of byte: UInt8, in range: Range<Int>) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard !range.isEmpty, let base = bytes.baseAddress,
                let found = memchr(base + range.lowerBound, Int32(byte), range.count)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private mutating func line(_ length: Int, consuming: Int, isContinued: Bool) -> Line {
        var bytes = buffer[pending.prefix(length)]
        if !continues { number += 1 }
        if number == 1, !continues, bytes.starts(with: Self.byteOrderMark) {
            bytes.removeFirst(Self.byteOrderMark.count)
        }
        defer {
            pending = (pending.lowerBound + consuming)..<pending.upperBound
            continues = isContinued
        }
        return Line(
            number: number, bytes: Array(bytes), continuesPrevious: continues,
            isContinued: isContinued)
    }

    /// The largest count of bytes, at most `limit`, that does not end inside a UTF-8 character.
    private func cut(at limit: Int) -> Int {
        for length in stride(from: limit, to: limit - 4, by: -1) where length > 0 {
            if buffer[pending.lowerBound + length] & 0xc0 != 0x80 { return length }
        }
        return limit
    }

    private mutating func refill() throws {
        if pending.lowerBound > 0 {
            buffer.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                memmove(start, start + pending.lowerBound, pending.count)
            }
            lineFeed = max(0, lineFeed - pending.lowerBound)
            pending = 0..<pending.count
        }
        if pending.count == buffer.count {
            buffer += [UInt8](repeating: 0, count: buffer.count)
        }
        let count = try buffer.withUnsafeMutableBytes {
            try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[pending.count...]))
        }
        isAtEnd = count == 0
        pending = 0..<(pending.count + count)
    }
}
