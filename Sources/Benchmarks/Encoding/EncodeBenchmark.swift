import Host
import PackedBatches
import TensorCore

/// Measures in turns how fast encoders make vectors of texts: tokens are random, texts are not
/// tokenized, vectors are means.
public struct EncodeBenchmark {
    /// Tokens of a turn; long texts may make it more.
    public var tokens = 16_384
    /// Turns of each encoder.
    public var repetitions = 5
    /// The most tokens that go through an encoder together, unless a text is longer.
    public var batchTokens = 4096

    private let encoders: [MeasuredEncoder]
    private let precision: Precision
    private let threads: Int

    /// A measurement of these encoders; the first is what the others are compared with.
    public init(_ encoders: [MeasuredEncoder], precision: Precision, threads: Int) {
        (self.encoders, self.precision, self.threads) = (encoders, precision, threads)
    }

    /// Measures texts of each kind of length. One turn of each encoder comes before those that
    /// count.
    ///
    /// - Parameter progress: called with what is measured next.
    public func run(
        _ lengths: [TextLengths], progress: (_ what: String) -> Void
    ) -> EncodeReport {
        EncodeReport(
            precision: precision, threads: threads, tokens: tokens, repetitions: repetitions,
            batchTokens: batchTokens,
            encoders: encoders.map {
                .init(
                    name: $0.name, parameters: $0.parameterCount,
                    positions: $0.configuration.maximumPositions)
            },
            lengths: lengths.map { measure($0, progress) }, processor: Processor.current)
    }

    private func measure(
        _ lengths: TextLengths, _ progress: (String) -> Void
    ) -> EncodeReport.Length {
        let counts = lengths.lengths(tokens: tokens)
        let able = encoders.filter { $0.configuration.maximumPositions >= lengths.longest }
        let texts = able.map { $0.texts(counts) }
        let working = zip(able, texts).map { encoder, texts in
            progress("\(lengths) tokens: \(encoder.name), first turn")
            return peakGrowth { encoder.encode(texts, budget: batchTokens) }
        }
        // The first encoder may not take texts so long: then there is nothing to compare with.
        let isCompared = able.first === encoders.first
        var seconds = able.map { _ in [Double]() }
        for turn in 0..<repetitions {
            for (place, encoder) in able.enumerated() {
                progress("\(lengths) tokens: \(encoder.name), turn \(turn + 1) of \(repetitions)")
                var watch = Stopwatch()
                encoder.encode(texts[place], budget: batchTokens)
                seconds[place].append(watch.lap())
            }
        }
        let tokens = counts.reduce(0, +)
        return EncodeReport.Length(
            length: lengths.description, texts: counts.count, tokens: tokens,
            encoders: able.indices.map { place in
                EncodeReport.Row(
                    name: able[place].name,
                    textsPerSecond: .init(seconds[place].map { Double(counts.count) / $0 }),
                    tokensPerSecond: .init(seconds[place].map { Double(tokens) / $0 }),
                    // Of turns that followed each other.
                    ratio: isCompared
                        ? .init(zip(seconds[0], seconds[place]).map { $0 / $1 }) : nil,
                    peakBytes: working[place].map { $0 + 4 * able[place].parameterCount })
            })
    }

    /// By how much the process's memory grows at most during `body`; nil where the system does not
    /// say.
    private func peakGrowth(_ body: () -> Void) -> Int? {
        let isReset = Memory.resetPeak()
        let before = Memory.resident
        body()
        guard isReset, let before, let peak = Memory.peak else { return nil }
        return max(0, peak - before)
    }
}
