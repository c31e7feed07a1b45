/// The characters that stand for bytes in the pieces of byte-level tokenizers, as in GPT-2:
/// printable bytes of Latin-1 for themselves, the others for U+0100 and on, so that a space is Ġ
/// and a newline Ċ.
enum ByteAlphabet {
    /// The character of each byte.
    static let characters: [UInt32] = {
        var next: UInt32 = 0x100
        return (UInt32(0)..<0x100).map { byte in
            if 0x21...0x7e ~= byte || 0xa1...0xac ~= byte || 0xae...0xff ~= byte { return byte }
            defer { next += 1 }
            return next
        }
    }()

    private static let bytes: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: zip(characters, UInt8.min...UInt8.max))

    /// Whether a byte occurs in UTF-8 at all.
    static func occurs(_ byte: UInt8) -> Bool {
        byte < 0xc0 || 0xc2..<0xf5 ~= byte
    }

    /// The bytes of a piece; nil if one of its characters stands for none.
    static func bytes(of piece: ArraySlice<UInt8>) -> [UInt8]? {
        var found: [UInt8] = []
        for scalar in scalars(of: piece) {
            guard let byte = bytes[scalar] else { return nil }
            found.append(byte)
        }
        return found
    }
}
