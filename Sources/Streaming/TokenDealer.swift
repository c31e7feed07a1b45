import Randomness

/// Whose turn it is in a stage with caps: deals the stage's tokens to the sources one sample after
/// another, so that each has given its share to within about one sample at any moment, and none
/// more samples than it may.
///
/// A source is owed its share of the tokens that were dealt, less what it gave. It falls due at a
/// random point of its next sample: so that of sources that are owed less than a sample in the
/// whole stage, some are read and some not, as their shares say. The more samples a source gives,
/// the nearer that point is to the sample's middle. The source that falls due first is next. What
/// a source at its cap is owed goes to the others.
struct TokenDealer {
    /// What a dealer needs to continue.
    struct State: Codable, Sendable, Equatable {
        /// Tokens that were dealt.
        var tokens = 0
        /// What each source is owed, in 2⁻³² tokens.
        var owed: [Int]
    }

    private(set) var state: State

    private let budget: TokenBudget
    /// Tokens to deal.
    private let tokens: Int
    private let lanes: Int
    /// `[mixtures, sources]`, each with sum 1.
    private let shares: [[Double]]
    /// The samples that each source may still give; nil for any number.
    private var samplesLeft: [Int?]
    /// Mean tokens of a sample.
    private let lengths: [Double]
    /// Where in its next sample a source falls due, from 0 to 1.
    private let phases: [Double]

    private static let unit = Double(1 << 32)

    /// The dealer of lane `lane`, at the beginning or as `state` left it.
    init(
        _ configuration: StreamConfiguration, budget: TokenBudget, catalogue: ShardCatalogue,
        lane: Int, state: State?, samplesRead: [Int]
    ) {
        let sources = configuration.sources
        self.budget = budget
        self.state = state ?? State(owed: sources.map { _ in 0 })
        lanes = configuration.lanes
        tokens = budget.tokens(ofLane: lane, of: lanes)
        shares = configuration.mixtures.map { mixture in
            let sum = mixture.reduce(0, +)
            return mixture.map { $0 / sum }
        }
        lengths = sources.map { min($0.meanSampleTokens, Double(configuration.context)) }
        samplesLeft = catalogue.entries.indices.map { source in
            budget.mostSamples(
                of: source, samples: catalogue.entries[source].shards.reduce(0) { $0 + $1.samples },
                lane: lane, lanes: configuration.lanes
            ).map { max(0, $0 - samplesRead[source]) }
        }
        let generator = CounterGenerator(
            seed: configuration.seed, purpose: "turns/\(configuration.phase)")
        let turn = Double(lane) / Double(configuration.lanes)
        phases = sources.indices.map {
            (generator.uniform(at: UInt64($0), stream: 0) + turn).truncatingRemainder(dividingBy: 1)
        }
    }

    /// Tokens that are still to be dealt; 0 where no source may give more.
    var tokensLeft: Int { next == nil ? 0 : tokens - state.tokens }

    /// The source whose sample comes next, as it falls due first; nil at the end.
    var next: Int? {
        guard state.tokens < tokens else { return nil }
        let shares = shares[mixture]
        var first: (source: Int, distance: Double)?
        for source in shares.indices where mayGive(source, shares) {
            let samples = shares[source] * Double(tokens) / lengths[source]
            let phase = 0.5 + (phases[source] - 0.5) / (1 + samples / 4)
            let missing = phase * lengths[source] - Double(state.owed[source]) / Self.unit
            let distance = missing / shares[source]
            if distance < first?.distance ?? .infinity { first = (source, distance) }
        }
        return first?.source
    }

    /// Counts a sample of `length` tokens of source `source`.
    mutating func deal(_ length: Int, to source: Int) {
        let shares = shares[mixture]
        var sum = 0.0
        for index in shares.indices where mayGive(index, shares) { sum += shares[index] }
        let unit = Double(length) * Self.unit / sum
        for index in shares.indices where mayGive(index, shares) {
            state.owed[index] += Int((shares[index] * unit).rounded())
        }
        state.owed[source] -= length << 32
        state.tokens += length
        if let left = samplesLeft[source] { samplesLeft[source] = left - 1 }
    }

    /// The mixture that holds; the lanes go through the stage side by side.
    private var mixture: Int {
        let tokens = state.tokens * lanes
        return budget.mixtureStarts.lastIndex { $0 <= tokens } ?? 0
    }

    private func mayGive(_ source: Int, _ shares: [Double]) -> Bool {
        shares[source] > 0 && samplesLeft[source] != 0
    }
}
