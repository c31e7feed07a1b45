/// Places in a text counted in bytes of UTF-8 and in code points (Unicode scalars), as files count
/// them: one from the other, in a time that does not grow with the text.
public struct CodePointOffsets: Sendable {
    private static let stretch = 64

    private let utf8: [UInt8]
    /// The code points that begin before every 64th byte; none where all bytes are code points.
    private let counts: [Int]
    /// How many code points the text has.
    public let count: Int

    /// The places of a text.
    public init(_ text: String) {
        utf8 = Array(text.utf8)
        var (counts, count) = ([Int](), 0)
        for (place, byte) in utf8.enumerated() {
            if place.isMultiple(of: Self.stretch) { counts.append(count) }
            if byte & 0xc0 != 0x80 { count += 1 }
        }
        self.counts = count == utf8.count ? [] : counts
        self.count = count
    }

    /// The code points in front of a byte; a character counts if the byte is not its first.
    ///
    /// - Precondition: the byte is in the text, or its end.
    public func codePoint(ofByte byte: Int) -> Int {
        precondition(0...utf8.count ~= byte, "codePoint(ofByte: \(byte)) of \(utf8.count) bytes")
        if counts.isEmpty { return byte }
        let block = min(byte / Self.stretch, counts.count - 1)
        var found = counts[block]
        for place in (block * Self.stretch)..<byte where utf8[place] & 0xc0 != 0x80 { found += 1 }
        return found
    }

    /// The byte with which a code point begins, or the end of the text.
    ///
    /// - Precondition: the code point is in the text, or its end.
    public func byte(ofCodePoint codePoint: Int) -> Int {
        precondition(0...count ~= codePoint, "byte(ofCodePoint: \(codePoint)) of \(count)")
        if counts.isEmpty { return codePoint }
        var (low, high) = (0, counts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if counts[middle] <= codePoint { low = middle } else { high = middle }
        }
        var (found, place) = (counts[low], low * Self.stretch)
        while place < utf8.count {
            if utf8[place] & 0xc0 != 0x80 {
                if found == codePoint { break }
                found += 1
            }
            place += 1
        }
        return place
    }

    /// The code points of a range of bytes that begins and ends between characters.
    public func codePoints(ofBytes bytes: Range<Int>) -> Range<Int> {
        codePoint(ofByte: bytes.lowerBound)..<codePoint(ofByte: bytes.upperBound)
    }

    /// The bytes of a range of code points.
    public func bytes(ofCodePoints codePoints: Range<Int>) -> Range<Int> {
        byte(ofCodePoint: codePoints.lowerBound)..<byte(ofCodePoint: codePoints.upperBound)
    }
}
