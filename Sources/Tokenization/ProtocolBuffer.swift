/// A walk over the fields of one Protocol Buffers message, enough to read SentencePiece models.
///
/// Wire types: 0 variable-length integer, 1 eight bytes, 2 a length and so many bytes, 5 four
/// bytes. A field that runs past the end of the message ends the walk and sets `isDamaged`.
struct ProtocolBuffer {
    /// The value of a field, by its wire type.
    enum Value {
        case integer(UInt64)
        case fourBytes(UInt32)
        case eightBytes
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>
    private(set) var isDamaged = false

    init(_ message: ArraySlice<UInt8>) {
        rest = message
    }

    /// The next field's number and value, nil at the end of the message.
    mutating func next() -> (field: Int, value: Value)? {
        guard !rest.isEmpty, !isDamaged else { return nil }
        guard let key = variableInteger(), let field = Int(exactly: key >> 3), field > 0 else {
            return damaged()
        }
        switch key & 7 {
        case 0:
            guard let value = variableInteger() else { return damaged() }
            return (field, .integer(value))
        case 1:
            guard take(8) != nil else { return damaged() }
            return (field, .eightBytes)
        case 2:
            guard let count = variableInteger(), let bytes = take(count) else { return damaged() }
            return (field, .bytes(bytes))
        case 5:
            guard let bytes = take(4) else { return damaged() }
            return (field, .fourBytes(bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }))
        default:
            return damaged()
        }
    }

    private mutating func damaged() -> (field: Int, value: Value)? {
        isDamaged = true
        return nil
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
