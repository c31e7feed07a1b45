import Diagnostics
import Glibc

/// The rows of a table whose fields are parted by commas or tabs (RFC 4180), plain, `.gz` or
/// `.zst`.
///
/// A field in quotation marks may hold commas, line ends and, doubled, quotation marks. A row ends
/// with `\n`, `\r\n` or `\r`. A byte order mark at the front is left out. Where a quotation mark
/// cannot be matched, the line in which its row begins is given up and reading goes on in the next.
package struct DelimitedReader {
    /// Why a row cannot be read.
    package enum Problem: Sendable {
        /// A quotation mark inside a quoted field is not doubled, or the last one is missing.
        case quotes
        /// The row is longer than the limit.
        case tooLong
    }

    /// A row, or a line in its place that cannot be read.
    package struct Row {
        /// The line in which it begins, from 1.
        package let line: Int
        /// Its fields without the quotation marks around them.
        package var fields: [[UInt8]] = []
        /// Why it cannot be read; then it has no fields.
        package var problem: Problem?
        /// Whether it has no bytes.
        package var isBlank = false
    }

    /// Bytes that were read from the file so far, before decompression.
    package var bytesRead: Int { source.bytesRead }
    /// Rows that were read so far.
    package private(set) var row = 0

    private let source: DecodedFile
    private let comma: UInt8
    private let largestRow: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    /// What of `buffer` is read but not returned yet.
    private var pending = 0..<0
    private var line = 1
    private var isAtEnd = false

    /// Rows of the file at `path` of at most `largestRow` bytes.
    package init(path: String, comma: UInt8, largestRow: Int) throws {
        source = try DecodedFile(path: path, refusingPages: true)
        (self.comma, self.largestRow) = (comma, largestRow)
        while pending.count < 3, try refill() {}
        if buffer[pending].starts(with: [0xef, 0xbb, 0xbf]) { pending = 3..<pending.upperBound }
    }

    /// The next row, nil after the last.
    package mutating func next() throws -> Row? {
        compact()
        guard try byte(at: pending.lowerBound) != nil else { return nil }
        row += 1
        var row = Row(line: line)
        var place = pending.lowerBound
        do {
            repeat {
                row.fields.append(try field(at: &place))
                guard place - pending.lowerBound <= largestRow else { throw Failure.tooLong }
            } while try skip(comma, at: &place)
            row.isBlank = place == pending.lowerBound
            try skipLineEnd(at: &place)
            line += lines(before: place)
            pending = place..<pending.upperBound
        } catch let failure as Failure {
            row.fields = []
            row.problem = failure == .tooLong ? .tooLong : .quotes
            try skipLine()
        }
        return row
    }

    private enum Failure: Error { case quotes, tooLong }

    private static let quote = UInt8(ascii: "\"")

    /// Reads the field at `place`, behind which that is then.
    private mutating func field(at place: inout Int) throws -> [UInt8] {
        guard try byte(at: place) == Self.quote else {
            let start = place
            while let byte = try byte(at: place), byte != comma, byte != 0x0a, byte != 0x0d {
                place += 1
            }
            return Array(buffer[start..<place])
        }
        place += 1
        var field: [UInt8] = []
        while true {
            let start = place
            place = try quote(from: place)
            field += buffer[start..<place]
            place += 1
            switch try byte(at: place) {
            case Self.quote:
                field.append(Self.quote)
                place += 1
            case nil, comma, 0x0a, 0x0d: return field
            default: throw Failure.quotes
            }
        }
    }

    /// Where the first quotation mark from `place` on is.
    private mutating func quote(from place: Int) throws -> Int {
        var searched = place
        while true {
            let found = buffer.withUnsafeBytes { bytes -> Int? in
                guard searched < pending.upperBound, let base = bytes.baseAddress,
                    let found = memchr(
                        base + searched, Int32(Self.quote), pending.upperBound - searched)
                else { return nil }
                return UnsafeRawPointer(found) - base
            }
            if let found { return found }
            searched = pending.upperBound
            guard searched - pending.lowerBound <= largestRow else { throw Failure.tooLong }
            guard try refill() else { throw Failure.quotes }
        }
    }

    private mutating func skip(_ wanted: UInt8, at place: inout Int) throws -> Bool {
        guard try byte(at: place) == wanted else { return false }
        place += 1
        return true
    }

    private mutating func skipLineEnd(at place: inout Int) throws {
        if try skip(0x0d, at: &place) {
            _ = try skip(0x0a, at: &place)
        } else {
            _ = try skip(0x0a, at: &place)
        }
    }

    /// Gives up what is left of the line that the pending bytes begin in.
    private mutating func skipLine() throws {
        while let byte = try byte(at: pending.lowerBound), byte != 0x0a, byte != 0x0d {
            pending = (pending.lowerBound + 1)..<pending.upperBound
            if pending.isEmpty { compact() }
        }
        var place = pending.lowerBound
        try skipLineEnd(at: &place)
        pending = place..<pending.upperBound
        line += 1
    }

    /// How many lines end in the pending bytes before `place`.
    private func lines(before place: Int) -> Int {
        var count = 0
        for index in pending.lowerBound..<place {
            let byte = buffer[index]
            if byte == 0x0a || byte == 0x0d && (index + 1 == place || buffer[index + 1] != 0x0a) {
                count += 1
            }
        }
        return count
    }

    /// The byte at a place of `buffer`, at most one behind the pending bytes; nil at the file's
    /// end.
    private mutating func byte(at place: Int) throws -> UInt8? {
        if place < pending.upperBound { return buffer[place] }
        // An unquoted field without end: the row's length is looked at before it grows further.
        guard place - pending.lowerBound <= largestRow else { throw Failure.tooLong }
        return try refill() ? buffer[place] : nil
    }

    /// Moves what is pending to the front, once as much has been read.
    private mutating func compact() {
        guard pending.isEmpty || pending.lowerBound >= buffer.count / 2 else { return }
        buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            memmove(start, start + pending.lowerBound, pending.count)
        }
        pending = 0..<pending.count
    }

    /// Reads more behind what is pending, which stays where it is; false at the file's end.
    private mutating func refill() throws -> Bool {
        guard !isAtEnd else { return false }
        if pending.upperBound == buffer.count {
            buffer += [UInt8](repeating: 0, count: buffer.count)
        }
        let end = pending.upperBound
        let count = try buffer.withUnsafeMutableBytes {
            try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[end...]))
        }
        isAtEnd = count == 0
        pending = pending.lowerBound..<(end + count)
        return count > 0
    }
}
