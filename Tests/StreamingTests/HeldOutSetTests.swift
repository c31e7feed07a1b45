import Diagnostics
import PackedBatches
import Streaming
import Testing

@Suite struct HeldOutSetTests {
    let fixture: ShardFixture
    let sources: [StreamSource]

    init() throws {
        fixture = try ShardFixture()
        sources = try fixture.writeFive()
    }

    func heldOut(
        _ sources: [StreamSource], tokensPerLanguage: Int = 500, microbatchTokens: Int = 256,
        maskRatio: Double = 0.15
    ) throws -> HeldOutSet {
        try HeldOutSet(
            sources: sources, tokensPerLanguage: tokensPerLanguage, context: 64,
            microbatchTokens: microbatchTokens,
            masking: .init(vocabularySize: ShardFixture.vocabularySize), maskRatio: maskRatio,
            seed: 1)
    }

    /// Ids and labels of every sequence by source and sample.
    func sequences(_ set: HeldOutSet) -> [String: [[Int32]]] {
        var sequences: [String: [[Int32]]] = [:]
        for batch in set.batches {
            for (index, sample) in batch.samples.enumerated() {
                let rows = batch.rows(ofSequence: index)
                let key = "\(set.languages[sample[0]]) \(sample[1])"
                #expect(sequences[key] == nil)
                sequences[key] = [Array(batch.tokenIDs[rows]), Array(batch.labels[rows])]
            }
        }
        return sequences
    }

    @Test func languagesGiveTheirFirstSamplesUpToTheLimit() throws {
        let set = try heldOut(sources)
        #expect(set.languages == sources.map(\.language))
        var tokens = [Int](repeating: 0, count: 5)
        var samples = [Int](repeating: 0, count: 5)
        for batch in set.batches {
            #expect(batch.tokenCount <= 256)
            for (index, sample) in batch.samples.enumerated() {
                tokens[sample[0]] += batch.rows(ofSequence: index).count
                samples[sample[0]] = max(samples[sample[0]], sample[1] + 1)
            }
        }
        for source in 0..<3 {
            #expect((437...500).contains(tokens[source]))
        }
        #expect(samples[3] == 12)
        #expect(samples[4] == 3)
    }

    @Test func masksDoNotDependOnWhatIsPackedTogether() throws {
        let whole = sequences(try heldOut(sources))
        let otherwise = sequences(
            try heldOut(Array(sources.reversed().dropFirst()), microbatchTokens: 512))
        #expect(otherwise.count > 20)
        for (key, sequence) in otherwise {
            #expect(whole[key] == sequence)
        }
    }

    @Test func everySequenceHasAScoredToken() throws {
        for (_, sequence) in sequences(try heldOut(sources, maskRatio: 0.01)) {
            #expect(sequence[1].contains { $0 != PackedBatch.ignoredLabel })
        }
    }

    @Test func aLanguageGivesAtLeastOneSample() throws {
        let set = try heldOut(sources, tokensPerLanguage: 1)
        #expect(
            set.batches.flatMap(\.samples).sorted { $0[0] < $1[0] }.map { $0[0] } == [
                0, 1, 2, 3, 4,
            ])
    }
}
