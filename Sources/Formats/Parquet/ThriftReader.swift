/// A walk over values in Thrift's compact protocol, which is how Parquet describes files and pages.
///
/// Only what is asked for is kept. Sizes are compared with the bytes that are there, and structures
/// may lie inside one another to a depth of 64.
///
/// The protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
package struct ThriftReader {
    /// Why bytes cannot be read as values.
    package enum Problem: Error, Equatable {
        /// They end inside a value.
        case end
        /// They are no values, or not the ones that are expected.
        case malformed(String)
    }

    /// The types of values.
    package enum Kind: UInt8 {
        case yes = 1
        case no, byte, int16, int32, int64, double, binary, list, set, map, structure, uuid
    }

    /// Where the walk is, from the front of the bytes.
    private(set) var position: Int

    private let bytes: [UInt8]
    private var depth = 0

    private static let deepest = 64

    /// A walk over `bytes` from `position` on.
    package init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// Reads a structure; `field` is called with each field's number and kind, and returns whether
    /// it read the value. What it does not read is skipped.
    mutating func structure(
        _ field: (inout ThriftReader, _ number: Int, Kind) throws -> Bool
    ) throws {
        try descend { reader in
            var number = 0
            while true {
                let head = try reader.byte()
                if head == 0 { return }
                let kind = try Self.kind(head & 0x0f)
                number = head >> 4 == 0 ? try reader.integer(.int16) : number + Int(head >> 4)
                guard Int(Int16.min)...Int(Int16.max) ~= number else {
                    throw Problem.malformed("a field with number \(number)")
                }
                if try !field(&reader, number, kind) { try reader.skip(kind) }
            }
        }
    }

    /// Reads a list, whose `element` must read each of its values; returns how many there were.
    @discardableResult
    mutating func list(
        _ kind: Kind, _ element: (inout ThriftReader, Kind) throws -> Void
    ) throws -> Int {
        let (count, kind) = try listHead(kind)
        try descend { reader in
            for _ in 0..<count { try element(&reader, kind) }
        }
        return count
    }

    /// Reads what comes before the elements of a list: their count and kind.
    mutating func listHead(_ kind: Kind) throws -> (count: Int, kind: Kind) {
        guard kind == .list || kind == .set else { throw Problem.malformed("no list") }
        let head = try byte()
        // The specification of lists has 0 for truth values in empty ones.
        let kind = head == 0 ? .yes : try Self.kind(head & 0x0f)
        return (head >> 4 == 15 ? try size() : Int(head >> 4), kind)
    }

    /// Reads a whole number of any width.
    package mutating func integer(_ kind: Kind) throws -> Int {
        switch kind {
        case .byte: return Int(Int8(bitPattern: try byte()))
        case .int16, .int32, .int64:
            let word = try variable()
            return Int(truncatingIfNeeded: word >> 1) ^ -Int(truncatingIfNeeded: word & 1)
        default: throw Problem.malformed("no whole number")
        }
    }

    /// Reads a truth value, which a field's kind tells and an element's byte.
    mutating func boolean(_ kind: Kind) throws -> Bool {
        guard kind == .yes || kind == .no else { throw Problem.malformed("no truth value") }
        return kind == .yes
    }

    /// Reads a text.
    mutating func text(_ kind: Kind) throws -> String {
        guard kind == .binary else { throw Problem.malformed("no text") }
        let count = try size()
        defer { position += count }
        return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
    }

    /// Skips a value.
    package mutating func skip(_ kind: Kind) throws {
        switch kind {
        case .yes, .no: break
        case .byte: _ = try byte()
        case .int16, .int32, .int64: _ = try variable()
        case .double: try advance(8)
        case .uuid: try advance(16)
        case .binary: try advance(try size())
        case .list, .set: try list(kind) { try $0.skipElement($1) }
        case .structure: try structure { _, _, _ in false }
        case .map: try skipMap()
        }
    }

    private mutating func skipMap() throws {
        let count = try size()
        guard count > 0 else { return }
        let kinds = try byte()
        let (key, value) = (try Self.kind(kinds >> 4), try Self.kind(kinds & 0x0f))
        try descend { reader in
            for _ in 0..<count {
                try reader.skipElement(key)
                try reader.skipElement(value)
            }
        }
    }

    /// Skips an element of a list or map: truth values are bytes there, other than in fields.
    mutating func skipElement(_ kind: Kind) throws {
        if kind == .yes || kind == .no { return try advance(1) }
        try skip(kind)
    }

    private mutating func descend(_ body: (inout ThriftReader) throws -> Void) throws {
        guard depth < Self.deepest else { throw Problem.malformed("values nested too deeply") }
        depth += 1
        try body(&self)
        depth -= 1
    }

    private static func kind(_ number: UInt8) throws -> Kind {
        guard let kind = Kind(rawValue: number) else {
            throw Problem.malformed("a value of type \(number)")
        }
        return kind
    }

    private mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw Problem.end }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func advance(_ count: Int) throws {
        guard count <= bytes.count - position else { throw Problem.end }
        position += count
    }

    /// A count of bytes, or of values that take a byte or more each.
    private mutating func size() throws -> Int {
        let word = try variable()
        guard word <= UInt64(Int32.max) else { throw Problem.malformed("a size of \(word)") }
        guard Int(word) <= bytes.count - position else { throw Problem.end }
        return Int(word)
    }

    /// Seven bits in each byte, the lowest first.
    private mutating func variable() throws -> UInt64 {
        var word: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            word |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return word }
        }
        throw Problem.malformed("a number of more than 64 bits")
    }
}
