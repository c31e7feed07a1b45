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

    /// The times of a file's events.
    private func times(_ path: String) throws -> [Double] {
        try records(path).map { record in
            try #require(record.first == 9)
            let bits = record[1...8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Double(bitPattern: bits)
        }
    }

    @Test(
        "A clock that is set back, or stands still, leaves files and events in order",
        arguments: [[1.7e9, 1.6e9, 1.5e9], [1.7e9, 1.7e9, 1.7e9], [4e9, 12, 0], [5, 1.7e9, 3]])
    func clockSetBack(clock: [Double]) throws {
        let folder = try TemporaryFolder()
        var (paths, last) = ([String](), 0.0)
        for (start, time) in clock.enumerated() {
            var now = time
            let writer = try TensorBoardWriter(
                folder: folder.path, startStep: start, now: { now })
            try writer.scalar("loss", 1, step: start)
            now += 3600
            try writer.scalar("loss", 1, step: start)
            now -= 7200
            try writer.scalar("loss", 1, step: start)
            try writer.flush()
            paths.append(writer.path)
            #expect(writer.repair == nil)
            for time in try times(writer.path) {
                #expect(time >= last)
                last = time
            }
        }
        #expect(try Folder.contents(of: folder.path).map(folder.path) == paths)
    }

    @Test("Names of other files, and times that are none, do not matter")
    func otherNames() throws {
        let folder = try TemporaryFolder()
        let names = ["9223372036854775807.x", "99999999999.x", "-5.x", ".x", "x"]
        for name in names { try folder.write("", to: "events.out.tfevents.\(name)") }
        try folder.write("", to: "notes.9999999998.x")
        let writer = try TensorBoardWriter(folder: folder.path, now: { 1.7e9 })
        #expect(Folder.name(of: writer.path).hasPrefix("events.out.tfevents.1700000000."))
        #expect(writer.repair == nil)
    }

    @Test("Half a record, as a killed process leaves it, is cut off by the next one")
    func halfRecord() throws {
        let folder = try TemporaryFolder()
        let writer = try TensorBoardWriter(folder: folder.path, now: { 1.7e9 })
        try writer.scalar("loss", 1, step: 1)
        try writer.flush()
        let whole = try FileContents.read(writer.path)
        let size = try #require(try records(writer.path).last).count + 16
        let before = whole.dropLast(size)
        let half = Array(whole.suffix(size).dropLast())
        for rest in [half, [24], [UInt8](repeating: 0, count: 70)] {
            try AtomicFile.write(before + rest, to: writer.path)
            let next = try TensorBoardWriter(folder: folder.path, now: { 1.7e9 })
            #expect(next.repair?.contains("\(rest.count) bytes, was cut off") == true)
            #expect(try FileContents.read(writer.path) == Array(before))
            try Folder.remove(next.path)
        }
    }

    @Test("A damaged record inside a file is told, and nothing behind it is lost")
    func damagedRecord() throws {
        let folder = try TemporaryFolder()
        let writer = try TensorBoardWriter(folder: folder.path, now: { 1.7e9 })
        for step in 1...3 { try writer.scalar("loss", 1, step: step) }
        try writer.flush()
        var bytes = try FileContents.read(writer.path)
        bytes[bytes.count - 60] ^= 1
        try AtomicFile.write(bytes, to: writer.path)
        let next = try TensorBoardWriter(folder: folder.path, now: { 1.6e9 })
        #expect(next.repair?.contains("a damaged record") == true)
        #expect(try FileContents.read(writer.path) == bytes)
        #expect(try #require(times(next.path).first) >= 1.7e9)
    }
}
