import Formats
import Host
import Synchronization

/// What is in folders of shards: counts from their indexes, and lengths of all samples.
public struct ShardSurvey: Sendable {
    /// What the indexes say.
    public struct Files: Sendable, Equatable, Codable {
        /// Count of shards.
        public var shards = 0
        /// Samples in them.
        public var samples = 0
        /// Bytes of the shards, decompressed.
        public var rawBytes = 0
        /// Bytes of the compressed files, or of the raw ones where nothing is compressed.
        public var fileBytes = 0
        /// Columns with their encodings, such as `input_ids: ndarray:uint32`, and how many shards
        /// have them.
        public var columns: [String: Int] = [:]
        /// Compression, `none` where there is none, and how many shards have it.
        public var compressions: [String: Int] = [:]
        /// Hashes, and how many shards have them.
        public var hashes: [String: Int] = [:]
    }

    /// What a folder holds.
    public struct Count: Sendable, Equatable {
        /// Samples, as its index says.
        public var samples = 0
        /// Token ids in them; 0 where they were not read.
        public var tokens = 0
    }

    /// Counts from the indexes.
    public private(set) var files = Files()
    /// Lengths of the samples.
    public private(set) var lengths = LengthHistogram()
    /// Counts of each folder, in the order of the folders.
    public private(set) var counts: [Count] = []

    /// Reads the indexes of `folders`, and with `readingSamples` every sample.
    ///
    /// - Parameter progress: called with the share of bytes that are read; from any thread, one
    ///   call at a time.
    /// - Throws: `InputError` for an index or a shard that is missing or damaged.
    public init(
        _ folders: [String], readingSamples: Bool = true, threads: Int = 1,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws {
        var work: [(number: Int, folder: String, shard: MDSIndex.Shard)] = []
        for (number, folder) in folders.enumerated() {
            let index = try MDSIndex(folder: folder)
            counts.append(Count(samples: index.samples))
            for shard in index.shards {
                files.count(shard)
                work.append((number, folder, shard))
            }
        }
        guard readingSamples else { return }
        let total = Double(max(1, files.rawBytes))
        let state = Mutex((lengths: LengthHistogram(), counts: counts, bytes: 0))
        try concurrently(work.count, threads: threads) { [work] number in
            let item = work[number]
            let lengths = try Self.lengths(of: item.shard, in: item.folder)
            state.withLock {
                $0.lengths.add(lengths)
                $0.counts[item.number].tokens += lengths.tokens
                $0.bytes += item.shard.raw.bytes
                progress(Double($0.bytes) / total)
            }
        }
        (lengths, counts, _) = state.withLock { $0 }
    }

    private static func lengths(
        of shard: MDSIndex.Shard, in folder: String
    ) throws -> LengthHistogram {
        let reader = try MDSShardReader(folder: folder, shard: shard)
        var lengths = LengthHistogram()
        var ids: [Int32] = []
        while let count = try reader.appendNextTokenIDs(to: &ids) {
            lengths.add(count)
            ids.removeAll(keepingCapacity: true)
        }
        return lengths
    }

    /// The ids of samples that lie spread over a folder, with their numbers.
    ///
    /// - Throws: `InputError` for an index or a shard that is missing or damaged.
    public static func samples(
        of folder: String, count: Int
    ) throws -> [(number: Int, tokenIDs: [Int32])] {
        let index = try MDSIndex(folder: folder)
        let shown = min(count, index.samples)
        let wanted = (0..<shown).map { $0 * index.samples / shown }
        var samples: [(number: Int, tokenIDs: [Int32])] = []
        var first = 0
        for shard in index.shards {
            let here = wanted.drop { $0 < first }.prefix { $0 < first + shard.samples }
            if !here.isEmpty {
                let reader = try MDSShardReader(folder: folder, shard: shard)
                for number in here {
                    try reader.skip(to: number - first)
                    samples.append((number, try reader.nextTokenIDs() ?? []))
                }
            }
            first += shard.samples
        }
        return samples
    }
}

extension ShardSurvey.Files {
    fileprivate mutating func count(_ shard: MDSIndex.Shard) {
        shards += 1
        samples += shard.samples
        rawBytes += shard.raw.bytes
        fileBytes += shard.zip?.bytes ?? shard.raw.bytes
        for column in shard.columns {
            columns["\(column.name): \(column.encoding.name)", default: 0] += 1
        }
        compressions[shard.compression ?? "none", default: 0] += 1
        for hash in shard.hashes { hashes[hash, default: 0] += 1 }
    }
}
