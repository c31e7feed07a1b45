import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

/// The token ids of every sample in `folder`, shard by shard.
func tokenIDs(in folder: String, verifyHash: Bool = false) throws -> [[Int32]] {
    try MDSIndex(folder: folder).shards.flatMap { shard in
        let reader = try MDSShardReader(folder: folder, shard: shard, verifyHash: verifyHash)
        var samples: [[Int32]] = []
        while let ids = try reader.nextTokenIDs() { samples.append(ids) }
        #expect(samples.count == reader.sampleCount)
        return samples
    }
}

@Suite("MDS shards by mosaicml-streaming are read")
struct MDSReadingTests {
    static let expected: [String: [[Int32]]] = {
        let bytes = try? Fixtures.bytes("Formats/mds/expected.json")
        return bytes.flatMap {
            try? JSONDecoder().decode([String: [[Int32]]].self, from: Data($0))
        } ?? [:]
    }()

    @Test("in every form of ndarray, compressed or not", arguments: expected.keys.sorted())
    func everyForm(name: String) throws {
        let samples = try tokenIDs(in: Fixtures.path("Formats/mds/\(name)"), verifyHash: true)
        #expect(samples == Self.expected[name])
    }

    @Test("from any sample on, forward and back", arguments: ["raw", "zstd", "among-others"])
    func skipping(name: String) throws {
        let folder = Fixtures.path("Formats/mds/\(name)")
        let samples = try #require(Self.expected[name])
        let shard = try #require(try MDSIndex(folder: folder).shards.first)
        let reader = try MDSShardReader(folder: folder, shard: shard)
        for sample in [3, 0, 5, 5, 1, 6, 2] {
            try reader.skip(to: sample)
            #expect(reader.nextSample == sample)
            let expected = sample < samples.count ? samples[sample] : nil
            #expect(try reader.nextTokenIDs() == expected)
        }
    }

    @Test("column by column, whatever lies between")
    func otherColumns() throws {
        let folder = Fixtures.path("Formats/mds/among-others")
        let shard = try #require(try MDSIndex(folder: folder).shards.first)
        let texts = try MDSShardReader(folder: folder, shard: shard, column: "text")
        for sample in 0..<6 {
            let text = try texts.nextBytes().map { String(decoding: $0, as: UTF8.self) }
            #expect(text == String(repeating: "word ", count: sample))
        }
        #expect(try texts.nextBytes() == nil)
        let scores = try MDSShardReader(folder: folder, shard: shard, column: "score")
        #expect(try scores.nextBytes() == [0, 0, 0, 0x3f])
    }

    @Test("from the raw file where the compressed one is gone")
    func rawInsteadOfZip() throws {
        let folder = try TemporaryFolder()
        let source = Fixtures.path("Formats/mds/zstd")
        var index = try Fixtures.bytes("Formats/mds/zstd/index.json")
        try folder.write(index, to: "index.json")
        let name = "shard.00000.mds"
        let zip = try Fixtures.bytes("Formats/mds/zstd/\(name).zstd")
        try folder.write(Zstd.decompress(zip, path: name), to: name)
        let samples = try tokenIDs(in: folder.path, verifyHash: true)
        #expect(try samples == tokenIDs(in: source))
        index = []
    }

    @Test("in a sub-folder, as merged indexes have them")
    func subFolder() throws {
        let folder = try TemporaryFolder()
        let text = String(decoding: try Fixtures.bytes("Formats/mds/raw/index.json"), as: UTF8.self)
        let name = "shard.00000.mds"
        try folder.write(text.replacingOccurrences(of: name, with: "a/b/\(name)"), to: "index.json")
        try folder.write(try Fixtures.bytes("Formats/mds/raw/\(name)"), to: "a/b/\(name)")
        #expect(try tokenIDs(in: folder.path) == Self.expected["raw"])
    }

    @Test(
        "of the shared golden files",
        .enabled(if: SharedFolder.has("golden/mds_sample"), "\(SharedFolder.absence)"),
        arguments: ["raw", "z", "z_def"])
    func golden(name: String) throws {
        let samples = try tokenIDs(
            in: SharedFolder.path("golden/mds_sample/\(name)"), verifyHash: true)
        try #require(samples.count == 2)
        #expect(samples[0] == [2, 17, 300_000, 1])
        #expect(samples[1] == (0..<300).map { Int32($0) })
    }

    @Test(
        "of the other golden forms: dynamic types, fixed shapes, text in several shards",
        .enabled(if: SharedFolder.has("golden/mds_sample"), "\(SharedFolder.absence)"))
    func otherGolden() throws {
        func folder(_ name: String) -> String { SharedFolder.path("golden/mds_sample/\(name)") }
        #expect(
            try tokenIDs(in: folder("dyn"), verifyHash: true) == [
                [2, 17, 255, 1], [7, 7, 7, 7, 7, 7],
            ])
        #expect(try tokenIDs(in: folder("fix"), verifyHash: true) == [[2, 17, 255, 1]])
        let index = try MDSIndex(folder: folder("lim"))
        #expect(index.shards.map(\.samples) == [7, 7, 6])
        for shard in index.shards {
            let reader = try MDSShardReader(
                folder: folder("lim"), shard: shard, column: "t", verifyHash: true)
            while let text = try reader.nextBytes() {
                #expect(text == Array(repeating: UInt8(ascii: "x"), count: 100))
            }
            #expect(reader.nextSample == shard.samples)
        }
    }
}

