import Serialization
import Testing

@Suite struct ProtocolBufferTests {
    /// The published examples of the encoding guide, and one of each other wire type.
    @Test func `fields are written as the format's guide says`() {
        var message = ProtocolBufferWriter()
        message.append(1, integer: 150)
        #expect(message.bytes == [0x08, 0x96, 0x01])
        var text = ProtocolBufferWriter()
        text.append(2, string: "testing")
        #expect(text.bytes == [0x12, 7] + Array("testing".utf8))
        var outer = ProtocolBufferWriter()
        outer.append(3, message: message)
        outer.append(16, integer: -2)
        outer.append(1, float: 1)
        outer.append(1, double: 1)
        #expect(
            outer.bytes == [0x1a, 3, 0x08, 0x96, 0x01, 0x80, 0x01, 0xfe]
                + [UInt8](repeating: 0xff, count: 8) + [0x01, 0x0d, 0, 0, 0x80, 0x3f]
                + [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    }

    @Test func `what is written is read`() {
        var message = ProtocolBufferWriter()
        message.append(1, integer: -1)
        message.append(2, float: -0.75)
        message.append(3, double: 0.1)
        message.append(4000, bytes: [1, 2, 3])
        var reader = ProtocolBufferReader(message.bytes[...])
        var found: [String] = []
        while let (field, value) = reader.next() {
            switch value {
            case .integer(let value): found.append("\(field) \(Int64(bitPattern: value))")
            case .fourBytes(let bits): found.append("\(field) \(Float(bitPattern: bits))")
            case .eightBytes(let bits): found.append("\(field) \(Double(bitPattern: bits))")
            case .bytes(let bytes): found.append("\(field) \(bytes)")
            }
        }
        #expect(found == ["1 -1", "2 -0.75", "3 0.1", "4000 [1, 2, 3]"])
        #expect(!reader.isDamaged)
    }

    @Test(
        arguments: [
            [0x08], [0x08, 0x80], [0x12, 5, 1, 2], [0x0d, 0, 0], [0x09, 0], [0x0b], [0x00, 1],
            [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        ] as [[UInt8]])
    func `a damaged field ends the walk`(field: [UInt8]) {
        var reader = ProtocolBufferReader(([0x08, 1] + field)[...])
        #expect(reader.next()?.field == 1)
        #expect(reader.next() == nil)
        #expect(reader.isDamaged)
        #expect(reader.next() == nil)
    }
}
