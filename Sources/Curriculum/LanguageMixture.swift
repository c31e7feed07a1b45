import Foundation

/// How often each language of a stage is read.
///
/// A language with n available tokens gets a share of the tokens proportional to n^τ; τ = 1 leaves
/// the data as they are, τ = 0 makes all languages equal (mmBERT falls from 0.7 over 0.5 to 0.3).
/// Languages with a fixed share are set aside first. No language is read more than `maxEpochs`
/// times: the excess is dealt to the others, again in proportion to n^τ. UniMax gives all languages
/// the same, within their caps, however many sources they have.
public struct LanguageMixture: Sendable, Equatable {
    /// A language before the tokens are divided.
    public struct Source: Sendable, Equatable {
        /// Its code.
        public let language: String
        /// Tokens that are available to read once.
        public let availableTokens: Int
        /// Its share of the stage's tokens; nil where the temperature decides it.
        public let fixedShare: Double?
        /// The part of its cap that this mixture may use up: below 1 in a part of a stage.
        public let capShare: Double

        /// A language with `availableTokens` tokens.
        public init(
            language: String, availableTokens: Int, fixedShare: Double? = nil, capShare: Double = 1
        ) {
            self.language = language
            self.availableTokens = availableTokens
            self.fixedShare = fixedShare
            self.capShare = capShare
        }

        /// The most tokens that it may give.
        func cap(maxEpochs: Double?) -> Double {
            maxEpochs.map { $0 * Double(availableTokens) * capShare } ?? .infinity
        }
    }

    /// What a language gives to the mixture.
    public struct Portion: Sendable, Equatable {
        /// Its code.
        public let language: String
        /// Tokens that are available to read once.
        public let availableTokens: Int
        /// Tokens the stage is expected to read.
        public let tokens: Double
        /// Its share of all tokens that the stage reads; the portions' shares add up to 1.
        public let share: Double
        /// How often the stage reads the language through.
        public let epochs: Double
        /// Whether `maxEpochs` keeps it below what the sampling would give it.
        public let isCapped: Bool
    }

    /// The languages in the order they were given.
    public let portions: [Portion]
    /// Tokens of the stage that cannot be read because every language is at its cap.
    public let shortfall: Double

    /// The mixture of a stage.
    ///
    /// - Parameters:
    ///   - sources: the languages; those without tokens get nothing.
    ///   - sampling: how the tokens are divided where no share is fixed.
    ///   - maxEpochs: how often a language may be read through, or nil for no limit.
    ///   - tokens: what the stage reads in all.
    /// - Precondition: at least one token is available, and fixed shares add up to at most 1.
    public init(sources: [Source], sampling: LanguageSampling, maxEpochs: Double?, tokens: Int) {
        self.init(
            sources: sources, sampling: sampling, maxEpochs: maxEpochs, tokens: Double(tokens))
    }

    init(sources: [Source], sampling: LanguageSampling, maxEpochs: Double?, tokens: Double) {
        let available = sources.map { Double($0.availableTokens) }
        let caps = sources.map { $0.cap(maxEpochs: maxEpochs) }
        precondition(
            available.contains { $0 > 0 }, "LanguageMixture: \(sources.count) sources, 0 tokens")

        let fixed = sources.indices.filter { sources[$0].fixedShare != nil && available[$0] > 0 }
        let free = sources.indices.filter {
            sources[$0].fixedShare == nil && available[$0] > 0
        }
        let fixedSum = sources.compactMap(\.fixedShare).reduce(0, +)
        precondition(fixedSum <= 1 + 1e-9, "LanguageMixture: fixed shares add up to \(fixedSum)")

        var amounts = [Double](repeating: 0, count: sources.count)
        var capped = [Bool](repeating: false, count: sources.count)
        for index in fixed {
            let wanted = (sources[index].fixedShare ?? 0) * tokens
            amounts[index] = min(wanted, caps[index])
            capped[index] = wanted > caps[index]
        }
        let rest = max(0, tokens - amounts.reduce(0, +))
        let filled =
            switch sampling {
            case .temperature(let temperature):
                fill(
                    rest,
                    weights: temperedWeights(free.map { available[$0] }, temperature: temperature),
                    caps: free.map { caps[$0] })
            case .uniMax: fillEvenly(rest, free.map { sources[$0] }, maxEpochs: maxEpochs)
            }
        for (index, level) in zip(free, filled) {
            (amounts[index], capped[index]) = level
        }

        let read = amounts.reduce(0, +)
        let missing = tokens - read
        shortfall = missing > 1e-9 * tokens ? missing : 0
        portions = sources.indices.map { index in
            Portion(
                language: sources[index].language,
                availableTokens: sources[index].availableTokens, tokens: amounts[index],
                share: read > 0 ? amounts[index] / read : 0,
                epochs: available[index] > 0 ? amounts[index] / available[index] : 0,
                isCapped: capped[index])
        }
    }
}

/// n^τ for each n, scaled so that the largest is 1.
private func temperedWeights(_ available: [Double], temperature: Double) -> [Double] {
    let largest = available.max() ?? 1
    return available.map { pow($0 / largest, temperature) }
}

/// Deals `total` evenly among the languages of `sources`, none above the sum of its sources' caps,
/// and each language's part among its sources by the tokens they have.
private func fillEvenly(
    _ total: Double, _ sources: [LanguageMixture.Source], maxEpochs: Double?
) -> [(amount: Double, isCapped: Bool)] {
    var places: [String: Int] = [:]
    var (available, caps): ([Double], [Double]) = ([], [])
    for source in sources {
        let place = places[source.language] ?? caps.count
        if place == caps.count {
            places[source.language] = place
            available.append(0)
            caps.append(0)
        }
        available[place] += Double(source.availableTokens)
        caps[place] += source.cap(maxEpochs: maxEpochs)
    }
    let filled = fill(total, weights: caps.map { _ in 1 }, caps: caps)
    return sources.map { source in
        let place = places[source.language] ?? 0
        let part = Double(source.availableTokens) / available[place]
        return (filled[place].amount * part, filled[place].isCapped)
    }
}

/// Deals `total` in proportion to `weights`, with none above its cap.
///
/// The order in which they fill up is known beforehand: by rising cap per weight. So one pass in
/// that order finds the level at which the uncapped ones stand.
func fill(
    _ total: Double, weights: [Double], caps: [Double]
) -> [(amount: Double, isCapped: Bool)] {
    var result = [(amount: Double, isCapped: Bool)](repeating: (0, false), count: weights.count)
    let order = weights.indices.sorted {
        (caps[$0] / weights[$0], $0) < (caps[$1] / weights[$1], $1)
    }
    // Sums of the weights from each place of the order to its end.
    var weightsLeft = [Double](repeating: 0, count: order.count + 1)
    for place in order.indices.reversed() {
        weightsLeft[place] = weightsLeft[place + 1] + weights[order[place]]
    }
    var left = total
    for (place, index) in order.enumerated() {
        let wanted = left * weights[index] / weightsLeft[place]
        let isCapped = wanted > caps[index]
        result[index] = (isCapped ? caps[index] : wanted, isCapped)
        left -= result[index].amount
    }
    return result
}
