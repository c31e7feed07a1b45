import Host
import Streaming
import Synchronization

/// Measures how fast a stream gives microbatches: from the first one, while it is read, and where
/// it is resumed.
public struct LoaderBenchmark: Sendable {
    private let configuration: StreamConfiguration
    private let tokens: Int
    private let maskRatio: Double
    /// How often a source may be read through; nil for no limit.
    private let maxEpochs: Double?

    /// Reads at least `tokens` tokens, a lane of `configuration` on each thread.
    public init(
        configuration: StreamConfiguration, tokens: Int, maskRatio: Double, maxEpochs: Double?
    ) {
        (self.configuration, self.tokens) = (configuration, tokens)
        (self.maskRatio, self.maxEpochs) = (maskRatio, maxEpochs)
    }

    /// What one thread has read.
    private struct Reading: Sendable {
        var tokens = 0
        var scored = 0
        var microbatches = 0
        /// From the first microbatch on.
        var seconds = 0.0
        var samples: [Int]
        var tokensOfSources: [Int]
    }

    /// Measures; `start` is when the program began to open the data.
    ///
    /// - Throws: `InputError` for damaged shards.
    public func run(
        since start: ContinuousClock.Instant,
        progress: @escaping @Sendable (_ tokens: Int) -> Void
    ) throws -> LoaderReport {
        let catalogue = try ShardCatalogue(
            configuration.sources, cache: configuration.cache, lanes: configuration.lanes)
        var first = try Lane(configuration: configuration, catalogue: catalogue, lane: 0)
        _ = try first.nextMicrobatch(maskRatio: maskRatio)
        let startSeconds = (ContinuousClock.now - start) / .seconds(1)
        let read = try readAll(catalogue, progress: progress)
        let seconds = read.seconds
        let resume = try resumeSeconds(catalogue)
        let deviation = deviation(of: read.samples)
        let epochs = zip(read.tokensOfSources, configuration.sources).map {
            Double($0) / Double(max(1, $1.tokens))
        }
        return LoaderReport(
            sources: configuration.sources.count, threads: configuration.lanes,
            context: configuration.context, microbatchTokens: configuration.microbatchTokens,
            startSeconds: startSeconds, tokens: read.tokens, samples: read.samples.reduce(0, +),
            microbatches: read.microbatches, seconds: seconds,
            tokensPerSecond: Double(read.tokens) / seconds,
            packing: Double(read.tokens)
                / Double(max(1, read.microbatches * configuration.microbatchTokens)),
            scored: Double(read.scored) / Double(max(1, read.tokens)), resumeSeconds: resume,
            largestDeviation: deviation.largest, sourcesInDeviation: deviation.sources,
            mostEpochs: epochs.max() ?? 0, excessOverCap: excessOverCap(read.samples),
            residentMegabytes: Memory.peak.map { Double($0) / 1e6 })
    }

    private func readAll(
        _ catalogue: ShardCatalogue, progress: @escaping @Sendable (_ tokens: Int) -> Void
    ) throws -> Reading {
        let zeros = [Int](repeating: 0, count: configuration.sources.count)
        let empty = Reading(samples: zeros, tokensOfSources: zeros)
        let done = Atomic<Int>(0)
        let lanes = configuration.lanes
        let readings = try concurrently(lanes, threads: lanes) { number in
            try read(catalogue, lane: number, into: empty, done: done, progress: progress)
        }
        return readings.reduce(into: empty) { sum, reading in
            sum.tokens += reading.tokens
            sum.scored += reading.scored
            sum.microbatches += reading.microbatches
            sum.seconds = max(sum.seconds, reading.seconds)
            for source in sum.samples.indices {
                sum.samples[source] += reading.samples[source]
                sum.tokensOfSources[source] += reading.tokensOfSources[source]
            }
        }
    }

    /// What one lane reads until all together have read enough.
    private func read(
        _ catalogue: ShardCatalogue, lane number: Int, into reading: Reading,
        done: borrowing Atomic<Int>, progress: (_ tokens: Int) -> Void
    ) throws -> Reading {
        var reading = reading
        var lane = try Lane(configuration: configuration, catalogue: catalogue, lane: number)
        _ = try lane.nextMicrobatch(maskRatio: maskRatio)
        let start = ContinuousClock.now
        while done.load(ordering: .relaxed) < tokens {
            let batch = try lane.nextMicrobatch(maskRatio: maskRatio)
            reading.microbatches += 1
            reading.tokens += batch.tokenCount
            reading.scored += batch.scoredTokenCount
            for sequence in 0..<batch.sequenceCount {
                let source = Int(batch.sequenceSources[sequence])
                reading.samples[source] += 1
                reading.tokensOfSources[source] += batch.rows(ofSequence: sequence).count
            }
            let now = done.add(batch.tokenCount, ordering: .relaxed).newValue
            if number == 0 { progress(now) }
        }
        reading.seconds = (ContinuousClock.now - start) / .seconds(1)
        return reading
    }

    /// Lanes whose states say that tenths of each source were read.
    private func resumeSeconds(_ catalogue: ShardCatalogue) throws -> Double {
        try (1...9).map { tenths in
            var state = LaneState(sources: configuration.sources.count)
            state.samplesRead = configuration.sources.map {
                $0.samples * tenths / 10 / configuration.lanes
            }
            let start = ContinuousClock.now
            var lane = try Lane(
                configuration: configuration, catalogue: catalogue, lane: 0, state: state)
            _ = try lane.nextMicrobatch(maskRatio: maskRatio)
            return (ContinuousClock.now - start) / .seconds(1)
        }.max() ?? 0
    }

    private func deviation(of samples: [Int]) -> (largest: Double, sources: Int) {
        let total = Double(max(1, samples.reduce(0, +)))
        let deviations = zip(samples, configuration.sampleWeights(ofMixture: 0)).filter {
            $1 >= 0.001
        }.map {
            abs(Double($0) / total / $1 - 1)
        }
        return (deviations.max() ?? 0, deviations.count)
    }

    private func excessOverCap(_ samples: [Int]) -> Double? {
        guard let maxEpochs else { return nil }
        let excesses = zip(samples, configuration.sources).map { read, source in
            let cap = maxEpochs * Double(source.samples)
            return (Double(read) - cap - 1) / cap
        }
        return max(0, excesses.max() ?? 0)
    }
}
