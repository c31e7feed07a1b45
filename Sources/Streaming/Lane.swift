import Diagnostics
import PackedBatches
import Randomness

/// One of the fixed number of readers that a run's data are dealt to.
///
/// A lane owns its share of every source, its packer and its masks. What it gives is a function
/// of configuration and state: a lane restored from `state` continues to the bit.
public struct Lane {
    private let configuration: StreamConfiguration
    private let lane: Int
    private let masker: TokenMasker
    private let maskGenerator: CounterGenerator
    private var sampler: LanguageSampler
    private var streams: StreamSet
    private var packer: SequencePacker
    private var microbatches: Int
    /// Sequences of the restored state that must be read again before the next microbatch.
    private var toReread: [LaneState.WaitingSequence]

    /// Lane `lane` of `configuration.lanes`, at the beginning or as `state` left it.
    ///
    /// No shard is opened before the first microbatch is asked for.
    ///
    /// - Throws: `InputError` if `state` belongs to other sources.
    public init(
        configuration: StreamConfiguration, catalogue: ShardCatalogue, lane: Int,
        state: LaneState? = nil
    ) throws {
        let sources = configuration.sources.count
        precondition(
            catalogue.entries.count == sources,
            "Lane: catalogue of \(catalogue.entries.count) sources, configuration of \(sources)")
        let state = state ?? LaneState(sources: sources)
        try state.check(sources: sources, mixtures: configuration.mixtures.count, lane: lane)
        self.configuration = configuration
        self.lane = lane
        let key = "\(configuration.phase)/\(lane)"
        masker = TokenMasker(configuration.masking)
        maskGenerator = CounterGenerator(seed: configuration.seed, purpose: "mask/\(key)")
        sampler = LanguageSampler(
            weights: configuration.sampleWeights(ofMixture: state.draw.mixture),
            generator: CounterGenerator(seed: configuration.seed, purpose: "mixture/\(key)"),
            cursor: state.draw)
        streams = StreamSet(
            catalogue: catalogue, configuration: configuration, lane: lane,
            samplesRead: state.samplesRead)
        packer = SequencePacker(
            capacity: configuration.microbatchTokens, context: configuration.context)
        microbatches = state.microbatches
        toReread = state.waiting
    }

    /// Everything the lane needs to continue from here.
    public var state: LaneState {
        var state = LaneState(sources: configuration.sources.count)
        state.microbatches = microbatches
        state.draw = sampler.cursor
        state.samplesRead = streams.samplesRead
        state.waiting =
            toReread
            + packer.waiting.map {
                LaneState.WaitingSequence(source: Int($0.source), number: $0.number)
            }
        return state
    }

    /// The next microbatch, with the share `maskRatio` of its ordinary tokens scored; from here on
    /// sources are drawn by mixture `mixture` of the configuration.
    ///
    /// - Throws: `InputError` for a damaged shard; the lane must not be used after that.
    public mutating func nextMicrobatch(
        maskRatio: Double, mixture: Int = 0
    ) throws -> PackedBatch {
        if mixture != sampler.cursor.mixture {
            sampler.change(
                to: mixture, weights: configuration.sampleWeights(ofMixture: mixture))
        }
        if !toReread.isEmpty {
            for sequence in try streams.reread(toReread) {
                packer.append(sequence)
            }
            toReread = []
        }
        while packer.wantsMore {
            packer.append(try streams.next(from: sampler.next()))
        }
        var batch = PackedBatch(packer.takeMicrobatch())
        _ = masker.mask(
            &batch.tokenIDs, labels: &batch.labels, rows: 0..<batch.tokenCount, ratio: maskRatio,
            generator: maskGenerator, stream: UInt64(microbatches))
        microbatches += 1
        return batch
    }
}
