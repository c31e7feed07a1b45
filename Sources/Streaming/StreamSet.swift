/// The streams of all sources of one lane, with at most so much memory in open shard readers.
struct StreamSet {
    private var streams: [LanguageStream]
    private let readerMemoryBytes: Int
    private var openBytes = 0
    /// When each source was read last, by the count of reads; for sources that have an open reader.
    private var lastRead: [Int: Int] = [:]
    private var reads = 0

    /// Streams that start at `samplesRead`.
    init(
        catalogue: ShardCatalogue, configuration: StreamConfiguration, lane: Int,
        samplesRead: [Int]
    ) {
        streams = zip(catalogue.entries, samplesRead).map { entry, number in
            LanguageStream(
                entry: entry, configuration: configuration, lane: lane, number: number)
        }
        readerMemoryBytes = configuration.readerMemoryBytes
    }

    /// Samples read of each source.
    var samplesRead: [Int] { streams.map(\.number) }

    /// The next sample of source `source`, with its number.
    mutating func next(from source: Int) throws -> StreamedSequence {
        let number = streams[source].number
        let before = streams[source].openBytes
        let tokenIDs = try streams[source].next()
        let after = streams[source].openBytes
        if before > 0 || after > 0 {
            reads += 1
            openBytes += after - before
            lastRead[source] = after > 0 ? reads : nil
            closeLeastRecentlyRead(except: source)
        }
        return StreamedSequence(source: Int32(source), number: number, tokenIDs: tokenIDs)
    }

    /// Reads sequences again that were read before and not packed, in their order, and leaves
    /// every stream where it was.
    mutating func reread(_ waiting: [LaneState.WaitingSequence]) throws -> [StreamedSequence] {
        let samplesRead = samplesRead
        var sequences: [Int: StreamedSequence] = [:]
        // By source and number: one pass over each shard.
        let order = waiting.indices.sorted {
            (waiting[$0].source, waiting[$0].number) < (waiting[$1].source, waiting[$1].number)
        }
        for index in order {
            let source = waiting[index].source
            streams[source].move(to: waiting[index].number)
            sequences[index] = try next(from: source)
        }
        for source in Set(waiting.map(\.source)) {
            streams[source].move(to: samplesRead[source])
        }
        return waiting.indices.compactMap { sequences[$0] }
    }

    private mutating func closeLeastRecentlyRead(except current: Int) {
        while openBytes > readerMemoryBytes,
            let oldest = lastRead.filter({ $0.key != current }).min(by: { $0.value < $1.value })
        {
            openBytes -= streams[oldest.key].openBytes
            streams[oldest.key].closeShard()
            lastRead[oldest.key] = nil
        }
    }
}
