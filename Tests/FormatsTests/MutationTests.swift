import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

/// SplitMix64: the mutations are the same in every run.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Files with bits flipped, ends cut off, counts made huge: each gives an `InputError` or is read;
/// a crash, a hang or another error fails.
@Suite("Mutated files are read or refused")
struct MutationTests {
    /// How many mutations of each file; `MMBERT_MUTATIONS` asks for more than the usual few.
    private let count =
        ProcessInfo.processInfo.environment["MMBERT_MUTATIONS"].flatMap { Int($0) } ?? 40

    /// One random change of `bytes`.
    private func mutate(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        guard !bytes.isEmpty else { return bytes }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.removeLast(bytes.count - place)
        case 2:
            for i in place..<min(place + 4, bytes.count) { bytes[i] = 0xff }
        case 3:
            let front = min(bytes.count, 12)
            bytes[Int.random(in: 0..<front, using: &generator)] = .random(
                in: 0...255, using: &generator)
        case 4: bytes.insert(.random(in: 0...255, using: &generator), at: place)
        default: bytes.remove(at: place)
        }
        return bytes
    }

    /// One random change of a number, or of a character, in JSON text.
    private func mutate(json bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        let numbers = [
            "0", "-1", "4294967296", "9223372036854775807", "1e99", "null", "[]", "\"x\"",
        ]
        var text = String(decoding: bytes, as: UTF8.self)
        let digits = text.ranges(of: /[0-9]+/)
        guard Bool.random(using: &generator), let range = digits.randomElement(using: &generator)
        else { return mutate(bytes, &generator) }
        text.replaceSubrange(range, with: numbers.randomElement(using: &generator) ?? "0")
        return Array(text.utf8)
    }

    /// Counts how often `read` succeeded; fails on an error other than `InputError`.
    private func check(_ what: String, _ read: () throws -> Void) -> Int {
        do {
            try read()
            return 1
        } catch is InputError {
            return 0
        } catch {
            Issue.record("\(what): \(error)")
            return 0
        }
    }

    private func readAll(_ folder: String) throws {
        for shard in try MDSIndex(folder: folder).shards {
            let reader = try MDSShardReader(folder: folder, shard: shard)
            while try reader.nextTokenIDs() != nil {}
            try reader.skip(to: reader.sampleCount / 2)
            _ = try reader.nextTokenIDs()
        }
    }

    @Test("shards and indexes", arguments: ["raw", "zstd", "varying", "among-others", "fixed"])
    func shards(name: String) throws {
        var generator = Generator(state: UInt64(name.utf8.reduce(0) { 31 * $0 + Int($1) }))
        let source = Fixtures.path("Formats/mds/\(name)")
        let file = try #require(
            try Folder.contents(of: source).first { $0.hasPrefix("shard") })
        let index = try Fixtures.bytes("Formats/mds/\(name)/index.json")
        let shard = try Fixtures.bytes("Formats/mds/\(name)/\(file)")
        let folder = try TemporaryFolder()
        var successes = 0
        for number in 0..<count {
            try folder.write(mutate(json: index, &generator), to: "index.json")
            try folder.write(shard, to: file)
            successes += check("\(name) index \(number)") { try readAll(folder.path) }
            // The index follows the shard's size, so that the change is found further inside.
            let mutated = mutate(shard, &generator)
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
        var generator = Generator(state: 5)
        let packed = try Fixtures.bytes("Formats/mds/zstd/shard.00000.mds.zstd")
        let shard = try Zstd.decompress(packed, path: "")
        let index = String(
            decoding: try Fixtures.bytes("Formats/mds/zstd/index.json"), as: UTF8.self)
        let folder = try TemporaryFolder()
        for number in 0..<count {
            let mutated = mutate(shard, &generator)
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
        var generator = Generator(state: 11)
        let bytes = try Fixtures.bytes("Formats/\(name).safetensors")
        let headerEnd = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
        let folder = try TemporaryFolder()
        for number in 0..<count {
            var mutated = mutate(bytes, &generator)
            if number % 2 == 0 {
                let header = mutate(json: Array(bytes[8..<headerEnd]), &generator)
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
