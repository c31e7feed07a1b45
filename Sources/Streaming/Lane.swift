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
    /// Says whose turn it is in the sampler's place, in a phase with a budget.
    private var dealer: TokenDealer?
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
        // A run that began without dealing its budget goes on as it began.
        if let budget = configuration.budget, state.deal != nil || state.microbatches == 0 {
            dealer = TokenDealer(
                configuration, budget: budget, catalogue: catalogue, lane: lane,
                state: state.deal, samplesRead: state.samplesRead)
        }
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
        state.deal = dealer?.state
        state.samplesRead = streams.samplesRead
        state.waiting =
            toReread
            + packer.waiting.map {
                LaneState.WaitingSequence(source: Int($0.source), number: $0.number)
            }
        return state
    }

    /// Tokens that are left of the phase's budget; nil without one.
    var tokensLeft: Int? {
        precondition(toReread.isEmpty, "Lane.tokensLeft: asked for before rereadWaiting")
        return dealer.map { $0.tokensLeft + packer.waitingTokens }
    }

    /// Reads the sequences again that waited where the lane was restored.
    ///
    /// - Throws: `InputError` for a damaged shard.
    mutating func rereadWaiting() throws {
        guard !toReread.isEmpty else { return }
        for sequence in try streams.reread(toReread) {
            packer.append(sequence)
        }
        toReread = []
    }

    /// The next microbatch, with the share `maskRatio` of its ordinary tokens scored; from here on
    /// sources are drawn by mixture `mixture` of the configuration.
    ///
    /// - Throws: `DataExhausted` where nothing is left of a budget; `InputError` for a damaged
    ///   shard, after which the lane must not be used.
    public mutating func nextMicrobatch(
        maskRatio: Double, mixture: Int = 0
    ) throws -> PackedBatch {
        if dealer == nil, mixture != sampler.cursor.mixture {
            sampler.change(
                to: mixture, weights: configuration.sampleWeights(ofMixture: mixture))
        }
        try rereadWaiting()
        while packer.wantsMore, try appendNext() {}
        guard packer.waitingTokens > 0 else { throw DataExhausted() }
        var batch = PackedBatch(packer.takeMicrobatch())
        _ = masker.mask(
            &batch.tokenIDs, labels: &batch.labels, rows: 0..<batch.tokenCount, ratio: maskRatio,
            generator: maskGenerator, stream: UInt64(microbatches))
        microbatches += 1
        return batch
    }

    /// Hands the packer the sample whose turn it is; false at the end of a budget.
    private mutating func appendNext() throws -> Bool {
        guard dealer != nil else {
            packer.append(try streams.next(from: sampler.next()))
            return true
        }
        guard let source = dealer?.next else { return false }
        let before = packer.waitingTokens
        packer.append(try streams.next(from: source))
        dealer?.deal(packer.waitingTokens - before, to: source)
        return true
    }
}