@Suite("Damaged MDS shards are refused")
struct MDSDamageTests {
    /// A copy of a fixture in which `change` was made to the index and to the shard.
    private func copy(
        _ name: String, _ file: String, change: (inout String, inout [UInt8]) -> Void
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var index = String(
            decoding: try Fixtures.bytes("Formats/mds/\(name)/index.json"), as: UTF8.self)
        var shard = try Fixtures.bytes("Formats/mds/\(name)/\(file)")
        change(&index, &shard)
        try folder.write(index, to: "index.json")
        try folder.write(shard, to: file)
        return folder
    }

    private func problem(_ folder: TemporaryFolder, verifyHash: Bool = false) -> String {
        do {
            _ = try tokenIDs(in: folder.path, verifyHash: verifyHash)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("when the file is shorter than the index says")
    func truncated() throws {
        let folder = try copy("zstd", "shard.00000.mds.zstd") { $1.removeLast() }
        #expect(problem(folder).contains("shard.00000.mds.zstd: expected 1195 bytes"))
    }

    @Test("when a byte is flipped, if hashes are checked")
    func flipped() throws {
        let folder = try copy("raw", "shard.00000.mds") { $1[3000] ^= 1 }
        #expect(problem(folder, verifyHash: true).contains("expected xxh64"))
        #expect(problem(folder) == "none")
    }

    @Test("whatever hash the index has", arguments: Checksum.allCases)
    func everyHash(_ checksum: Checksum) throws {
        let shard = try Fixtures.bytes("Formats/mds/raw/shard.00000.mds")
        let hashes = "\"hashes\": {\"\(checksum.rawValue)\": \"\(checksum.digest(of: shard))\"}"
        func folder(_ change: (inout [UInt8]) -> Void) throws -> TemporaryFolder {
            try copy("raw", "shard.00000.mds") { index, shard in
                index = index.replacing(/"hashes": {[^}]*}/, with: hashes)
                change(&shard)
            }
        }
        #expect(try problem(folder { _ in }, verifyHash: true) == "none")
        let found = try problem(folder { $0[3000] ^= 1 }, verifyHash: true)
        #expect(found.contains("expected \(checksum.rawValue) "), "\(found)")
    }

    @Test("when the index has another count of samples")
    func otherCount() throws {
        let folder = try copy("raw", "shard.00000.mds") { index, _ in
            index = index.replacingOccurrences(of: "\"samples\": 6", with: "\"samples\": 5")
        }
        #expect(problem(folder).contains("expected 5 samples, as index.json says, found 6"))
    }

    @Test(
        "when the index is wrong",
        arguments: [
            ("\"version\": 2}", "\"version\": 1}", "version: expected 2, found 1"),
            ("\"format\": \"mds\"", "\"format\": \"csv\"", "format: expected \"mds\""),
            ("\"samples\": 6", "\"samples\": -6", "samples: expected 0 to"),
            ("\"samples\": 6", "\"samples\": 6e30", "JSON"),
            ("\"samples\": 6", "\"samples\": \"6\"", "samples: expected an integer"),
            ("\"samples\": 6, ", "", "samples"),
            ("\"bytes\": 3609", "\"bytes\": 99999999999", "raw_data.bytes: expected 0 to"),
            ("shard.00000.mds", "../shard.00000.mds", "basename: expected a path inside"),
            ("[null, null]", "[null]", "column_sizes: expected 2 entries"),
            ("[null, null]", "[null, 8]", "column_sizes[1]: expected null"),
            ("\"id\", \"input_ids\"", "\"id\", \"ids\"", "expected a column input_ids"),
            ("ndarray:uint32", "str", "expected token ids stored as ndarray, found str"),
            ("ndarray:uint32", "ndarray:float32", "expected integers as token ids"),
            ("{\"shards\"", "[\"shards\"", "expected valid JSON"),
        ])
    func wrongIndex(text: String, replacement: String, message: String) throws {
        let folder = try copy("raw", "shard.00000.mds") { index, _ in
            index = index.replacingOccurrences(of: text, with: replacement)
        }
        let found = problem(folder)
        #expect(found.contains(message), "\(found)")
        #expect(found.contains("index.json") || found.contains("shard.00000.mds"))
    }

    @Test("when it is compressed by something else")
    func otherCompression() throws {
        let folder = try copy("zstd", "shard.00000.mds.zstd") { index, _ in
            index = index.replacingOccurrences(of: "\"zstd:7\"", with: "\"br\"")
        }
        #expect(problem(folder).contains("expected compression by zstd, or none, found br"))
    }

    @Test("when there is no index")
    func noIndex() throws {
        let folder = try TemporaryFolder()
        #expect(throws: InputError.self) { try MDSIndex(folder: folder.path) }
    }
}
