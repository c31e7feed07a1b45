/// A Protocol Buffers message that is being written.
///
/// A field is written as its key (its number and wire type) and its value, as the encoding
/// guide at protobuf.dev describes. Numbers are little-endian; a variable-length integer has seven
/// bits in each byte, the lowest first.
public struct ProtocolBufferWriter {
    /// The message so far.
    public private(set) var bytes: [UInt8] = []

    /// A message without fields.
    public init() {}

    /// Appends a `double` field.
    public mutating func append(_ field: Int, double: Double) {
        append(field, type: 1)
        append(fixed: double.bitPattern)
    }

    /// Appends a `float` field.
    public mutating func append(_ field: Int, float: Float) {
        append(field, type: 5)
        append(fixed: float.bitPattern)
    }

    /// Appends an integer, Boolean or enumeration field; negative numbers as `int32` and `int64`
    /// have them.
    public mutating func append(_ field: Int, integer: Int) {
        append(field, type: 0)
        append(variable: UInt64(bitPattern: Int64(integer)))
    }

    /// Appends a `bytes` field.
    public mutating func append(_ field: Int, bytes content: ArraySlice<UInt8>) {
        append(field, type: 2)
        append(variable: UInt64(content.count))
        bytes += content
    }

    /// Appends a `string` field.
    public mutating func append(_ field: Int, string: String) {
        append(field, bytes: Array(string.utf8)[...])
    }

    /// Appends a field that is a message.
    public mutating func append(_ field: Int, message: ProtocolBufferWriter) {
        append(field, bytes: message.bytes[...])
    }

    private mutating func append(_ field: Int, type: Int) {
        append(variable: UInt64(field << 3 | type))
    }

    private mutating func append<Word: FixedWidthInteger>(fixed word: Word) {
        for shift in stride(from: 0, to: Word.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    private mutating func append(variable value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// A walk over the fields of one Protocol Buffers message, in the order of its bytes.
///
/// Wire types: 0 variable-length integer, 1 eight bytes, 2 a length and that many bytes, 5 four
/// bytes. A field that runs past the end of the message ends the walk and sets `isDamaged`.
public struct ProtocolBufferReader {
    /// The value of a field, by its wire type.
    public enum Value {
        /// A variable-length integer.
        case integer(UInt64)
        /// Four bytes, such as a `float`'s.
        case fourBytes(UInt32)
        /// Eight bytes, such as a `double`'s.
        case eightBytes(UInt64)
        /// A string, bytes or a message.
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>
    /// Whether the walk ended before the end of the message.
    public private(set) var isDamaged = false

    /// A walk from the first field of `message` on.
    public init(_ message: ArraySlice<UInt8>) {
        rest = message
    }

    /// The next field's number and value; nil after the last, or where the message is damaged.
    public mutating func next() -> (field: Int, value: Value)? {
        guard !rest.isEmpty, !isDamaged else { return nil }
        guard let key = variableInteger(), let field = Int(exactly: key >> 3), field > 0,
            let value = value(ofType: key & 7)
        else {
            isDamaged = true
            return nil
        }
        return (field, value)
    }

    private mutating func value(ofType type: UInt64) -> Value? {
        switch type {
        case 0: variableInteger().map(Value.integer)
        case 1: take(8).map { .eightBytes(Self.integer($0)) }
        case 2: variableInteger().flatMap { take($0) }.map(Value.bytes)
        case 5: take(4).map { .fourBytes(UInt32(Self.integer($0))) }
        default: nil
        }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private mutating func variableInteger() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
