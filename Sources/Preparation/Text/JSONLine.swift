/// One line of a JSON-lines file, read for a single string.
///
/// The whole line is checked to be one JSON object, but only the wanted value is kept: documents
/// are by far the largest part of what `data build` reads.
package struct JSONLine {
    /// Why a line gave no text.
    package enum Problem: Error, Equatable {
        /// The line is no JSON object.
        case malformed
        /// The object has no string under the key.
        case noText
    }

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The string under `key` in the object that the line holds, as UTF-8 without escapes. The
    /// last one counts if the key is there more than once.
    package static func string(for key: String, in line: [UInt8]) throws(Problem) -> [UInt8] {
        guard let text = try strings(for: [key], in: line)[0] else { throw .noText }
        return text
    }

    /// The strings under several keys, nil where there is none.
    package static func strings(
        for keys: [String], in line: [UInt8]
    ) throws(Problem) -> [[UInt8]?] {
        var json = JSONLine(line)
        let values = try json.values(of: keys.map { Array($0.utf8) })
        json.skipSpaces()
        guard json.index == line.count else { throw .malformed }
        return values
    }

    private mutating func values(of keys: [[UInt8]]) throws(Problem) -> [[UInt8]?] {
        var found = [[UInt8]?](repeating: nil, count: keys.count)
        try expect(UInt8(ascii: "{"))
        if consume(UInt8(ascii: "}")) { return found }
        repeat {
            let name = try string()
            try expect(UInt8(ascii: ":"))
            skipSpaces()
            if let place = keys.firstIndex(of: name), peek == UInt8(ascii: "\"") {
                found[place] = try string()
            } else {
                try skipValue()
            }
        } while consume(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return found
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpaces() {
        while let byte = peek, byte == 0x20 || 0x09...0x0d ~= byte { index += 1 }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        skipSpaces()
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Problem) {
        guard consume(byte) else { throw .malformed }
    }

    /// A string's content; runs without escapes are copied at once.
    private mutating func string() throws(Problem) -> [UInt8] {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while true {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "\""),
                bytes[index] != UInt8(ascii: "\\"), bytes[index] >= 0x20
            {
                index += 1
            }
            guard let end = peek, end >= 0x20 else { throw .malformed }
            if end == UInt8(ascii: "\""), text.isEmpty {
                index += 1
                return Array(bytes[start..<(index - 1)])
            }
            text.append(contentsOf: bytes[start..<index])
            index += 1
            if end == UInt8(ascii: "\"") { return text }
            try text.append(contentsOf: escape())
        }
    }

    /// What follows a backslash.
    private mutating func escape() throws(Problem) -> [UInt8] {
        guard let letter = peek else { throw .malformed }
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "u"): return try Array(String(unicodeScalar()).utf8)
        default: throw .malformed
        }
    }

    /// Four hexadecimal digits, or two surrogates; a lone surrogate becomes U+FFFD.
    private mutating func unicodeScalar() throws(Problem) -> Unicode.Scalar {
        let first = try codeUnit()
        if 0xd800..<0xdc00 ~= first, peek == UInt8(ascii: "\\"), index + 1 < bytes.count,
            bytes[index + 1] == UInt8(ascii: "u")
        {
            let resume = index
            index += 2
            let second = try codeUnit()
            if 0xdc00..<0xe000 ~= second {
                let scalar = 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
                return Unicode.Scalar(scalar) ?? "\u{fffd}"
            }
            index = resume
        }
        return Unicode.Scalar(first) ?? "\u{fffd}"
    }

    private mutating func codeUnit() throws(Problem) -> UInt32 {
        guard index + 4 <= bytes.count else { throw .malformed }
        var value: UInt32 = 0
        for byte in bytes[index..<(index + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte & 15 + 9)
            default: throw .malformed
            }
        }
        index += 4
        return value
    }

    /// Passes over a value: strings whole, brackets by their depth, numbers and words by their
    /// letters.
    private mutating func skipValue() throws(Problem) {
        var depth = 0
        repeat {
            skipSpaces()
            guard let byte = peek else { throw .malformed }
            switch byte {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): index += 1
            default: try skipWord()
            }
            guard depth >= 0 else { throw .malformed }
        } while depth > 0
    }

    private mutating func skipWord() throws(Problem) {
        let start = index
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                index += 1
                continue
            default: break
            }
            break
        }
        guard index > start else { throw .malformed }
    }
}
