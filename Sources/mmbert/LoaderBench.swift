import Benchmarks
import Curriculum
import Dispatch
import Foundation
import Streaming
import Synchronization

/// Reads microbatches and measures.
struct LoaderBench {
    let configuration: StreamConfiguration
    let tokens: Int
    let maskRatio: Double
    /// How often a source may be read through; nil for no limit.
    let maxEpochs: Double?

    /// What was measured.
    struct Result: Encodable {
        var sources: Int
        var threads: Int
        var context: Int
        var microbatchTokens: Int
        /// Until the first microbatch, manifest and indexes included.
        var startSeconds: Double
        var tokens: Int
        var samples: Int
        var microbatches: Int
        var seconds: Double
        var tokensPerSecond: Double
        /// Share of the microbatches' room that held tokens.
        var packing: Double
        /// Share of all tokens that were scored.
        var scored: Double
        /// Until the first microbatch of a lane restored inside every source: the slowest of nine
        /// places, a tenth, two tenths … of the way through, which lie anywhere in shards.
        var resumeSeconds: Double
        /// The largest of the shares' relative deviations from what is expected of the samples
        /// drawn, of sources that should give at least a thousandth.
        var largestDeviation: Double
        /// Sources that should give at least a thousandth of the samples.
        var sourcesInDeviation: Int
        /// How often the source that was read most often was read through.
        var mostEpochs: Double
        /// The most that a source gave beyond its cap and one sample, since samples are whole, as a
        /// share of the cap; nil without one. It is not 0, as the run ends by tokens, whose number
        /// in so many samples varies.
        var excessOverCap: Double?
        /// Most resident memory of the process.
        var residentMegabytes: Double?
    }

    /// What one thread has read.
    private struct Reading {
        var tokens = 0
        var scored = 0
        var microbatches = 0
        /// From the first microbatch on.
        var seconds = 0.0
        var samples: [Int]
        var tokensOfSources: [Int]
    }

    /// Measures; `start` is when the program began to open the data.
    func run(
        since start: ContinuousClock.Instant, mixture: DataMixture,
        progress: @escaping @Sendable (_ tokens: Int) -> Void
    ) throws -> Result {
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
        return Result(
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
            residentMegabytes: ProcessMemory.peakBytes.map { Double($0) / 1e6 })
    }

    private func readAll(
        _ catalogue: ShardCatalogue, progress: @escaping @Sendable (_ tokens: Int) -> Void
    ) throws -> Reading {
        let zeros = [Int](repeating: 0, count: configuration.sources.count)
        let empty = Reading(samples: zeros, tokensOfSources: zeros)
        let state = Mutex((readings: [Reading](), failure: (any Error)?.none))
        let done = Atomic<Int>(0)
        let goal = tokens
        DispatchQueue.concurrentPerform(iterations: configuration.lanes) { number in
            var reading = empty
            do {
                var lane = try Lane(
                    configuration: configuration, catalogue: catalogue, lane: number)
                _ = try lane.nextMicrobatch(maskRatio: maskRatio)
                let start = ContinuousClock.now
                while done.load(ordering: .relaxed) < goal {
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
                state.withLock { [reading] in $0.readings.append(reading) }
            } catch {
                state.withLock { $0.failure = error }
            }
        }
        return try state.withLock {
            if let failure = $0.failure { throw failure }
            return $0.readings.reduce(into: empty) { sum, reading in
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

extension LoaderBench.Result {
    /// The result for people.
    var text: String {
        let shares =
            sourcesInDeviation > 1
            ? String(
                format:
                    "\n  shares     within %.2f %% of what is expected, %d sources above 0.1 %%",
                100 * largestDeviation, sourcesInDeviation)
                + String(format: "\n  epochs     at most %.3f", mostEpochs)
                + (excessOverCap.map {
                    String(format: "; caps kept to a sample and %.3f %%", 100 * $0)
                } ?? "") : ""
        return String(
            format: """
                %d sources, context %d, microbatches of %d tokens, %d threads
                  start      %.3f s to the first microbatch
                  reading    %.1f M tokens per second (%.1f M tokens, %d samples, %.2f s)
                  packing    %.2f %%
                  masking    %.2f %% scored
                  resuming   %.3f s to the first microbatch, the slowest of nine places
                """, sources, context, microbatchTokens, threads, startSeconds,
            tokensPerSecond / 1e6, Double(tokens) / 1e6, samples, seconds, 100 * packing,
            100 * scored, resumeSeconds) + shares
            + (residentMegabytes.map { String(format: "\n  memory     %.0f MB resident", $0) } ?? "")
    }
}
