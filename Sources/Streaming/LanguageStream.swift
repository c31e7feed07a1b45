/// What one lane reads of one source, sample after sample, epoch after epoch, without end.
///
/// Its whole state is the number of the next sample. Files are opened when a sample is asked for;
/// in memory are one block of decoded samples and, while a shard is open, its decompressor.
struct LanguageStream {
    /// The number of the sample that `next` gives, over all epochs.
    private(set) var number: Int

    private let shardSamples: [Int]
    private let shardBytes: [Int]
    private var order: ReadingOrder
    private var reader: SampleReader
    private var block: ReadingOrder.Block?
    /// The shard from which on the next ones were told to be fetched.
    private var expectedFrom: Int?
    /// The samples of `block` in the order of the shard; emptied one by one as they are taken.
    private var samples: [[Int32]] = []

    /// The stream of `entry` for a lane, at sample `number`.
    init(
        entry: ShardCatalogue.Entry, configuration: StreamConfiguration, lane: Int,
        number: Int = 0
    ) {
        self.number = number
        shardSamples = entry.shards.map(\.samples)
        shardBytes = entry.shards.map(\.storedFile.bytes)
        let bytes = entry.shards.reduce(0) { $0 + $1.raw.bytes }
        let meanBytes = max(1, bytes / shardSamples.reduce(0, +))
        order = ReadingOrder(
            shardSamples: shardSamples,
            blockSamples: max(configuration.blockBytes / meanBytes, 8),
            lane: lane, lanes: configuration.lanes, seed: configuration.seed,
            key: "\(configuration.phase)/\(entry.source.name)")
        reader = SampleReader(
            entry: entry, vocabularySize: configuration.masking.vocabularySize,
            verifiesHashes: configuration.verifiesHashes)
    }

    /// About how many bytes the open shard holds; 0 if none is open.
    var openBytes: Int { reader.openBytes }

    /// Closes the open shard; it is opened again when needed.
    mutating func closeShard() {
        reader.close()
    }

    /// Has the shards that are read from here on fetched ahead, if they are at a web server: enough
    /// of them that small ones do not each cost a wait.
    mutating func expectShards() throws {
        guard reader.isRemote else { return }
        let shards = order.upcomingShards(from: number, count: 9)
        var bytesAhead = 0
        let count = shards.dropFirst().prefix { shard in
            defer { bytesAhead += shardBytes[shard] }
            return bytesAhead < Self.bytesAhead
        }.count
        try reader.expect(shards: Array(shards.prefix(1 + count)))
        expectedFrom = shards.first
    }

    /// Files are fetched ahead until they are this large together, but at most eight.
    private static let bytesAhead = 64 << 20

    /// Continues at sample `number`.
    mutating func move(to number: Int) {
        if number < self.number {
            // Samples are let go as they are taken, so a block serves only forward.
            block = nil
        }
        self.number = number
    }

    /// The token ids of the next sample.
    ///
    /// - Throws: `InputError` for a shard that is damaged, or ids outside the vocabulary.
    mutating func next() throws -> [Int32] {
        let block = try blockOfNextSample()
        let place = block.order[number - block.numbers.lowerBound]
        let tokenIDs = samples[place]
        samples[place] = []
        number += 1
        return tokenIDs
    }

    private mutating func blockOfNextSample() throws -> ReadingOrder.Block {
        if let block, block.numbers.contains(number) { return block }
        let block = order.block(containing: number)
        if block.shard != expectedFrom { try expectShards() }
        samples.removeAll(keepingCapacity: true)
        for sample in block.samples {
            samples.append(try reader.tokenIDs(ofSample: sample, inShard: block.shard))
        }
        if block.samples.upperBound == shardSamples[block.shard] {
            reader.close()
        }
        self.block = block
        return block
    }
}
