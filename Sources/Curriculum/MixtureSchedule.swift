/// The mixture of a stage over its tokens: groups, temperatures that change, languages that enter.
///
/// The stage is cut where anything changes. In each span between two cuts the shares are those of a
/// `DataMixture` of the languages that are present. A cap of e epochs is dealt evenly over the
/// tokens from a language's entry to the stage's end: no span reads a language faster than would
/// reach the cap exactly there. So the whole stage stays within it, whatever the temperature does,
/// and where nothing changes this is one `DataMixture` of the whole stage. Without caps no share
/// depends on how long the stage is, to the bit.
public struct MixtureSchedule: Sendable, Equatable {
    /// A group of sources with a fixed share of the tokens.
    public struct Group: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its share of the tokens, in any unit.
        public let share: Double
        /// What it reads.
        public let sources: [LanguageMixture.Source]
        /// For each source, the token of the stage from which on it is read; one of them is 0.
        public let entries: [Int]
        /// How its tokens are divided among its sources.
        public let sampling: SamplingSchedule
        /// How often a source may be read through, or nil for no limit.
        public let maxEpochs: Double?

        /// A group of `sources`, all present from the beginning unless `entries` says otherwise.
        public init(
            name: String, share: Double, sources: [LanguageMixture.Source], entries: [Int]? = nil,
            sampling: SamplingSchedule, maxEpochs: Double?
        ) {
            (self.name, self.share, self.sources) = (name, share, sources)
            self.entries = entries ?? Array(repeating: 0, count: sources.count)
            (self.sampling, self.maxEpochs) = (sampling, maxEpochs)
            precondition(
                self.entries.count == sources.count,
                "MixtureSchedule.Group: \(self.entries.count) entries of \(sources.count) sources")
        }
    }

    /// A part of the stage in which no share changes.
    public struct Span: Sendable, Equatable {
        /// Its first token in the stage.
        public let start: Int
        /// Share of the tokens that each source gives: `[sources]`, with sum 1.
        public let shares: [Double]
    }

    /// The spans in order; the first begins at token 0.
    public let spans: [Span]
    /// The groups in the order they were given, over the whole stage.
    public let parts: [DataMixture.Part]
    /// The sources, group after group, over the whole stage.
    public let portions: [LanguageMixture.Portion]
    /// Tokens of the stage that cannot be read because every source that is present is at its cap.
    public let shortfall: Double

    /// The mixture of a stage of `tokens` tokens.
    ///
    /// - Precondition: shares are above 0, and every group has a token at the beginning.
    public init(groups: [Group], tokens: Int) {
        let cuts = Self.cuts(groups, tokens)
        var sum = MixtureSum(groups)
        let hasCaps = groups.contains { $0.maxEpochs != nil }
        spans = zip(cuts, cuts.dropFirst() + [tokens]).map { start, end in
            let parts = groups.map { $0.mixed(from: start, to: end, of: tokens) }
            let mixture = DataMixture(groups: parts, tokens: end - start)
            sum.add(mixture)
            // The rounding of shares depends on what they are shares of.
            let shares = hasCaps ? mixture : DataMixture(groups: parts, tokens: 1 << 40)
            return Span(start: start, shares: shares.portions.map(\.share))
        }
        shortfall = sum.shortfall
        portions = sum.portions
        parts = sum.parts
    }

    /// The span in which token `tokens` of the stage lies; the last one beyond its end.
    public func span(at tokens: Int) -> Int {
        var (low, high) = (0, spans.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if spans[middle].start <= tokens { low = middle } else { high = middle }
        }
        return low
    }

    private static func cuts(_ groups: [Group], _ tokens: Int) -> [Int] {
        let changes = groups.flatMap { $0.entries + $0.sampling.changes(of: tokens) }
        return Set([0] + changes.filter { 0 < $0 && $0 < tokens }).sorted()
    }
}

extension MixtureSchedule.Group {
    /// The group in the span from token `start` to token `end` of a stage of `total`.
    fileprivate func mixed(from start: Int, to end: Int, of total: Int) -> DataMixture.Group {
        let present = zip(sources, entries).map { source, entry in
            let isPresent = entry <= start
            return LanguageMixture.Source(
                language: source.language,
                availableTokens: isPresent ? source.availableTokens : 0,
                fixedShare: isPresent ? source.fixedShare : nil,
                capShare: isPresent && total > entry
                    ? Double(end - start) / Double(total - entry) : 1)
        }
        return DataMixture.Group(
            name: name, share: share, sources: present,
            sampling: sampling.sampling(at: start + (end - start) / 2, of: total),
            maxEpochs: maxEpochs)
    }
}

/// What several mixtures of the same groups read together.
private struct MixtureSum {
    private let groups: [MixtureSchedule.Group]
    private var tokens: [Double]
    private var capped: [Bool]
    private var cappedGroups: [Bool]
    private(set) var shortfall = 0.0

    init(_ groups: [MixtureSchedule.Group]) {
        self.groups = groups
        let sources = groups.reduce(0) { $0 + $1.sources.count }
        tokens = Array(repeating: 0, count: sources)
        capped = Array(repeating: false, count: sources)
        cappedGroups = Array(repeating: false, count: groups.count)
    }

    mutating func add(_ mixture: DataMixture) {
        for (index, portion) in mixture.portions.enumerated() {
            tokens[index] += portion.tokens
            if portion.isCapped { capped[index] = true }
        }
        for (index, part) in mixture.parts.enumerated() where part.isCapped {
            cappedGroups[index] = true
        }
        shortfall += mixture.shortfall
    }

    var portions: [LanguageMixture.Portion] {
        let read = tokens.reduce(0, +)
        return zip(groups.flatMap(\.sources), tokens.indices).map { source, index in
            LanguageMixture.Portion(
                language: source.language, availableTokens: source.availableTokens,
                tokens: tokens[index], share: read > 0 ? tokens[index] / read : 0,
                epochs: source.availableTokens > 0
                    ? tokens[index] / Double(source.availableTokens) : 0,
                isCapped: capped[index])
        }
    }

    var parts: [DataMixture.Part] {
        let read = tokens.reduce(0, +)
        let weight = groups.reduce(0) { $0 + $1.share }
        var parts: [DataMixture.Part] = []
        for (group, isCapped) in zip(groups, cappedGroups) {
            let first = parts.last?.portions.upperBound ?? 0
            let range = first..<(first + group.sources.count)
            let amount = tokens[range].reduce(0, +)
            parts.append(
                DataMixture.Part(
                    name: group.name, wantedShare: group.share / weight,
                    share: read > 0 ? amount / read : 0, tokens: amount, isCapped: isCapped,
                    portions: range))
        }
        return parts
    }
}
