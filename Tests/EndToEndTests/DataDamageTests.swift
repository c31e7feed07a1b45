import Formats
import Foundation
import TestSupport
import Testing

@Suite("Damaged data end a run with exit code 2")
struct DataDamageTests {
    /// Something done to a shard's file or index, and what the message says about it.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// The file, inside `shards/`.
        let file: String
        let change: @Sendable (inout [UInt8]) -> Void
        let parts: [String]

        init(
            _ name: String, _ file: String, _ parts: [String],
            _ change: @escaping @Sendable (inout [UInt8]) -> Void
        ) {
            (testDescription, self.file, self.parts, self.change) = (name, file, parts, change)
        }
    }

    /// `qaf_Latn` is read by the last variant alone.
    static let damages = [
        Damage(
            "a truncated shard", "train/qaa_Latn/shard.00000.mds.zstd",
            ["bytes, as the index says", "damaged or was cut short"]
        ) { $0.removeLast(10) },
        Damage(
            "a truncated shard that only the last stage reads",
            "train/qaf_Latn/shard.00000.mds.zstd",
            ["bytes, as the index says", "damaged or was cut short"]
        ) { $0.removeLast(10) },
        Damage(
            "an index of other samples", "train/qaf_Latn/index.json",
            ["samples, as the manifest says", "found"]
        ) { $0.replace("\"samples\": ", with: "\"samples\": 1") },
        Damage(
            "an index that is no JSON", "train/qab_Latn/index.json", ["expected valid JSON"]
        ) { $0.removeLast(2) },
        Damage(
            "a flipped byte in held-out text", "held-out/qac_Latn/shard.00000.mds.zstd",
            ["as the index says", "damaged"]
        ) { $0[$0.count / 2] ^= 1 },
        Damage(
            "a manifest with a wrong count", "manifest.yaml",
            ["manifest.yaml:", "samples", "expected"]
        ) { $0.replace("samples: ", with: "samples: many") },
    ]

    @Test("before anything is computed, where their sizes and indexes show it", arguments: damages)
    func visible(damage: Damage) throws {
        let folder = try TemporaryFolder()
        let data = try SmallData.shared().copy(into: folder.path)
        let path = try data.damage(damage)
        let run = SmallRun(data: data, folder: folder.path("run"))
        let ending = try run.train()
        expectMistake(ending, [path] + damage.parts)
        #expect(!ending.messages.contains("step 0"))
    }

    @Test("when a shard with a flipped byte is opened, after saving what was done before")
    func flippedByte() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let data = try SmallData.shared().copy(into: folder.path)
        let shard = data.shard("qaf_Latn")
        let whole = try #require(FileManager.default.contents(atPath: shard))
        try data.damage(
            Damage("", "train/qaf_Latn/shard.00000.mds.zstd", []) { $0[$0.count / 2] ^= 1 })
        let run = SmallRun(data: data, folder: folder.path("run"))
        expectMistake(
            try run.train(),
            [shard, "expected xxh64", "as the index says", "copy or build it again"])
        #expect(try run.checkpoints().last?.name.hasPrefix("decay-") == true)

        try whole.write(to: URL(filePath: shard))
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: reference)
    }

    @Test("when a shard holds ids that the vocabulary lacks")
    func otherIdentifiers() throws {
        let folder = try TemporaryFolder()
        let data = try SmallData.shared().copy(into: folder.path)
        let language = Folder.join(data.folder, "shards/train/qaa_Latn")
        let samples = try MDSIndex(folder: language).samples
        try FileManager.default.removeItem(atPath: language)
        try Folder.create(language)
        let writer = try MDSShardWriter(folder: language)
        for sample in 0..<samples {
            try writer.write(tokenIDs: [2, 640, 1], id: "\(sample)")
        }
        _ = try writer.finish()
        let run = SmallRun(data: data, folder: folder.path("run"))
        expectMistake(
            try run.train(),
            [language, "expected token ids below the vocabulary's 640", "found 640"])
    }
}

extension SmallData {
    /// Changes a file of the shards and returns its path.
    @discardableResult
    fileprivate func damage(_ damage: DataDamageTests.Damage) throws -> String {
        let path = Folder.join(folder, "shards/\(damage.file)")
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        damage.change(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }
}

extension [UInt8] {
    fileprivate mutating func replace(_ text: String, with replacement: String) {
        self = Array(
            String(decoding: self, as: UTF8.self)
                .replacingOccurrences(of: text, with: replacement).utf8)
    }
}
