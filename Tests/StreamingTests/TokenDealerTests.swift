import Curriculum
import Formats
import PackedBatches
import Streaming
import Testing

/// Stages with a cap on how often a source is read: what they read beside what was planned.
@Suite struct TokenDealerTests {
    private struct Stage {
        var configuration: StreamConfiguration
        var portions: [LanguageMixture.Portion]
    }

    /// A stage of `tokens` tokens over `sources` by temperature 0.3, in two parts where the
    /// temperature changes.
    private func stage(
        _ sources: [StreamSource], tokens: Int, maxEpochs: Double, seed: UInt64, lanes: Int = 1,
        temperature: Ramp = .constant(0.3)
    ) -> Stage {
        let mixture = MixtureSchedule(
            groups: [
                .init(
                    name: "all", share: 1,
                    sources: sources.map {
                        .init(language: $0.language, availableTokens: $0.tokens)
                    }, sampling: .temperature(temperature), maxEpochs: maxEpochs)
            ], tokens: tokens)
        var configuration = StreamConfiguration(
            sources: sources, mixtures: mixture.spans.map(\.shares),
            budget: TokenBudget(
                tokens: tokens, mixtureStarts: mixture.spans.map(\.start),
                mostSamples: sources.map {
                    Int((maxEpochs * Double($0.samples)).rounded(.up))
                }),
            context: 64, microbatchTokens: 256,
            masking: TokenMasker.Configuration(vocabularySize: ShardFixture.vocabularySize),
            seed: seed, phase: "test", lanes: lanes)
        configuration.blockBytes = 1500
        return Stage(configuration: configuration, portions: mixture.portions)
    }

    /// Trains the stage to its end: samples and tokens that were read of each source.
    private func read(
        _ stage: Stage, batch: Int = 1024
    ) throws -> (samples: [Int], tokens: [Int], batches: [StepBatch]) {
        let loader = try BatchLoader(configuration: stage.configuration) { _ in
            BatchRequest(tokens: batch, maskRatio: 0.3)
        }
        defer { loader.close() }
        let count = stage.configuration.sources.count
        var (samples, tokens) = (
            [Int](repeating: 0, count: count), [Int](repeating: 0, count: count)
        )
        var batches: [StepBatch] = []
        while tokens.reduce(0, +) < stage.configuration.budget?.tokens ?? 0 {
            let batch = try loader.next()
            batches.append(batch)
            for microbatch in batch.microbatches {
                for (place, source) in microbatch.sequenceSources.enumerated() {
                    samples[Int(source)] += 1
                    tokens[Int(source)] += microbatch.rows(ofSequence: place).count
                }
            }
        }
        return (samples, tokens, batches)
    }

    private func languages(_ fixture: ShardFixture, _ samples: [Int]) throws -> [StreamSource] {
        try samples.enumerated().map { try fixture.write($0, samples: $1, longest: 60) }
    }

    @Test(arguments: 0..<20)
    func `no source passes its cap by more than a sample, and the plan says what is read`(
        seed: UInt64
    ) throws {
        let fixture = try ShardFixture()
        let sources = try languages(fixture, [1, 2, 3, 7, 20, 61, 130, 200])
        let most = 5 * sources.reduce(0) { $0 + $1.tokens }
        for (tokens, lanes) in [(8_000, 1), (8_000, 3), (20_000, 1), (most - 900, 1)] {
            let stage = stage(
                sources, tokens: tokens, maxEpochs: 5, seed: seed, lanes: lanes)
            let read = try read(stage)
            for (index, source) in sources.enumerated() {
                #expect(read.samples[index] <= 5 * source.samples)
                let planned = stage.portions[index].tokens
                #expect(
                    abs(Double(read.tokens[index]) - planned) <= 60 * Double(lanes),
                    "\(tokens) tokens, \(lanes) lanes, \(source.samples) samples")
            }
            #expect((0..<64 * lanes).contains(read.tokens.reduce(0, +) - tokens))
        }
    }

    @Test func `parts of passes are caps too`() throws {
        let fixture = try ShardFixture()
        let sources = try languages(fixture, [10, 300, 400])
        for lanes in [1, 4] {
            let read = try read(
                stage(sources, tokens: 20_000, maxEpochs: 1.25, seed: 4, lanes: lanes))
            #expect(read.samples[0] <= 13 && read.samples[0] > 13 - max(2, lanes))
        }
    }

    @Test func `shares that change are kept by what was read, not by when`() throws {
        let fixture = try ShardFixture()
        let sources = try languages(fixture, [5, 40, 300])
        let stage = stage(
            sources, tokens: 16_000, maxEpochs: 5, seed: 8,
            temperature: .linear(from: 0.7, to: 0.1))
        #expect(stage.portions.count == 3 && stage.configuration.mixtures.count > 1)
        let read = try read(stage)
        for (tokens, portion) in zip(read.tokens, stage.portions) {
            #expect(abs(Double(tokens) - portion.tokens) <= 60)
        }
    }

    @Test(arguments: [1, 3])
    func `a stage goes on where it stood, to its last batch`(lanes: Int) throws {
        let fixture = try ShardFixture()
        let stage = stage(
            try languages(fixture, [3, 40, 200]), tokens: 9_000, maxEpochs: 4, seed: 5,
            lanes: lanes)
        let batches = try read(stage).batches
        #expect(batches.dropLast(2).allSatisfy { $0.tokens > 900 })
        #expect(batches.allSatisfy { (500...1024).contains($0.tokens) })
        for count in [1, 4, batches.count - 1] {
            let text = try JSONFile.encoder.encode(batches[count - 1].laneStates)
            let states = try JSONFile.decoder.decode([LaneState].self, from: text)
            let loader = try BatchLoader(
                configuration: stage.configuration, laneStates: states
            ) { _ in BatchRequest(tokens: 1024, maskRatio: 0.3) }
            defer { loader.close() }
            for batch in batches[count...] { #expect(try loader.next() == batch) }
            #expect(throws: DataExhausted.self) { try loader.next() }
        }
    }
}
