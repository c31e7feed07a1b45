import Diagnostics
import Formats
import Foundation
import PackedBatches
import Randomness
import Streaming
import Testing

@Suite struct LaneTests {
    let fixture: ShardFixture
    let sources: [StreamSource]
    let catalogue: ShardCatalogue

    init() throws {
        fixture = try ShardFixture()
        sources = try fixture.writeFive()
        catalogue = try ShardCatalogue(sources)
    }

    func lane(
        _ index: Int = 0, of lanes: Int = 1, state: LaneState? = nil,
        readerMemoryBytes: Int = 1 << 30
    ) throws -> Lane {
        try Lane(
            configuration: .small(
                sources, lanes: lanes, readerMemoryBytes: readerMemoryBytes),
            catalogue: catalogue, lane: index, state: state)
    }

    /// The first steps, the last, and 30 random ones between.
    let stops =
        [0, 1, 2, 149]
        + (0..<30).map {
            Int(CounterGenerator(seed: 8, purpose: "stops").integer(below: 150, at: $0))
        }

    /// 150 microbatches of 256 tokens are dozens of epochs of the smallest languages and several
    /// of the others.
    @Test(arguments: [1, 3])
    func aLaneRestoredAnywhereContinuesToTheBit(lanes: Int) throws {
        for index in 0..<lanes {
            var lane = try lane(index, of: lanes)
            var batches: [PackedBatch] = []
            var states = [lane.state]
            for _ in 0..<150 {
                batches.append(try lane.nextMicrobatch(maskRatio: 0.3))
                states.append(lane.state)
            }
            for stop in stops {
                let text = try JSONEncoder().encode(states[stop])
                let state = try JSONDecoder().decode(LaneState.self, from: text)
                #expect(state == states[stop])
                var restored = try self.lane(index, of: lanes, state: state)
                #expect(restored.state == state)
                for step in stop..<min(stop + 15, 150) {
                    #expect(try restored.nextMicrobatch(maskRatio: 0.3) == batches[step])
                    #expect(restored.state == states[step + 1])
                }
            }
        }
    }

    /// Shares in which source s comes in with mixture 3 s − 3.
    private static func shares(ofMixture mixture: Int) -> [Double] {
        (0..<5).map { (source: Int) -> Double in
            let weight = Double(source + mixture + 1)
            return 3 * source > mixture + 3 ? 0 : weight
        }
    }

