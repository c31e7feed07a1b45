/// How languages enter a stage one by one.
///
/// The first `first` languages are present from the beginning. Of the n others, the k-th (from 1)
/// is read from token `fromTokens` + (`untilTokens` − `fromTokens`) · k / n on.
public struct LanguageEntry: Sendable, Equatable {
    /// Which languages enter first.
    public enum Order: String, Sendable, CaseIterable {
        /// The language with the most tokens.
        case largest
        /// The first one in the recipe's list, or in the manifest.
        case listed
    }

    /// Languages that are present from the beginning.
    public let first: Int
    /// Tokens of the stage after which the others begin to enter.
    public let fromTokens: Int
    /// Tokens of the stage after which all are present.
    public let untilTokens: Int
    /// In which order they enter.
    public let order: Order

    /// Languages that enter between `fromTokens` and `untilTokens`.
    ///
    /// - Precondition: at least one is present from the beginning, and 0 ≤ `fromTokens` ≤
    ///   `untilTokens`.
    public init(first: Int, fromTokens: Int = 0, untilTokens: Int, order: Order = .largest) {
        precondition(
            first > 0 && 0 <= fromTokens && fromTokens <= untilTokens,
            "LanguageEntry: \(first) first, from \(fromTokens) until \(untilTokens)")
        (self.first, self.order) = (first, order)
        (self.fromTokens, self.untilTokens) = (fromTokens, untilTokens)
    }

    /// The token of the stage from which on the language at `place`, from 0, of `count` is read.
    public func token(ofPlace place: Int, of count: Int) -> Int {
        guard place >= first else { return 0 }
        let (part, parts) = (place - first + 1, count - first)
        let way = (untilTokens - fromTokens).multipliedFullWidth(by: part)
        return fromTokens + parts.dividingFullWidth(way).quotient
    }
}
