import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

/// Files with bits flipped, ends cut off, counts made huge: each gives an `InputError` or is read;
/// a crash, a hang or another error fails.
@Suite("Mutated files are read or refused")
struct MutationTests {
    private let count = Mutations.count

    /// Counts how often `read` succeeded; fails on an error other than `InputError`.
    private func check(_ what: String, _ read: () throws -> Void) -> Int {
        Mutations.isRead(what, read) ? 1 : 0
    }

    /// Reads as training does, and as `data verify` does, which goes on behind damage.
    private func readAll(_ folder: String) throws {
        for shard in try MDSIndex(folder: folder).shards {
            let check = MDSShardCheck(folder: folder, shard: shard)
            #expect(check.samples <= shard.samples)
            let reader = try MDSShardReader(folder: folder, shard: shard)
            while try reader.nextTokenIDs() != nil {}
            try reader.skip(to: reader.sampleCount / 2)
            _ = try reader.nextTokenIDs()
        }
    }

    @Test("shards and indexes", arguments: ["raw", "zstd", "varying", "among-others", "fixed"])
    func shards(name: String) throws {
        var mutations = Mutations(seed: UInt64(name.utf8.reduce(0) { 31 * $0 + Int($1) }))
        let source = Fixtures.path("Formats/mds/\(name)")
        let file = try #require(
            try Folder.contents(of: source).first { $0.hasPrefix("shard") })
        let index = try Fixtures.bytes("Formats/mds/\(name)/index.json")
        let shard = try Fixtures.bytes("Formats/mds/\(name)/\(file)")
        let folder = try TemporaryFolder()
        var successes = 0
        for number in 0..<count {
            try folder.write(mutations.change(json: index), to: "index.json")
            try folder.write(shard, to: file)
            successes += check("\(name) index \(number)") { try readAll(folder.path) }
            // The index follows the shard's size, so that the change is found further inside.
            let mutated = mutations.change(shard)
            let text = String(decoding: index, as: UTF8.self).replacingOccurrences(
                of: "\"bytes\": \(shard.count),", with: "\"bytes\": \(mutated.count),")
            try folder.write(text, to: "index.json")
            try folder.write(mutated, to: file)
            successes += check("\(name) shard \(number)") { try readAll(folder.path) }
        }
        #expect(successes > 0 && successes < 2 * count)
    }

    @Test("compressed shards whose inside is changed")
    func insideCompression() throws {
        var mutations = Mutations(seed: 5)
        let packed = try Fixtures.bytes("Formats/mds/zstd/shard.00000.mds.zstd")
        let shard = try Zstd.decompress(packed, path: "")
        let index = String(
            decoding: try Fixtures.bytes("Formats/mds/zstd/index.json"), as: UTF8.self)
        let folder = try TemporaryFolder()
        for number in 0..<count {
            let mutated = mutations.change(shard)
            let repacked = Zstd.compress(mutated)
            let text = index.replacingOccurrences(
                of: "\"bytes\": \(packed.count),", with: "\"bytes\": \(repacked.count),")
            try folder.write(text, to: "index.json")
            try folder.write(repacked, to: "shard.00000.mds.zstd")
            _ = check("zstd inside \(number)") { try readAll(folder.path) }
        }
    }

    @Test("safetensors files", arguments: ["tensors", "canonical"])
    func tensors(name: String) throws {
        var mutations = Mutations(seed: 11)
        let bytes = try Fixtures.bytes("Formats/\(name).safetensors")
        let headerEnd = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
        let folder = try TemporaryFolder()
        for number in 0..<count {
            var mutated = mutations.change(bytes)
            if number % 2 == 0 {
                let header = mutations.change(json: Array(bytes[8..<headerEnd]))
                mutated = withUnsafeBytes(of: UInt64(header.count)) { Array($0) }
                mutated += header + bytes[headerEnd...]
            }
            let path = try folder.write(mutated, to: "a.safetensors")
            _ = check("\(name) \(number)") {
                let file = try SafetensorsFile(path: path)
                for tensor in file.tensors where tensor.element.isFloat {
                    #expect(try file.floats(tensor.name).count == tensor.count)
                }
            }
        }
    }
}
