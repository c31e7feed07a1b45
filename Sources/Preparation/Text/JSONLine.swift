import Serialization

/// One line of a JSON-lines file, read for a few values: text that is prepared, and what models in
/// use are given.
///
/// The whole line is checked to be one JSON object, but only the wanted values are kept: documents
/// are by far the largest part of what `data build` reads.
package enum JSONLine {
    /// Why a line gave no text.
    package enum Problem: Error, Equatable {
        /// The line is not a JSON object.
        case malformed
        /// The object has no string under the key.
        case noText
    }

    /// The string under `key` in the object that the line holds, as UTF-8 without escapes; half a
    /// surrogate pair becomes U+FFFD. The last string counts if the key is there more than once.
    package static func string(for key: String, in line: [UInt8]) throws(Problem) -> [UInt8] {
        guard let text = try strings(for: [key], in: line)[0] else { throw .noText }
        return text
    }

    /// The strings under several keys, nil where there is none.
    package static func strings(
        for keys: [String], in line: [UInt8]
    ) throws(Problem) -> [[UInt8]?] {
        var found = [[UInt8]?](repeating: nil, count: keys.count)
        try walk(line, keys) { reader, place in
            guard reader.isAtString() else { return false }
            found[place] = try reader.string()
            return true
        }
        return found
    }

    /// The string under `key` and the lists of whole numbers under `lists`, nil where there is
    /// none; the last counts if a key is there more than once.
    package static func text(
        for key: String, numbers lists: [String], in line: [UInt8]
    ) throws(Problem) -> (text: [UInt8]?, numbers: [[Int32]?]) {
        var text: [UInt8]?
        var numbers = [[Int32]?](repeating: nil, count: lists.count)
        try walk(line, [key] + lists) { reader, place in
            if place == 0 {
                guard reader.isAtString() else { return false }
                text = try reader.string()
                return true
            }
            var attempt = reader
            guard let list = try? wholeNumbers(&attempt) else { return false }
            (reader, numbers[place - 1]) = (attempt, list)
            return true
        }
        return (text, numbers)
    }

    /// The line of an object that holds `text` alone, under `text`. No shorter line does.
    package static func line(with text: [UInt8]) -> [UInt8] {
        var line = Array(#"{"text":""#.utf8)
        line.reserveCapacity(text.count + text.count / 16 + 16)
        var start = text.startIndex
        for (place, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
            line += text[start..<place]
            line += escapes[byte, default: [byte]]
            start = place + 1
        }
        line += text[start...]
        line += Array(#""}"#.utf8)
        return line
    }

    /// What stands for the characters that cannot be in a string themselves.
    private static let escapes: [UInt8: [UInt8]] = {
        var escapes = (UInt8(0)..<0x20).map { byte in
            (byte, Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8))
        }
        escapes += [(0x22, Array(#"\""#.utf8)), (0x5c, Array(#"\\"#.utf8))]
        for (byte, letter) in [(8, "b"), (9, "t"), (10, "n"), (12, "f"), (13, "r")] {
            escapes[byte].1 = Array("\\\(letter)".utf8)
        }
        return Dictionary(uniqueKeysWithValues: escapes)
    }()

    /// Calls `keep` at every value whose key is one of `keys`, with that key's place; what it does
    /// not read, for which it returns false, is skipped.
    private static func walk(
        _ line: [UInt8], _ keys: [String],
        _ keep: (inout JSONReader, _ place: Int) throws -> Bool
    ) throws(Problem) {
        let keys = keys.map { Array($0.utf8) }
        var reader = JSONReader(line, loneSurrogates: .replaced)
        do {
            try reader.table { reader, key in
                if let place = keys.firstIndex(of: key), try keep(&reader, place) { return }
                try reader.skip()
            }
        } catch {
            throw .malformed
        }
        guard reader.isAtEnd() else { throw .malformed }
    }

    /// A list of whole numbers, which may be written as `1.0`.
    private static func wholeNumbers(_ reader: inout JSONReader) throws -> [Int32] {
        var numbers: [Int32] = []
        try reader.array { reader in
            let number = try reader.number()
            guard let whole = Int32(exactly: number) else {
                throw reader.failure("a whole number of 32 bits")
            }
            numbers.append(whole)
        }
        return numbers
    }
}
