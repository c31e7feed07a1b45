/// The 16 bytes ahead of a word: `mmbw`, the word's number, its length, all little-endian.
struct WordHeader {
    static let byteCount = 16
    private static let mark: UInt32 = 0x7762_6d6d

    /// How many words went the same way before.
    let number: UInt32
    /// Bytes of the word.
    let length: Int

    init(number: UInt32, length: Int) {
        (self.number, self.length) = (number, length)
    }

    /// What 16 bytes say; nil where they are no header.
    init?(_ bytes: [UInt8]) {
        func number<Value: FixedWidthInteger>(_ range: Range<Int>) -> Value {
            bytes[range].reversed().reduce(0) { $0 << 8 | Value($1) }
        }
        guard bytes.count == Self.byteCount, number(0..<4) == Self.mark,
            let length = Int(exactly: number(8..<16) as UInt64)
        else { return nil }
        self.init(number: number(4..<8), length: length)
    }

    var bytes: [UInt8] {
        let first = UInt64(number) << 32 | UInt64(Self.mark)
        return [first, UInt64(length)].flatMap { value in
            (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
    }
}
