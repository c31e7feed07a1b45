import Diagnostics
import Formats
import Foundation
import Preparation
import TestSupport
import Testing

@Suite struct ShardVerificationTests {
    private let folder: TemporaryFolder

    /// `a` with three shards of eight samples in all, `b` with one of two, uncompressed.
    init() throws {
        folder = try TemporaryFolder()
        try write("a", (0..<8).map { number in (0..<(40 + number)).map { Int32($0) } }, limit: 800)
        try write("b", [[2, 5, 1], [2, 700, 701, 1]], limit: 1 << 20, level: nil)
    }

    private func write(_ name: String, _ samples: [[Int32]], limit: Int, level: Int? = 3) throws {
        var configuration = MDSShardWriter.Configuration()
        configuration.sizeLimit = limit
        configuration.compressionLevel = level
        configuration.hashes = [.xxh64, .sha1]
        configuration.synchronized = false
        let writer = try MDSShardWriter(folder: folder.path(name), configuration: configuration)
        for (number, ids) in samples.enumerated() {
            try writer.write(tokenIDs: ids, id: "\(number)")
        }
        _ = try writer.finish()
    }

    private var parts: [ShardVerification.Part] {
        [
            .init(folder: folder.path("a"), counted: "manifest: a", samples: 8, tokens: 348),
            .init(folder: folder.path("b"), counted: "manifest: b", samples: 2, tokens: 7),
        ]
    }

    private func messages(_ verification: ShardVerification) -> [String] {
        verification.problems.map {
            $0.description.replacingOccurrences(of: folder.path + "/", with: "")
        }
    }

    @Test(arguments: [1, 3])
    func `sound shards have no problem, and every hash is compared`(threads: Int) throws {
        let verification = ShardVerification(parts, vocabulary: 702, context: 47, threads: threads)
        #expect(messages(verification) == [])
        let shards = try MDSIndex(folder: folder.path("a")).shards.count
        #expect(shards > 1)
        // Of the compressed and the decompressed bytes; b has only raw bytes.
        #expect(verification.counts.hashes == shards * 4 + 2)
        #expect(verification.counts.samples == 10 && verification.counts.tokens == 355)
        #expect(verification.counts.folders == 2 && verification.counts.shards == shards + 1)
    }

