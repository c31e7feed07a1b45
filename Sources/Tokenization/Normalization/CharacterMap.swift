/// SentencePiece's map of characters to text, as the normalizer `Precompiled` of the tokenizers
/// library applies it.
///
/// Its bytes are the length of a double array (Aoe, "An efficient digital search algorithm by using
/// a double-array structure", 1989, in the layout of Darts-clone), the array's units of four bytes,
/// and the replacements, each with a zero behind it. A unit has the byte that leads to it in its
/// lowest 8 bits, whether a key ends there in bit 8, and the distance to its children in bits 10 and
/// up, by 256 further where bit 9 is set; the unit of a key's end is the place of its replacement.
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]
    /// Whether an ASCII character that stands alone is kept.
    private var keepsASCII: [Bool] = []

    /// Clusters of more bytes are looked up character by character.
    private static let longestCluster = 5

    /// Reads the bytes of a map; nil where they are none, or damaged.
    init?(_ bytes: [UInt8]) {
        func unit(_ place: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count > 8 else { return nil }
        let length = Int(unit(0))
        guard length >= 4, length.isMultiple(of: 4), 4 + length <= bytes.count,
            String(validating: bytes[(4 + length)...], as: UTF8.self) != nil
        else { return nil }
        units = stride(from: 4, to: 4 + length, by: 4).map(unit)
        replacements = Array(bytes[(4 + length)...])
        guard Self.isSound(units, replacements) else { return nil }
        keepsASCII = (UInt8(0)..<0x80).map { replacement(of: [$0]) == nil }
    }

    /// A text in which the map's characters are replaced; nil where there are none.
    ///
    /// A grapheme cluster of at most 5 bytes becomes the replacement of the shortest key that it
    /// begins with, whatever stands behind that in the cluster; where there is no such key, or the
    /// cluster is longer, each of its characters is looked up by itself in the same way.
    ///
    /// - Parameter text: valid UTF-8.
    func mapped(_ text: UnsafeBufferPointer<UInt8>, keepsOrigins: Bool) -> MappedText? {
        var place = plainEnd(of: text, from: 0)
        if place == text.count { return nil }
        let string = String(decoding: text, as: UTF8.self)
        var mapped = MappedText(keepsOrigins: keepsOrigins)
        mapped.append(text, unchanged: 0..<place)
        var isChanged = false
        while place < text.count {
            let index = string.utf8.index(string.startIndex, offsetBy: place)
            let cluster = place..<(place + string[index].utf8.count)
            if replace(cluster, of: text, in: &mapped) { isChanged = true }
            place = plainEnd(of: text, from: cluster.upperBound)
            mapped.append(text, unchanged: cluster.upperBound..<place)
        }
        return isChanged ? mapped : nil
    }

    /// Where the ASCII characters from a place on end that are clusters of their own and kept.
    private func plainEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var place = start
        while place < text.count, text[place] < 0x80, keepsASCII[Int(text[place])] {
            let next = place + 1 < text.count ? text[place + 1] : 0x20
            // A line's end of two characters is one cluster.
            if next >= 0x80 || text[place] == 0x0d && next == 0x0a { break }
            place += 1
        }
        return place
    }

    /// - Returns: whether something was replaced.
    private func replace(
        _ cluster: Range<Int>, of text: UnsafeBufferPointer<UInt8>, in mapped: inout MappedText
    ) -> Bool {
        func replace(_ range: Range<Int>) -> Bool {
            guard let new = replacement(of: text[range]) else { return false }
            mapped.append(Array(replacements[new]), of: range, in: text)
            return true
        }
        if cluster.count <= Self.longestCluster, replace(cluster) { return true }
        var isChanged = false
        var place = cluster.lowerBound
        while place < cluster.upperBound {
            let end = min(
                cluster.upperBound, place + max(1, decodeScalar(text, at: place).length))
            if replace(place..<end) {
                isChanged = true
            } else {
                mapped.append(text, unchanged: place..<end)
            }
            place = end
        }
        return isChanged
    }

    /// Where the replacement of the shortest key is that a text begins with.
    private func replacement(of text: some Sequence<UInt8>) -> Range<Int>? {
        var node = Self.distance(units[0])
        for byte in text {
            node ^= Int(byte)
            guard byte != 0, node < units.count, units[node] & 0x8000_00ff == UInt32(byte) else {
                return nil
            }
            let unit = units[node]
            node ^= Self.distance(unit)
            guard unit >> 8 & 1 != 0 else { continue }
            guard node < units.count else { return nil }
            return replacement(at: Int(units[node] & 0x7fff_ffff))
        }
        return nil
    }

    /// The replacement that begins at a place, up to the zero behind it.
    private func replacement(at start: Int) -> Range<Int>? {
        guard start < replacements.count, replacements[start] & 0xc0 != 0x80 else { return nil }
        return start..<(replacements[start...].firstIndex(of: 0) ?? replacements.count)
    }

    /// How far the children of a unit are.
    static func distance(_ unit: UInt32) -> Int {
        Int((unit >> 10) << ((unit & 0x200) >> 6))
    }
}
