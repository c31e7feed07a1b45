/// White space at the ends of UTF-8, by Unicode's property White_Space and U+001C to U+001F, which
/// Python takes for white space, too.
enum WhiteSpace {
    /// Where the text behind white space begins.
    ///
    /// - Parameter isStrict: whether U+001C to U+001F are none.
    static func end(
        in text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, isStrict: Bool = false
    ) -> Int {
        var place = start
        while place < end {
            let (scalar, length) = decodeScalar(text, at: place)
            guard length > 0, contains(scalar, isStrict) else { break }
            place += length
        }
        return min(place, end)
    }

    /// Where white space begins that ends at `end`.
    ///
    /// - Parameter isStrict: whether U+001C to U+001F are none.
    static func start(
        in text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, isStrict: Bool = false
    ) -> Int {
        var place = end
        while place > start {
            var previous = place - 1
            while previous > start, text[previous] & 0xc0 == 0x80 { previous -= 1 }
            let (scalar, length) = decodeScalar(text, at: previous)
            guard length > 0, contains(scalar, isStrict) else { break }
            place = previous
        }
        return place
    }

    private static func contains(_ scalar: UInt32, _ isStrict: Bool) -> Bool {
        !isStrict && 0x1c...0x1f ~= scalar || CharacterClass(of: scalar) == .space
    }
}

extension Range<Int> {
    /// A range of UTF-8 without the white space at its ends; empty, at its end, where there is
    /// nothing else.
    ///
    /// - Precondition: the range lies within the text, on characters.
    package func withoutWhiteSpace(in utf8: Span<UInt8>) -> Range<Int> {
        precondition(
            lowerBound >= 0 && upperBound <= utf8.count,
            "withoutWhiteSpace: \(self) of \(utf8.count) bytes")
        return utf8.withUnsafeBufferPointer { text in
            let start = WhiteSpace.end(in: text, from: lowerBound, to: upperBound)
            return start..<WhiteSpace.start(in: text, from: start, to: upperBound)
        }
    }
}
