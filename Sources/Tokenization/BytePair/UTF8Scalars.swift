/// U+2581, which stands for a space in pieces.
let spaceSymbol: UInt32 = 0x2581

/// The code points of valid UTF-8.
func scalars(of utf8: some Sequence<UInt8>) -> [UInt32] {
    String(decoding: Array(utf8), as: UTF8.self).unicodeScalars.map(\.value)
}

/// The UTF-8 of a code point.
func utf8(of scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).map { Array(String($0).utf8) } ?? []
}

/// A piece with plain spaces.
func plainText(of piece: ArraySlice<UInt8>) -> [UInt8] {
    scalars(of: piece).flatMap { $0 == spaceSymbol ? [0x20] : utf8(of: $0) }
}

/// The byte a piece such as `<0x0A>` stands for.
func byteValue(of piece: ArraySlice<UInt8>) -> Int? {
    guard piece.count == 6 else { return nil }
    let text = String(decoding: piece, as: UTF8.self)
    guard text.hasPrefix("<0x"), text.hasSuffix(">") else { return nil }
    return Int(text.dropFirst(3).dropLast(), radix: 16)
}

/// The code point that begins at `index` and its length in bytes; length 0 where the bytes are not
/// valid UTF-8.
@inline(__always)
func decodeScalar(
    _ text: UnsafeBufferPointer<UInt8>, at index: Int
) -> (scalar: UInt32, length: Int) {
    let first = UInt32(text[index])
    if first < 0x80 { return (first, 1) }
    let left = text.count - index
    if first < 0xe0 {
        guard first >= 0xc2, left >= 2, text[index + 1] & 0xc0 == 0x80 else { return (0, 0) }
        return ((first & 0x1f) << 6 | UInt32(text[index + 1] & 0x3f), 2)
    }
    if first < 0xf0 {
        guard left >= 3, text[index + 1] & 0xc0 == 0x80, text[index + 2] & 0xc0 == 0x80 else {
            return (0, 0)
        }
        let scalar =
            (first & 0x0f) << 12 | UInt32(text[index + 1] & 0x3f) << 6
            | UInt32(text[index + 2] & 0x3f)
        return scalar < 0x800 || 0xd800..<0xe000 ~= scalar ? (0, 0) : (scalar, 3)
    }
    guard first < 0xf5, left >= 4, text[index + 1] & 0xc0 == 0x80,
        text[index + 2] & 0xc0 == 0x80, text[index + 3] & 0xc0 == 0x80
    else { return (0, 0) }
    let scalar =
        (first & 0x07) << 18 | UInt32(text[index + 1] & 0x3f) << 12
        | UInt32(text[index + 2] & 0x3f) << 6 | UInt32(text[index + 3] & 0x3f)
    return 0x10000..<0x110000 ~= scalar ? (scalar, 4) : (0, 0)
}
