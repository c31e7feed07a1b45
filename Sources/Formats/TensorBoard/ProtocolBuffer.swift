/// A protocol buffer message that is being written.
struct ProtocolBuffer {
    /// The message so far.
    private(set) var bytes: [UInt8] = []

    /// A double or a fixed 64-bit field.
    mutating func append(_ field: Int, double: Double) {
        append(tag: field, type: 1)
        append(fixed: double.bitPattern)
    }

    /// A float field.
    mutating func append(_ field: Int, float: Float) {
        append(tag: field, type: 5)
        append(fixed: float.bitPattern)
    }

    /// An integer or enumeration field.
    mutating func append(_ field: Int, integer: Int) {
        append(tag: field, type: 0)
        append(varint: UInt64(bitPattern: Int64(integer)))
    }

    /// A string field.
    mutating func append(_ field: Int, string: String) {
        append(field, data: Array(string.utf8))
    }

    /// A message field.
    mutating func append(_ field: Int, message: ProtocolBuffer) {
        append(field, data: message.bytes)
    }

    private mutating func append(_ field: Int, data: [UInt8]) {
        append(tag: field, type: 2)
        append(varint: UInt64(data.count))
        bytes += data
    }

    private mutating func append(tag field: Int, type: Int) {
        append(varint: UInt64(field << 3 | type))
    }

    private mutating func append<Word: FixedWidthInteger & BitwiseCopyable>(fixed word: Word) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
