import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("Checksums and compression")
struct CompressionTests {
    @Test("Digests equal those of hashlib and xxhash at every block edge")
    func digests() throws {
        let table = try JSONDecoder().decode(
            [String: [String: String]].self,
            from: Data(Fixtures.bytes("Formats/checksums.json")))
        #expect(table.count == 11)
        for (length, digests) in table {
            let count = try #require(Int(length))
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + $0 / 256) }
            for checksum in Checksum.allCases {
                #expect(checksum.digest(of: bytes) == digests[checksum.rawValue], "\(length)")
            }
        }
    }

    @Test("A file's digest is that of its bytes")
    func fileDigest() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<(9 << 20)).map { UInt8(truncatingIfNeeded: $0 / 1000) }
        let path = try folder.write(bytes, to: "a")
        #expect(try Checksum.sha1.digest(ofFileAt: path) == Checksum.sha1.digest(of: bytes))
        #expect(try Checksum.xxh3_128.digest(ofFileAt: path) == Checksum.xxh128.digest(of: bytes))
    }

    @Test("What zstd compressed comes back", arguments: [0, 1, 7, 257, 200_000])
    func zstd(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 3) }
        let packed = Zstd.compress(bytes)
        #expect(try Zstd.decompress(packed, path: "a") == bytes)
        #expect(throws: InputError.self) {
            try Zstd.decompress(packed.dropLast(), path: "a")
        }
        if count > 1 {
            #expect(throws: InputError.self) {
                try Zstd.decompress(packed, limit: count - 1, path: "a")
            }
        }
    }

    /// A frame without content, of which zstd has sixteen kinds.
    private func skippable(_ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0x50 | kind, 0x2a, 0x4d, 0x18, UInt8(content.count), 0, 0, 0] + content
    }

    /// A frame with one block as it is, whose header asks for a window of 2^`log` bytes.
    private func frame(_ content: String, windowLog log: UInt8) -> [UInt8] {
        [0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3, UInt8(content.utf8.count) << 3 | 1, 0, 0]
            + Array(content.utf8)
    }

    private func content(_ bytes: [UInt8]) throws -> String {
        let folder = try TemporaryFolder()
        var reader = try LineReader(path: folder.write(bytes, to: "a.jsonl.zst"))
        var lines: [String] = []
        while let line = try reader.next() { lines.append(line.text ?? "?") }
        return lines.joined(separator: "|")
    }

    @Test("Frames that are to be skipped are, first, between others and last")
    func skippableFrames() throws {
        let (a, b) = (Zstd.compress(Array("a\n".utf8)), Zstd.compress(Array("b\n".utf8)))
        for kind in [0, 7, 15] as [UInt8] {
            let skipped = skippable(kind, [1, 2, 3, 0x28, 0xb5])
            #expect(try content(skipped + a) == "a")
            #expect(try content(skipped + a + skippable(0, []) + skipped + b + skipped) == "a|b")
            #expect(try content(skipped).isEmpty)
            #expect(try Zstd.decompress(skipped + a, path: "a") == Array("a\n".utf8))
            #expect(throws: InputError.self) { try content(skipped.dropLast()) }
        }
    }

    @Test("Windows of up to 2 GiB are read, larger ones refused with what to do")
    func windows() throws {
        for log in [10, 27, 28, 30, 31] as [UInt8] {
            #expect(try content(frame("text", windowLog: log)) == "text")
        }
        let error = #expect(throws: InputError.self) {
            try content(frame("text", windowLog: 32))
        }
        #expect(error?.expected == "zstd frames with windows of at most 2 GiB")
        #expect(error?.remedy.contains("--long=31") == true)
    }

    @Test("A file written piece by piece is one frame that says its size")
    func zstdWriter() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try AtomicFile.write(to: folder.path("a.zst")) { file in
            let writer = try ZstdWriter(file: file, contentSize: bytes.count, windowLog: 17)
            for lower in stride(from: 0, to: bytes.count, by: 7777) {
                try writer.write(Array(bytes[lower..<min(lower + 7777, bytes.count)]))
            }
            try writer.finish()
        }
        let packed = Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("a.zst"))))
        #expect(try Zstd.decompress(packed, path: "a") == bytes)
    }
}

extension Array where Element == UInt8 {
    fileprivate func dropLast() -> [UInt8] { Array(prefix(Swift.max(0, count - 1))) }
}
