import Formats
import Foundation
import TestSupport
import Testing

@Suite("TensorBoard events")
struct TensorBoardTests {
    /// The records of an event file, whose lengths and checks must be right.
    private func records(_ path: String) throws -> [[UInt8]] {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var records: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Array(rest.prefix(8))
            let count = length.reversed().reduce(0) { $0 << 8 | Int($1) }
            let data = Array(rest.dropFirst(12).prefix(count))
            try #require(data.count == count)
            #expect(check(rest.dropFirst(8)) == masked(length))
            #expect(check(rest.dropFirst(12 + count)) == masked(data))
            records.append(data)
            rest = rest.dropFirst(16 + count)
        }
        return records
    }

    private func check(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The masked CRC-32C, bit by bit as its definition reads.
    private func masked(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = ~0
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
        }
        crc = ~crc
        return ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
    }

    @Test("The test's own check is the published one")
    func knownAnswer() {
        #expect(masked(Array("123456789".utf8)) == 0xc78a_b0e5)
    }

    @Test("A scalar is the record that facts about the format give")
    func scalar() throws {
        let folder = try TemporaryFolder()
        let writer = try TensorBoardWriter(folder: folder.path("events"))
        try writer.scalar("loss/train", 1.25, step: 7)
        try writer.flush()
        let found = try records(writer.path)
        try #require(found.count == 2)
        #expect(found[0].dropFirst(9) == ([0x1a, 13] + Array("brain.Event:2".utf8))[...])
        let tag = Array("loss/train".utf8)
        let expected: [UInt8] =
            [0x10, 7, 0x2a, 0x13, 0x0a, 0x11, 0x0a, 0x0a] + tag + [0x15, 0, 0, 0xa0, 0x3f]
        #expect(found[1].first == 9 && found[1].dropFirst(9) == expected[...])
        #expect(Folder.name(of: writer.path).contains("tfevents"))
    }

    @Test("A resumed run starts a second file with a session at its step")
    func resume() throws {
        let folder = try TemporaryFolder()
        let first = try TensorBoardWriter(folder: folder.path)
        let second = try TensorBoardWriter(folder: folder.path, startStep: 300)
        try second.scalar("loss/train", 1.25, step: 300)
        try second.flush()
        #expect(first.path != second.path)
        let found = try records(second.path)
        try #require(found.count == 3)
        #expect(found[1].dropFirst(9) == [0x10, 0xac, 0x02, 0x3a, 2, 8, 1])
    }

    @Test("Events are written when the writer goes away")
    func release() throws {
        let folder = try TemporaryFolder()
        var writer: TensorBoardWriter? = try TensorBoardWriter(folder: folder.path)
        let path = try #require(writer?.path)
        for step in 0..<1000 { try writer?.scalar("loss", 1 / Double(step + 1), step: step) }
        writer = nil
        #expect(try records(path).count == 1001)
    }
}