    @Test func `padding and samples without a beginning are warned of, in numbers`() throws {
        try write("padded", [[2, 9, 0, 0], [2, 9, 9, 1], [2, 0, 0, 0]], limit: 1 << 20)
        try write("headless", [[9, 9, 1], [9, 1]], limit: 1 << 20)
        func warnings(_ names: [String], begin: Int32 = 2) -> [String] {
            ShardVerification(
                names.map { .init(folder: folder.path($0)) },
                marks: .init(padding: 0, begin: begin)
            ).warnings.map { $0.replacingOccurrences(of: folder.path + "/", with: "") }
        }
        #expect(warnings(["b"]) == [])
        #expect(
            warnings(["headless", "padded"]) == [
                """
                29.412 % of the token ids are padding (5 ids in 1 of 2 folders, the first is \
                padded): it would be trained on as if it were text. Write samples at their own \
                lengths.
                """
            ])
        #expect(
            warnings(["headless"]) == [
                """
                None of 2 samples begins with the token that begins a text, as those of `mmbert \
                data build` do.
                """
            ])
    }

    @Test func `all problems are listed, not only the first`() throws {
        var parts = parts
        parts[0].tokens = 349
        parts.append(.init(folder: folder.path("c")))
        var bytes = try Data(contentsOf: URL(filePath: folder.path("b/shard.00000.mds")))
        bytes[bytes.count - 6] ^= 1
        try bytes.write(to: URL(filePath: folder.path("b/shard.00000.mds")))
        let found = messages(ShardVerification(parts, vocabulary: 700, context: 46))
        let expected = [
            "manifest: a: expected samples of at most 46 tokens, as the manifest says, "
                + "found one of 47",
            "b/shard.00000.mds: expected sha1", "b/shard.00000.mds: expected xxh64",
            "sample 1 of b/shard.00000.mds: expected token ids below the vocabulary's 700, "
                + "found 700",
            "c/index.json: expected the index of a folder of MDS shards, found no such file",
        ]
        let counts = ShardVerification(parts, vocabulary: 700, context: 46).counts
        #expect(counts.shardsWithoutHashes == 0)
        #expect(found.count == expected.count, "\(found)")
        for (message, start) in zip(found, expected) {
            #expect(message.hasPrefix(start), "\(message)")
        }
    }

    @Test func `counts are compared with the manifest`() throws {
        var parts = parts
        parts[0].tokens = 349
        parts[1].samples = 3
        let found = messages(ShardVerification(parts))
        #expect(
            found == [
                "manifest: a: expected 349 tokens, as the manifest says, found 348. "
                    + "Correct the manifest, or build the data again.",
                "manifest: b: expected 3 samples, as the manifest says, found 2. "
                    + "Correct the manifest, or build the data again.",
            ])
    }

    @Test func `a shard that is gone, cut short or damaged inside does not hide the others`() throws
    {
        func path(_ number: Int) -> String { folder.path("a/shard.0000\(number).mds.zstd") }
        try Folder.remove(path(0))
        var bytes = try Data(contentsOf: URL(filePath: path(1)))
        try bytes.dropLast().write(to: URL(filePath: path(1)))
        bytes = try Data(contentsOf: URL(filePath: path(2)))
        bytes[bytes.count / 2] ^= 0x55
        try bytes.write(to: URL(filePath: path(2)))
        let found = messages(ShardVerification(parts))
        #expect(found.count >= 4, "\(found)")
        #expect(found[0].hasPrefix("a/shard.00000.mds.zstd: expected the shard's file"))
        #expect(found[1].hasPrefix("a/shard.00001.mds.zstd: expected"))
        #expect(found[2].hasPrefix("a/shard.00002.mds.zstd: expected sha1"))
        #expect(!found.contains { $0.hasPrefix("manifest") })
    }

    @Test func `a sample that cannot be read does not hide those behind it`() throws {
        let place = 4
        var index = String(
            decoding: try Data(contentsOf: URL(filePath: folder.path("b/index.json"))),
            as: UTF8.self)
        index = index.replacing(/"hashes": \{[^}]*\}/, with: "\"hashes\": {}")
        try folder.write(index, to: "b/index.json")
        let file = folder.path("b/shard.00000.mds")
        var bytes = try Data(contentsOf: URL(filePath: file))
        let start = bytes[place..<(place + 2)].enumerated().reduce(0) {
            $0 + Int($1.element) << (8 * $1.offset)
        }
        // The form of the array: no dimension.
        bytes[start + 8 + 1] = 0
        try bytes.write(to: URL(filePath: file))
        let verification = ShardVerification([.init(folder: folder.path("b"))], vocabulary: 700)
        let found = messages(verification)
        #expect(found.count == 2, "\(found)")
        #expect(found[0].contains("at least one dimension"))
        #expect(found[1].hasPrefix("sample 1 of"))
        #expect(verification.counts.samples == 1 && verification.counts.shardsWithoutHashes == 1)
    }
}

@Suite struct ShardSurveyTests {
    @Test func `counts, forms and lengths are those of the shards`() throws {
        let folder = try TemporaryFolder()
        let lengths = [1, 2, 3, 3, 7, 8, 300]
        for (name, level) in [("raw", nil), ("zstd", 5)] as [(String, Int?)] {
            var configuration = MDSShardWriter.Configuration()
            configuration.compressionLevel = level
            let writer = try MDSShardWriter(folder: folder.path(name), configuration: configuration)
            for length in lengths {
                try writer.write(tokenIDs: Array(repeating: 9, count: length), id: "x")
            }
            _ = try writer.finish()
        }
        let survey = try ShardSurvey([folder.path("raw"), folder.path("zstd")], threads: 2)
        #expect(survey.files.samples == 14 && survey.files.shards == 2)
        #expect(survey.files.compressions == ["none": 1, "zstd:5": 1])
        #expect(survey.files.columns == ["id: str": 2, "input_ids: ndarray:uint32": 2])
        #expect(survey.files.hashes == ["xxh64": 2])
        let histogram = survey.lengths
        #expect(histogram.samples == 14 && histogram.tokens == 2 * 324)
        #expect(histogram.shortest == 1 && histogram.longest == 300)
        #expect(histogram.quantile(0.5) == 3 && histogram.quantile(0.9) == 300)
        #expect(histogram.buckets.map(\.samples) == [2, 6, 2, 2, 0, 0, 0, 0, 2])
        #expect(histogram.buckets.map(\.from) == [1, 2, 4, 8, 16, 32, 64, 128, 256])
        let quick = try ShardSurvey([folder.path("raw")], readingSamples: false)
        #expect(quick.files.samples == 7 && quick.lengths == LengthHistogram())
        let samples = try ShardSurvey.samples(of: folder.path("zstd"), count: 3)
        #expect(samples.map(\.number) == [0, 2, 4])
        #expect(samples.map(\.tokenIDs.count) == [1, 3, 7])
    }
}
