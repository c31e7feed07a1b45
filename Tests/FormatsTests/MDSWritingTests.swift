import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("MDS shards are written")
struct MDSWritingTests {
    /// The samples from which the fixtures `raw` and `bare` were made.
    private func write(
        to folder: String, _ change: (inout MDSShardWriter.Configuration) -> Void
    ) throws -> MDSIndex {
        var configuration = MDSShardWriter.Configuration()
        configuration.hashes = [.xxh64, .sha1]
        change(&configuration)
        let writer = try MDSShardWriter(folder: folder, configuration: configuration)
        for (number, ids) in (MDSReadingTests.expected["raw"] ?? []).enumerated() {
            try writer.write(tokenIDs: ids, id: "s\(number)")
        }
        return try writer.finish()
    }

    @Test(
        "with the bytes and the index that mosaicml-streaming writes", arguments: ["raw", "bare"])
    func equalBytes(name: String) throws {
        let folder = try TemporaryFolder()
        let index = try write(to: folder.path) {
            $0.compressionLevel = nil
            if name == "bare" { $0.sizeLimit = 2000 }
        }
        for file in ["index.json"] + index.shards.map(\.raw.basename) {
            let found = try Data(contentsOf: URL(fileURLWithPath: folder.path(file)))
            #expect(try Array(found) == Fixtures.bytes("Formats/mds/\(name)/\(file)"), "\(file)")
        }
    }

    @Test("so that what was written is read, at every size of header")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let writer = try MDSShardWriter(folder: folder.path)
        let samples = [1, 2, 255, 256, 257, 65_535, 65_536, 3].map { count in
            (0..<count).map { Int32(truncatingIfNeeded: $0 &* 2_654_435_761) & Int32.max }
        }
        for (number, ids) in samples.enumerated() {
            try writer.write(tokenIDs: ids, id: "ä\(number)")
        }
        let index = try writer.finish()
        #expect(writer.samples == 8 && writer.tokens == samples.joined().count)
        #expect(index.samples == 8)
        #expect(try MDSIndex(folder: folder.path) == index)
        #expect(index.shards.map(\.compression) == ["zstd:3"])
        #expect(try tokenIDs(in: folder.path, verifyHash: true) == samples)
    }

    @Test("in as many shards as the size limit asks for")
    func sizeLimit() throws {
        let folder = try TemporaryFolder()
        let index = try write(to: folder.path) { $0.sizeLimit = 1500 }
        #expect(index.shards.count > 2)
        for shard in index.shards { #expect(shard.raw.bytes <= 1500 || shard.samples == 1) }
        #expect(try tokenIDs(in: folder.path, verifyHash: true) == MDSReadingTests.expected["raw"])
    }

    @Test("into a folder that looks incomplete until the end")
    func interrupted() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try MDSShardWriter(folder: folder.path)
            try writer.write(tokenIDs: [1, 2, 3], id: "a")
        }
        #expect(throws: InputError.self) { try MDSIndex(folder: folder.path) }
        _ = try write(to: folder.path) { _ in }
        #expect(throws: InputError.self) { try MDSShardWriter(folder: folder.path) }
    }

    @Test("without samples as an index without shards")
    func empty() throws {
        let folder = try TemporaryFolder()
        let index = try MDSShardWriter(folder: folder.path).finish()
        #expect(index.shards.isEmpty)
        #expect(try MDSIndex(folder: folder.path) == index)
    }
}
