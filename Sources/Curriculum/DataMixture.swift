/// How the tokens of a stage are divided among groups of sources, and inside each group.
///
/// Groups get fixed shares of the tokens: FineWeb2 60.2 %, DCLM 30.2 %, … Inside a group,
/// temperature or UniMax divides them (`LanguageMixture`). A source at its cap leaves the rest of
/// its share to its group. A group whose sources are all at their caps leaves the rest to the other
/// groups, in proportion to their shares. So every expected share is exact, and a pure function.
public struct DataMixture: Sendable, Equatable {
    /// A group before its tokens are divided.
    public struct Group: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its share of the tokens, in any unit: shares are divided by their sum.
        public let share: Double
        /// What it reads.
        public let sources: [LanguageMixture.Source]
        /// How its tokens are divided among its sources.
        public let sampling: LanguageSampling
        /// How often a source may be read through, or nil for no limit.
        public let maxEpochs: Double?

        /// A group of `sources`.
        public init(
            name: String, share: Double, sources: [LanguageMixture.Source],
            sampling: LanguageSampling, maxEpochs: Double?
        ) {
            (self.name, self.share, self.sources) = (name, share, sources)
            (self.sampling, self.maxEpochs) = (sampling, maxEpochs)
        }

        /// The most tokens that it can give.
        var capacity: Double {
            sources.reduce(0) { $0 + $1.cap(maxEpochs: maxEpochs) }
        }
    }

    /// What a group gives to the mixture.
    public struct Part: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// The share of the tokens that it was given.
        public let wantedShare: Double
        /// Its share of all tokens that the stage reads.
        public let share: Double
        /// Tokens the stage is expected to read from it.
        public let tokens: Double
        /// Whether the caps of its sources keep it below its share.
        public let isCapped: Bool
        /// Its sources' places in `portions`.
        public let portions: Range<Int>
    }

    /// The groups in the order they were given.
    public let parts: [Part]
    /// The sources, group after group, with shares of the whole; they add up to 1.
    public let portions: [LanguageMixture.Portion]
    /// Tokens of the stage that cannot be read because every source is at its cap.
    public let shortfall: Double

    /// The mixture of a stage that reads `tokens` tokens.
    ///
    /// - Precondition: shares are above 0, and in every group at least one token is available.
    public init(groups: [Group], tokens: Int) {
        precondition(
            !groups.isEmpty && groups.allSatisfy { $0.share > 0 },
            "DataMixture: shares \(groups.map(\.share))")
        let total = Double(tokens)
        let dealt = fill(total, weights: groups.map(\.share), caps: groups.map(\.capacity))
        let isAlone = groups.count == 1
        let mixtures = zip(groups, dealt).map { group, dealt in
            LanguageMixture(
                sources: group.sources, sampling: group.sampling,
                maxEpochs: group.maxEpochs, tokens: isAlone ? total : dealt.amount)
        }
        let read = mixtures.flatMap(\.portions).reduce(0) { $0 + $1.tokens }
        let missing = total - read
        shortfall = missing > 1e-9 * total ? missing : 0
        portions = mixtures.flatMap(\.portions).map { $0.sharing(read) }
        let weight = groups.reduce(0) { $0 + $1.share }
        var parts: [Part] = []
        for ((group, mixture), dealt) in zip(zip(groups, mixtures), dealt) {
            let first = parts.last?.portions.upperBound ?? 0
            let amount = mixture.portions.reduce(0) { $0 + $1.tokens }
            parts.append(
                Part(
                    name: group.name, wantedShare: group.share / weight,
                    share: read > 0 ? amount / read : 0, tokens: amount,
                    isCapped: dealt.isCapped,
                    portions: first..<(first + mixture.portions.count)))
        }
        self.parts = parts
    }
}

extension LanguageMixture.Portion {
    /// The same tokens as a share of `total`.
    fileprivate func sharing(_ total: Double) -> Self {
        Self(
            language: language, availableTokens: availableTokens, tokens: tokens,
            share: total > 0 ? tokens / total : 0, epochs: epochs, isCapped: isCapped)
    }
}
