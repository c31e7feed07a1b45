import Diagnostics

/// A walk over JSON text, value by value, that hands out strings as bytes: to Swift's dictionaries
/// keys that differ only by canonical equivalence are one key, and in a vocabulary they are not.
struct JSONReader {
    private let text: [UInt8]
    private let path: String
    private var position = 0
    private var depth = 0

    /// Values inside one another; more are an error instead of a full stack.
    private static let deepest = 64

    /// - Parameter path: the text's name for messages.
    init(_ text: [UInt8], path: String) {
        self.text = text
        self.path = path
    }

    /// Reads an object; `member` is called with each key and must read the value.
    mutating func object(
        _ member: (inout JSONReader, _ key: String) throws -> Void
    ) throws {
        try table { try member(&$0, String(decoding: $1, as: UTF8.self)) }
    }

    /// Reads an object whose keys are taken as bytes.
    mutating func table(_ member: (inout JSONReader, _ key: [UInt8]) throws -> Void) throws {
        try list(from: "{", to: "}") { reader in
            let key = try reader.string()
            try reader.expect(":")
            try member(&reader, key)
        }
    }

    /// Reads an array; `element` must read each of its values.
    mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
        try list(from: "[", to: "]", element)
    }

    /// Reads a string: its UTF-8, escapes resolved.
    mutating func string() throws -> [UInt8] {
        try expect("\"")
        var bytes: [UInt8] = []
        while position < text.count {
            let start = position
            while position < text.count, text[position] != quote, text[position] != backslash {
                position += 1
            }
            bytes += text[start..<position]
            guard position < text.count else { break }
            position += 1
            if text[position - 1] == quote { return bytes }
            try bytes.append(contentsOf: escape())
        }
        throw failure("the end of a string")
    }

    /// Reads `null` as nil and anything else by `value`.
    mutating func optional<Value>(
        _ value: (inout JSONReader) throws -> Value
    ) throws -> Value? {
        if next() == UInt8(ascii: "n") {
            try word("null")
            return nil
        }
        return try value(&self)
    }

    /// Reads a whole number.
    mutating func integer() throws -> Int { try number("a whole number") }

    /// Reads any number.
    mutating func number() throws -> Double { try number("a number") }

    private mutating func number<Number: LosslessStringConvertible>(
        _ expected: String
    ) throws -> Number {
        let start = skipSpace()
        while position < text.count, isPartOfNumber(text[position]) { position += 1 }
        guard let number = Number(String(decoding: text[start..<position], as: UTF8.self)) else {
            position = start
            throw failure(expected)
        }
        return number
    }

    /// Reads `true` or `false`.
    mutating func boolean() throws -> Bool {
        let isTrue = next() == UInt8(ascii: "t")
        try word(isTrue ? "true" : "false")
        return isTrue
    }

    /// Passes over one value of any kind and returns its text.
    @discardableResult
    mutating func skip() throws -> ArraySlice<UInt8> {
        let start = skipSpace()
        switch next() {
        case UInt8(ascii: "{"): try table { reader, _ in try reader.skip() }
        case UInt8(ascii: "["): try array { try $0.skip() }
        case quote: _ = try string()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
        case UInt8(ascii: "n"): try word("null")
        default:
            while position < text.count, isPartOfNumber(text[position]) { position += 1 }
            if position == start { throw failure("a JSON value") }
        }
        return text[start..<position]
    }

    /// Whether the next value is a string.
    mutating func isAtString() -> Bool { next() == quote }

    /// Whether the next value is an array.
    mutating func isAtArray() -> Bool { next() == UInt8(ascii: "[") }

    // MARK: Bytes

    private mutating func list(
        from open: Unicode.Scalar, to close: Unicode.Scalar,
        _ item: (inout JSONReader) throws -> Void
    ) throws {
        try expect(open)
        depth += 1
        guard depth <= Self.deepest else { throw failure("fewer values inside one another") }
        if next() != UInt8(ascii: close) {
            try item(&self)
            while next() == UInt8(ascii: ",") {
                position += 1
                try item(&self)
            }
        }
        try expect(close)
        depth -= 1
    }

    private mutating func escape() throws -> [UInt8] {
        guard position < text.count else { throw failure("the end of a string") }
        position += 1
        switch text[position - 1] {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "u"): return try unicodeEscape()
        case let byte: return [byte]
        }
    }

    /// What follows `\u`: four digits, or two times four for a character beyond U+FFFF.
    private mutating func unicodeEscape() throws -> [UInt8] {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return Array(String(scalar).utf8) }
        guard text[position...].starts(with: [backslash, UInt8(ascii: "u")]) else {
            throw failure("the second half of a surrogate pair")
        }
        position += 2
        let second = try fourDigits()
        let value = 0x10000 + (first & 0x3ff) << 10 + second & 0x3ff
        guard 0xd800..<0xdc00 ~= first, 0xdc00..<0xe000 ~= second,
            let scalar = Unicode.Scalar(value)
        else { throw failure("a surrogate pair") }
        return Array(String(scalar).utf8)
    }

    private mutating func fourDigits() throws -> UInt32 {
        let digits = String(decoding: text[position...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16) else {
            throw failure("four hexadecimal digits")
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
        while position < text.count, text[position] <= 0x20 { position += 1 }
        return position
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard next() == UInt8(ascii: character) else { throw failure("\"\(character)\"") }
        position += 1
    }

    private mutating func word(_ word: String) throws {
        skipSpace()
        guard text[position...].starts(with: word.utf8) else { throw failure(word) }
        position += word.utf8.count
    }

    /// The error of text that is not what was `expected` at the place that was reached.
    func failure(_ expected: String) -> InputError {
        let line = text[..<min(position, text.count)].count { $0 == 0x0a } + 1
        let found = text[min(position, text.count)...].prefix(16)
        return InputError(
            at: "\(path):\(line)", expected: "JSON, here \(expected)",
            found: found.isEmpty ? "the end" : "\"\(String(decoding: found, as: UTF8.self))\"",
            remedy: "Copy the file again, or save the tokenizer anew.")
    }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
