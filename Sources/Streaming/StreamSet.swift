import Diagnostics
import Foundation
import RemoteFiles

/// The streams of all sources of one lane, with bounded memory in open shard readers.
struct StreamSet {
    private var streams: [LanguageStream]
    private let readerMemoryBytes: Int
    private var openBytes = 0
    /// When each source was read last, by the count of reads; for sources that have an open reader.
    private var lastRead: [Int: Int] = [:]
    private var reads = 0
    /// Sources at web servers whose first shards are not fetched ahead yet, those that are drawn
    /// most often first.
    private var toExpect: [Int]

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
        let weights = configuration.sampleWeights(ofMixture: 0)
        toExpect = catalogue.entries.indices.filter { catalogue.entries[$0].cached != nil }
            .sorted { (weights[$1], $0) < (weights[$0], $1) }
    }

    /// Samples read of each source.
    var samplesRead: [Int] { streams.map(\.number) }

    /// The next sample of source `source`, with its number.
    mutating func next(from source: Int) throws -> StreamedSequence {
        for source in toExpect { try streams[source].expectShards() }
        toExpect = []
        let number = streams[source].number
        let before = streams[source].openBytes
        let tokenIDs = try tokenIDs(from: source)
        let after = streams[source].openBytes
        if before > 0 || after > 0 {
            reads += 1
            openBytes += after - before
            lastRead[source] = after > 0 ? reads : nil
            while openBytes > readerMemoryBytes, closeLeastRecentlyRead(except: source) {}
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

    /// The next sample of a source. Where the cache has no room for its shard, open shards are
    /// closed, and then other processes are waited for.
    private mutating func tokenIDs(from source: Int) throws -> [Int32] {
        var waits = 0
        while true {
            do {
                return try streams[source].next()
            } catch let full as CacheIsFull {
                if closeLeastRecentlyRead(except: source) { continue }
                guard full.isUsedElsewhere, waits < Self.mostWaits else { throw full.inputError }
                waits += 1
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
    }

    /// Half-seconds that other processes are given to close a shard: ten minutes.
    private static let mostWaits = 1200

    /// Closes what was read least recently besides `current`; false if nothing is open.
    private mutating func closeLeastRecentlyRead(except current: Int) -> Bool {
        guard let oldest = lastRead.filter({ $0.key != current }).min(by: { $0.value < $1.value })
        else { return false }
        openBytes -= streams[oldest.key].openBytes
        streams[oldest.key].closeShard()
        lastRead[oldest.key] = nil
        return true
    }
}
