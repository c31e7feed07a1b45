import Formats
import PackedBatches
import Randomness
import Streaming
import TestSupport

/// MDS folders of made-up languages whose samples say who they are.
final class ShardFixture {
    let root: TemporaryFolder

    init() throws {
        root = try TemporaryFolder()
    }

    static let vocabularySize = 1000

    /// Sample `number` of language `name`: BOS 2, a name, its number, `length` − 6 more, EOS 1.
    static func tokenIDs(_ name: Int, _ number: Int, length: Int) -> [Int32] {
        let head = [2, 10 + name, 100 + number / 900, 100 + number % 900].map(Int32.init)
        let filling = (0..<max(0, length - 5)).map { Int32(100 + ($0 * 7 + number) % 900) }
        return head + filling + [1]
    }

    /// Writes a language of `samples` samples with lengths from 5 to `longest`.
    func write(
        _ name: Int, samples: Int, longest: Int, shardBytes: Int = 4096, compressed: Bool = true
    ) throws -> StreamSource {
        var configuration = MDSShardWriter.Configuration()
        configuration.compressionLevel = compressed ? 3 : nil
        configuration.sizeLimit = shardBytes
        configuration.synchronized = false
        let folder = root.path("language\(name)")
        let writer = try MDSShardWriter(folder: folder, configuration: configuration)
        let lengths = CounterGenerator(seed: UInt64(name), purpose: "lengths")
        var tokens = 0
        for number in 0..<samples {
            let length = 5 + Int(lengths.integer(below: UInt64(longest - 4), at: UInt64(number)))
            tokens += length
            try writer.write(
                tokenIDs: Self.tokenIDs(name, number, length: length), id: "\(number)")
        }
        _ = try writer.finish()
        return StreamSource(
            language: "language\(name)", folder: folder, samples: samples, tokens: tokens)
    }

    /// Five languages: several shards and one, compressed and not, many samples and three.
    func writeFive() throws -> [StreamSource] {
        [
            try write(0, samples: 400, longest: 60),
            try write(1, samples: 150, longest: 90, compressed: false),
            try write(2, samples: 60, longest: 64, shardBytes: 1 << 20),
            try write(3, samples: 12, longest: 20),
            try write(4, samples: 3, longest: 50),
        ]
    }
}

extension StreamSource {
    /// The folder's path.
    var folder: String { place.description }
}

extension StreamConfiguration {
    /// Context 64, microbatches of 256 tokens, equal shares of tokens, several blocks in a shard.
    static func small(
        _ sources: [StreamSource], lanes: Int = 1, readerMemoryBytes: Int = 1 << 30
    ) -> StreamConfiguration {
        StreamConfiguration(
            sources: sources, mixtures: [sources.map { _ in 1 }], context: 64,
            microbatchTokens: 256,
            masking: TokenMasker.Configuration(vocabularySize: ShardFixture.vocabularySize),
            seed: 21, phase: "test", lanes: lanes, blockBytes: 1500,
            readerMemoryBytes: readerMemoryBytes)
    }
}

extension PackedBatch {
    /// The ids as they were before masking.
    var unmaskedTokenIDs: [Int32] {
        zip(tokenIDs, labels).map { $1 == Self.ignoredLabel ? $0 : $1 }
    }

    /// Source and sample number of each sequence, as its ids tell.
    var samples: [[Int]] {
        let ids = unmaskedTokenIDs
        return (0..<sequenceCount).map { index in
            let row = rows(ofSequence: index).lowerBound
            return [
                Int(sequenceSources[index]),
                (Int(ids[row + 2]) - 100) * 900 + Int(ids[row + 3]) - 100,
            ]
        }
    }
}