    @Test func aLaneRestoredAmongChangingMixturesContinuesToTheBit() throws {
        var configuration = StreamConfiguration.small(sources)
        configuration.mixtures = (0..<12).map(Self.shares(ofMixture:))
        func mixture(ofStep step: Int) -> Int { step / 7 }
        var lane = try Lane(configuration: configuration, catalogue: catalogue, lane: 0)
        var batches: [PackedBatch] = []
        var states = [lane.state]
        for step in 0..<80 {
            batches.append(try lane.nextMicrobatch(maskRatio: 0.3, mixture: mixture(ofStep: step)))
            states.append(lane.state)
        }
        #expect(!batches[..<21].contains { $0.sequenceSources.contains(3) })
        #expect(batches[45...].contains { $0.sequenceSources.contains(4) })
        for stop in [0, 1, 6, 7, 8, 20, 33, 79] {
            let text = try JSONEncoder().encode(states[stop])
            let state = try JSONDecoder().decode(LaneState.self, from: text)
            var restored = try Lane(
                configuration: configuration, catalogue: catalogue, lane: 0, state: state)
            for step in stop..<min(stop + 10, 80) {
                let batch = try restored.nextMicrobatch(
                    maskRatio: 0.3, mixture: mixture(ofStep: step))
                #expect(batch == batches[step])
                #expect(restored.state == states[step + 1])
            }
        }
        configuration.mixtures.removeLast(8)
        #expect(throws: InputError.self) {
            _ = try Lane(
                configuration: configuration, catalogue: catalogue, lane: 0, state: states[60])
        }
    }

    @Test func aShardWithAnotherHashIsRefusedWhereHashesAreChecked() throws {
        let index = try MDSIndex(folder: sources[1].folder)
        let path = Folder.join(sources[1].folder, try #require(index.shards.last).raw.basename)
        var bytes = try Data(contentsOf: URL(filePath: path))
        // The first id of the last sample changes by one: still an id, but not the one written.
        bytes[bytes.count - 4 * 10] ^= 1
        try bytes.write(to: URL(filePath: path))
        for verifies in [true, false] {
            var configuration = StreamConfiguration.small(sources, readerMemoryBytes: 0)
            configuration.verifiesHashes = verifies
            var lane = try Lane(configuration: configuration, catalogue: catalogue, lane: 0)
            let result = Result {
                for _ in 0..<200 { _ = try lane.nextMicrobatch(maskRatio: 0.15) }
            }
            switch result {
            case .success: #expect(!verifies)
            case .failure(let error):
                #expect(verifies && "\(error)".contains("expected xxh64"), "\(error)")
            }
        }
    }

    @Test func closedReadersChangeNothing() throws {
        var roomy = try lane()
        var tight = try lane(readerMemoryBytes: 0)
        for _ in 0..<100 {
            #expect(
                try roomy.nextMicrobatch(maskRatio: 0.15)
                    == tight.nextMicrobatch(maskRatio: 0.15))
        }
    }

    @Test func lanesReadDifferentSamples() throws {
        // Source 0 has 400 samples; 30 microbatches read fewer than a third of them.
        let seen = try (0..<3).map { index in
            var lane = try lane(index, of: 3)
            return Set(
                try (0..<30).flatMap { _ in
                    try lane.nextMicrobatch(maskRatio: 0.3).samples.filter { $0[0] == 0 }
                })
        }
        #expect(seen.allSatisfy { $0.count > 20 })
        #expect(seen[0].isDisjoint(with: seen[1]))
        #expect(seen[0].isDisjoint(with: seen[2]))
        #expect(seen[1].isDisjoint(with: seen[2]))
    }

    @Test func sequencesArriveWholeUnderTheirSource() throws {
        var lane = try lane()
        for _ in 0..<50 {
            let batch = try lane.nextMicrobatch(maskRatio: 0.3)
            let ids = batch.unmaskedTokenIDs
            for (index, sample) in batch.samples.enumerated() {
                let rows = batch.rows(ofSequence: index)
                // Language 1 has samples longer than the context, whose ends are cut.
                let whole = ShardFixture.tokenIDs(sample[0], sample[1], length: rows.count)
                #expect(Array(ids[rows]) == whole)
                #expect(ids[rows.lowerBound + 1] == 10 + batch.sequenceSources[index])
            }
        }
    }

    @Test func tokensComeInTheirShares() throws {
        var configuration = StreamConfiguration.small(sources)
        configuration.mixtures = [[0.4, 0.3, 0.15, 0.1, 0.05]]
        var lane = try Lane(configuration: configuration, catalogue: catalogue, lane: 0)
        var tokens = [Double](repeating: 0, count: 5)
        for _ in 0..<400 {
            let batch = try lane.nextMicrobatch(maskRatio: 0.3)
            for index in 0..<batch.sequenceCount {
                tokens[Int(batch.sequenceSources[index])] +=
                    Double(batch.rows(ofSequence: index).count)
            }
        }
        // Language 1 is cut at the context, so its expected length is an estimate.
        let total = tokens.reduce(0, +)
        for (count, share) in zip(tokens, configuration.mixtures[0]) {
            #expect(abs(count / total - share) < 0.02)
        }
        #expect(total / (400 * 256) > 0.98)
    }

    @Test func samplesOfASourceAreReadEquallyOften() throws {
        var lane = try lane()
        var counts: [[Int]: Int] = [:]
        for _ in 0..<300 {
            for sample in try lane.nextMicrobatch(maskRatio: 0.3).samples {
                counts[sample, default: 0] += 1
            }
        }
        for (source, samples) in [400, 150, 60, 12, 3].enumerated() {
            let ofSource = counts.filter { $0.key[0] == source }.values
            let most = try #require(ofSource.max())
            let least = ofSource.count == samples ? try #require(ofSource.min()) : 0
            // The epoch that is being read, and sequences that wait to be packed.
            #expect(most - least <= (samples < 20 ? 6 : 2))
        }
    }

    @Test func phasesReadInOtherOrders() throws {
        var configuration = StreamConfiguration.small(sources)
        configuration.phase = "decay"
        var decay = try Lane(configuration: configuration, catalogue: catalogue, lane: 0)
        var test = try lane()
        #expect(
            try decay.nextMicrobatch(maskRatio: 0.3).samples
                != test.nextMicrobatch(maskRatio: 0.3).samples)
    }

    @Test func aStateOfOtherSourcesIsRefused() {
        #expect(throws: InputError.self) { try lane(state: LaneState(sources: 4)) }
        var state = LaneState(sources: 5)
        state.waiting = [.init(source: 2, number: 0)]
        #expect(throws: InputError.self) { try lane(state: state) }
        state.samplesRead[2] = 1
        #expect(throws: Never.self) { try lane(state: state) }
    }

    @Test func theStateOf1833LanguagesIsSmall() throws {
        var state = LaneState(sources: 1833)
        state.samplesRead = (0..<1833).map { 10_000_000 / ($0 + 1) }
        state.waiting = (0..<200).map { .init(source: $0 * 9, number: $0 * 1000) }
        #expect(try JSONEncoder().encode(state).count < 16 << 10)
    }

    @Test func idsBeyondTheVocabularyAreRefused() throws {
        var configuration = StreamConfiguration.small(sources)
        configuration.masking.vocabularySize = 500
        var lane = try Lane(configuration: configuration, catalogue: catalogue, lane: 0)
        let error = #expect(throws: InputError.self) { try lane.nextMicrobatch(maskRatio: 0.3) }
        #expect(error?.expected == "token ids below the vocabulary's 500")
    }
}
