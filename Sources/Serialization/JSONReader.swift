/// A walk over JSON text, value by value, that returns strings as bytes: to Swift's dictionaries
/// keys that differ only by canonical equivalence are one key, and in a vocabulary they are not.
///
/// Only what is asked for is kept, which makes it quick on large texts. As Python does, it knows
/// `NaN`, `Infinity` and `-Infinity`; a byte order mark at the front is left out. Otherwise the
/// text must be JSON (RFC 8259).
public struct JSONReader {
    /// What becomes of an escape that is one half of a surrogate pair, without the other.
    public enum LoneSurrogates: Sendable {
        /// It is an error.
        case refused
        /// It becomes U+FFFD, as decoders of UTF-16 read it.
        case replaced
    }

    private let text: [UInt8]
    private let loneSurrogates: LoneSurrogates
    private var position = 0

    /// A walk from the front of `text`.
    public init(_ text: [UInt8], loneSurrogates: LoneSurrogates = .refused) {
        self.text = text
        self.loneSurrogates = loneSurrogates
        if text.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    /// Reads an object; `member` is called with each key and must read the value.
    ///
    /// - Throws: `JSONError`; what `member` throws.
    public mutating func object(
        _ member: (inout JSONReader, _ key: String) throws -> Void
    ) throws {
        try table { try member(&$0, String(decoding: $1, as: UTF8.self)) }
    }

    /// Reads an object whose keys are taken as bytes.
    ///
    /// - Throws: `JSONError`; what `member` throws.
    public mutating func table(
        _ member: (inout JSONReader, _ key: [UInt8]) throws -> Void
    ) throws {
        try list(from: "{", to: "}") { reader in
            let key = try reader.key()
            try member(&reader, key)
        }
    }

    /// Reads an array; `element` must read each of its values.
    ///
    /// - Throws: `JSONError`; what `element` throws.
    public mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
        try list(from: "[", to: "]", element)
    }

    /// Reads a string: its bytes with escapes resolved. They are UTF-8 if the text is.
    public mutating func string() throws(JSONError) -> [UInt8] {
        try expect("\"")
        var bytes: [UInt8] = []
        while true {
            let start = position
            while position < text.count, text[position] != quote, text[position] != backslash,
                text[position] >= 0x20
            {
                position += 1
            }
            guard position < text.count else { throw failure("the end of a string") }
            let end = text[position]
            if end == quote, bytes.isEmpty {
                position += 1
                return Array(text[start..<(position - 1)])
            }
            bytes += text[start..<position]
            guard end >= 0x20 else { throw failure("no control character in a string") }
            position += 1
            if end == quote { return bytes }
            try appendEscape(to: &bytes)
        }
    }

    /// Reads `null` as nil and anything else by `value`.
    ///
    /// - Throws: `JSONError`; what `value` throws.
    public mutating func optional<Value>(
        _ value: (inout JSONReader) throws -> Value
    ) throws -> Value? {
        if next() == UInt8(ascii: "n") {
            try word("null")
            return nil
        }
        return try value(&self)
    }

    /// Reads a whole number.
    public mutating func integer() throws(JSONError) -> Int { try number("a whole number") }

    /// Reads any number.
    public mutating func number() throws(JSONError) -> Double { try number("a number") }

    private mutating func number<Number: LosslessStringConvertible>(
        _ expected: String
    ) throws(JSONError) -> Number {
        let start = skipSpace()
        while position < text.count, isPartOfNumber(text[position]) { position += 1 }
        guard let number = Number(String(decoding: text[start..<position], as: UTF8.self)) else {
            position = start
            throw failure(expected)
        }
        return number
    }

    /// Reads `true` or `false`.
    public mutating func boolean() throws(JSONError) -> Bool {
        let isTrue = next() == UInt8(ascii: "t")
        try word(isTrue ? "true" : "false")
        return isTrue
    }

    /// Skips one value of any kind and returns its text. Values may lie inside one another as
    /// deep as memory allows.
    @discardableResult
    public mutating func skip() throws(JSONError) -> ArraySlice<UInt8> {
        let start = skipSpace()
        // The ends of the objects and arrays that are open, outermost first.
        var ends: [Unicode.Scalar] = []
        repeat {
            if consume("{") {
                ends.append("}")
                if next() != UInt8(ascii: "}") {
                    _ = try key()
                    continue
                }
            } else if consume("[") {
                ends.append("]")
                if next() != UInt8(ascii: "]") { continue }
            } else {
                try skipScalar()
            }
            while let end = ends.last {
                if consume(",") {
                    if end == "}" { _ = try key() }
                    break
                }
                try expect(end)
                ends.removeLast()
            }
        } while !ends.isEmpty
        return text[start..<position]
    }

