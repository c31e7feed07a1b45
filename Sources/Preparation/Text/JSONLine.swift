import Serialization

/// One line of a JSON-lines file, read for a few strings.
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
        let keys = keys.map { Array($0.utf8) }
        var found = [[UInt8]?](repeating: nil, count: keys.count)
        var reader = JSONReader(line, loneSurrogates: .replaced)
        do {
            try reader.table { reader, key in
                if let place = keys.firstIndex(of: key), reader.isAtString() {
                    found[place] = try reader.string()
                } else {
                    try reader.skip()
                }
            }
        } catch {
            throw .malformed
        }
        guard reader.isAtEnd() else { throw .malformed }
        return found
    }
}
