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