    /// Whether the next value is a string.
    public mutating func isAtString() -> Bool { next() == quote }

    /// Whether the next value is an array.
    public mutating func isAtArray() -> Bool { next() == UInt8(ascii: "[") }

    /// Whether the next value is an object.
    public mutating func isAtObject() -> Bool { next() == UInt8(ascii: "{") }

    /// Whether nothing but white space is left.
    public mutating func isAtEnd() -> Bool { next() == nil }

    /// The error of text that is not what was `expected` at the place that was reached.
    public func failure(_ expected: String) -> JSONError {
        JSONError(position: position, expected: expected)
    }

    // MARK: Bytes

    private mutating func list(
        from start: Unicode.Scalar, to end: Unicode.Scalar,
        _ item: (inout JSONReader) throws -> Void
    ) throws {
        try expect(start)
        if next() != UInt8(ascii: end) {
            repeat { try item(&self) } while consume(",")
        }
        try expect(end)
    }

    /// A key of an object, with the colon after it.
    private mutating func key() throws(JSONError) -> [UInt8] {
        let key = try string()
        try expect(":")
        return key
    }

    /// Skips a string, a number or a word.
    private mutating func skipScalar() throws(JSONError) {
        switch next() {
        case quote: _ = try string()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "N"): try word("NaN")
        case UInt8(ascii: "I"): try word("Infinity")
        default:
            let start = position
            while position < text.count, isPartOfNumber(text[position]) { position += 1 }
            guard position > start else { throw failure("a JSON value") }
            if text[start..<position].elementsEqual([UInt8(ascii: "-")]) { try word("Infinity") }
        }
    }

    /// Appends the character for which an escape stands, whose backslash has been read.
    private mutating func appendEscape(to bytes: inout [UInt8]) throws(JSONError) {
        guard position < text.count else { throw failure("the end of a string") }
        position += 1
        switch text[position - 1] {
        case quote, backslash, UInt8(ascii: "/"): bytes.append(text[position - 1])
        case UInt8(ascii: "n"): bytes.append(0x0a)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0d)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0c)
        case UInt8(ascii: "u"): bytes.append(contentsOf: try unicodeEscape().utf8)
        default:
            position -= 1
            throw failure("\", \\, /, b, f, n, r, t or u after a backslash")
        }
    }

    /// What follows `\u`: four digits, or two times four for a character beyond U+FFFF.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let end = position
        if 0xd800..<0xdc00 ~= first, text[position...].starts(with: [backslash, UInt8(ascii: "u")])
        {
            position += 2
            let second = try fourDigits()
            let value = 0x10000 + (first & 0x3ff) << 10 + second & 0x3ff
            if 0xdc00..<0xe000 ~= second, let scalar = Unicode.Scalar(value) { return scalar }
        }
        position = end
        guard loneSurrogates == .replaced else { throw failure("a pair of surrogates before this") }
        return "\u{fffd}"
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for place in position..<(position + 4) {
            switch place < text.count ? text[place] : 0 {
            case let digit where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit:
                value = value << 4 | UInt32(digit & 15)
            case let letter where UInt8(ascii: "a")...UInt8(ascii: "f") ~= letter | 0x20:
                value = value << 4 | UInt32(letter & 15 + 9)
            default: throw failure("four hexadecimal digits")
            }
        }
        position += 4
        return value
    }

    private func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// The first byte of what comes next, nil at the end.
    private mutating func next() -> UInt8? {
        skipSpace()
        return position < text.count ? text[position] : nil
    }

    @discardableResult
    private mutating func skipSpace() -> Int {
        while position < text.count, text[position] == 0x20 || 0x09...0x0d ~= text[position] {
            position += 1
        }
        return position
    }

    private mutating func consume(_ character: Unicode.Scalar) -> Bool {
        guard next() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(JSONError) {
        guard consume(character) else { throw failure("\"\(character)\"") }
    }

    private mutating func word(_ word: String) throws(JSONError) {
        skipSpace()
        guard text[position...].starts(with: word.utf8) else { throw failure(word) }
        position += word.utf8.count
    }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
