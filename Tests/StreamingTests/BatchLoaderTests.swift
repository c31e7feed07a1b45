import Diagnostics
import Formats
import Foundation
import PackedBatches
import Streaming
import Testing

@Suite struct BatchLoaderTests {
    let fixture: ShardFixture
    let sources: [StreamSource]

    init() throws {
        fixture = try ShardFixture()
        sources = try fixture.writeFive()
    }

    /// A loader whose batches grow and whose mask ratio falls.
    func loader(
        lanes: Int = 2, laneStates: [LaneState]? = nil, tokensDone: Int = 0, prefetch: Int = 2
    ) throws -> BatchLoader {
        try BatchLoader(
            configuration: .small(sources, lanes: lanes), laneStates: laneStates,
            tokensDone: tokensDone, prefetch: prefetch
        ) { tokensDone in
            BatchRequest(
                tokens: 256 * (1 + tokensDone / 4000),
                maskRatio: 0.3 * Foundation.exp(-Double(tokensDone) / 20_000))
        }
    }

    @Test func batchesFollowTheClock() throws {
        let loader = try loader()
        defer { loader.close() }
        var tokensDone = 0
        for _ in 0..<30 {
            let batch = try loader.next()
            #expect(batch.microbatches.count == 1 + tokensDone / 4000)
            #expect(batch.tokens == batch.microbatches.reduce(0) { $0 + $1.tokenCount })
            #expect(batch.scoredTokens == batch.microbatches.reduce(0) { $0 + $1.scoredRows.count })
            #expect(batch.maskRatio == 0.3 * exp(-Double(tokensDone) / 20_000))
            tokensDone += batch.tokens
        }
    }

    @Test(arguments: [1, 2, 5], [1, 2, 3])
    func aLoaderRestoredAfterAnyStepContinuesToTheBit(lanes: Int, prefetch: Int) throws {
        let whole = try loader(lanes: lanes)
        let batches = try (0..<40).map { _ in try whole.next() }
        whole.close()
        for stop in [1, 2, 7, 13, 24, 33] {
            let states = try JSONDecoder().decode(
                [LaneState].self, from: JSONEncoder().encode(batches[stop - 1].laneStates))
            let restored = try loader(
                lanes: lanes, laneStates: states,
                tokensDone: batches[..<stop].reduce(0) { $0 + $1.tokens }, prefetch: prefetch)
            for step in stop..<min(stop + 6, 40) {
                #expect(try restored.next() == batches[step])
            }
            restored.close()
        }
    }

    @Test func everyLaneGetsItsTurn() throws {
        let loader = try loader(lanes: 3)
        defer { loader.close() }
        var last: [LaneState] = []
        for _ in 0..<9 {
            last = try loader.next().laneStates
        }
        // Batches of one microbatch until 4,000 tokens are done.
        #expect(last.map(\.microbatches) == [3, 3, 3])
    }

    @Test func errorsOnTheLoadersThreadReachTheCaller() throws {
        let path = try #require(
            FileManager.default.contentsOfDirectory(atPath: sources[3].folder)
                .first { $0.hasSuffix(".zstd") })
        let url = URL(fileURLWithPath: sources[3].folder).appendingPathComponent(path)
        try Data(count: Data(contentsOf: url).count).write(to: url)
        let loader = try loader()
        defer { loader.close() }
        let error = #expect(throws: InputError.self) {
            for _ in 0..<1000 { _ = try loader.next() }
        }
        #expect(error?.location.contains(path) == true)
        #expect(throws: InputError.self) { try loader.next() }
    }

    @Test func aSourceWithoutIndexIsRefusedAtOnce() {
        let missing = StreamSource(
            language: "none", folder: fixture.root.path("none"), samples: 1, tokens: 1)
        #expect(throws: InputError.self) {
            try BatchLoader(configuration: .small([missing])) { _ in
                BatchRequest(tokens: 1, maskRatio: 0.3)
            }
        }
    }

    @Test func anotherNumberOfSamplesThanTheManifestSaysIsRefused() throws {
        let wrong = StreamSource(
            language: "language0", folder: sources[0].folder, samples: 401, tokens: 1)
        let error = #expect(throws: InputError.self) { try ShardCatalogue([wrong]) }
        #expect(error?.expected.contains("401") == true)
    }

    @Test func aShardThatIsCutShortOrMissingIsSeenBeforeAnySampleIsRead() throws {
        for source in [sources[0], sources[1]] {
            let index = try MDSIndex(folder: source.folder)
            let shard = try #require(index.shards.last)
            let path = Folder.join(source.folder, (shard.zip ?? shard.raw).basename)
            let bytes = try #require(FileManager.default.contents(atPath: path))
            try bytes.dropLast().write(to: URL(filePath: path))
            let cut = #expect(throws: InputError.self) { try ShardCatalogue([source]) }
            #expect(cut?.location == path)
            #expect(cut?.found == "\(bytes.count - 1)")
            try FileManager.default.removeItem(atPath: path)
            let missing = #expect(throws: InputError.self) { try ShardCatalogue([source]) }
            #expect(missing?.location == path)
        }
    }

    @Test func statesOfOtherLanesAreRefusedAtOnce() throws {
        let states = [LaneState(sources: 5)]
        #expect(throws: InputError.self) { try loader(lanes: 2, laneStates: states) }
        #expect(throws: InputError.self) {
            try loader(lanes: 1, laneStates: [LaneState(sources: 6)])
        }
    }

    @Test func aClosedLoaderGivesNothingMore() throws {
        let loader = try loader()
        _ = try loader.next()
        loader.close()
        #expect(throws: CancellationError.self) { try loader.next() }
        loader.close()
    }

    @Test func loadersMayBeLetGoAtAnyTime() throws {
        for taken in 0..<20 {
            let loader = try loader(prefetch: 1 + taken % 3)
            for _ in 0..<(taken % 5) {
                _ = try loader.next()
            }
        }
    }
}
