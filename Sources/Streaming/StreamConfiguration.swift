import RemoteFiles

/// What a phase reads: its sources, their shares, and the shape of its microbatches.
public struct StreamConfiguration: Sendable {
    /// What can be drawn; the index of a source here is `PackedBatch.sequenceSources`.
    public var sources: [StreamSource]
    /// Share of the tokens that each source gives in expectation, `[sources]` of any positive sum,
    /// in each mixture that the phase goes through.
    public var mixtures: [[Double]]
    /// What the phase reads in all, where caps limit how often a source may be read: then its
    /// tokens are dealt exactly. Without it, sources are drawn by exact quotas without end.
    public var budget: TokenBudget?
    /// Longest sequence in tokens; a longer one is cut to it and keeps its last id.
    public var context: Int
    /// Most tokens in a microbatch, at least `context`.
    public var microbatchTokens: Int
    /// Which tokens are hidden from the encoder, and what replaces them.
    public var masking: TokenMasker.Configuration
    /// The run's seed.
    public var seed: UInt64
    /// Name of the phase: another phase reads the same sources in another order.
    public var phase: String
    /// Number of lanes among which the samples are dealt.
    public var lanes: Int
    /// About how many bytes of neighbouring samples a stream reads at once and gives in random
    /// order, at least 8 samples.
    public var blockBytes: Int
    /// Bytes that the open shard readers of one lane may hold before the least recently used are
    /// closed. It changes what is opened again, never what is read.
    public var readerMemoryBytes: Int
    /// Whether a lane checks a shard against a hash in its index when it opens it first.
    public var verifiesHashes: Bool
    /// Keeps the shards of sources at web servers; may be nil where there are none.
    public var cache: ShardCache?

    /// A phase's data.
    ///
    /// `blockBytes` is 1 MiB by default, less with more than 128 sources; `readerMemoryBytes`
    /// 512 MiB, divided by the lanes, but at least 16 MiB.
    ///
    /// - Precondition: at least one mixture, each with as many shares as there are sources, at
    ///   least one lane, and microbatches that hold at least one sequence of `context` tokens.
    public init(
        sources: [StreamSource], mixtures: [[Double]], budget: TokenBudget? = nil, context: Int,
        microbatchTokens: Int,
        masking: TokenMasker.Configuration, seed: UInt64, phase: String, lanes: Int = 1,
        blockBytes: Int? = nil, readerMemoryBytes: Int? = nil, verifiesHashes: Bool = false,
        cache: ShardCache? = nil
    ) {
        precondition(
            !mixtures.isEmpty && mixtures.allSatisfy { $0.count == sources.count },
            "StreamConfiguration: \(mixtures.map(\.count)) shares for \(sources.count) sources")
        precondition(
            microbatchTokens >= context && context >= 2,
            "StreamConfiguration: microbatch of \(microbatchTokens) tokens, context \(context)")
        precondition(
            budget.map {
                $0.mixtureStarts.count == mixtures.count && $0.mostSamples.count == sources.count
            } ?? true, "StreamConfiguration: a budget of other mixtures or sources")
        precondition(lanes > 0, "StreamConfiguration: \(lanes) lanes")
        self.sources = sources
        self.mixtures = mixtures
        self.budget = budget
        self.context = context
        self.microbatchTokens = microbatchTokens
        self.masking = masking
        self.seed = seed
        self.phase = phase
        self.lanes = lanes
        self.blockBytes = blockBytes ?? Self.defaultBlockBytes(sources: sources.count)
        self.readerMemoryBytes = readerMemoryBytes ?? max(16 << 20, (512 << 20) / lanes)
        self.verifiesHashes = verifiesHashes
        self.cache = cache
    }

    /// Probability of drawing a sample of each source, so that the tokens come in the shares of
    /// mixture `mixture`: wᵢ ∝ share of tokensᵢ / mean tokens of a sampleᵢ, where no sample counts
    /// for more tokens than the context keeps of it.
    public func sampleWeights(ofMixture mixture: Int) -> [Double] {
        let weights = zip(sources, mixtures[mixture]).map { source, share in
            share / min(source.meanSampleTokens, Double(context))
        }
        let sum = weights.reduce(0, +)
        precondition(sum > 0, "StreamConfiguration: the shares of \(sources.count) sources are 0")
        return weights.map { $0 / sum }
    }

    /// 1 MiB, or less where many sources together would hold more than 128 MiB, but at least
    /// 64 KiB.
    private static func defaultBlockBytes(sources: Int) -> Int {
        min(1 << 20, max(64 << 10, (128 << 20) / max(1, sources)))
    }
}
