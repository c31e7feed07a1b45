/// How many tokens a stage reads, and how often it may read each source: what a stage with caps is
/// dealt by.
public struct TokenBudget: Sendable, Equatable {
    /// Tokens of the stage.
    public var tokens: Int
    /// For each mixture, the token of the stage from which on it holds; the first is 0.
    public var mixtureStarts: [Int]
    /// The most samples that are read of each source over all lanes; nil for any number.
    public var mostSamples: [Int?]

    /// A stage's budget.
    public init(tokens: Int, mixtureStarts: [Int], mostSamples: [Int?]) {
        precondition(
            tokens > 0 && mixtureStarts.first == 0,
            "TokenBudget: \(tokens) tokens, mixtures from \(mixtureStarts)")
        self.tokens = tokens
        self.mixtureStarts = mixtureStarts
        self.mostSamples = mostSamples
    }

    /// The part of lane `lane` of `lanes` in the stage's tokens; the lanes' parts add up to it.
    func tokens(ofLane lane: Int, of lanes: Int) -> Int {
        part(lane, of: lanes, in: tokens).count
    }

    /// The most samples of source `source` that lane `lane` of `lanes` reads; the lanes' numbers
    /// add up to the source's. It follows `ReadingOrder`, in which the lanes change places from
    /// pass to pass.
    ///
    /// - Parameter samples: how many the source has.
    func mostSamples(of source: Int, samples: Int, lane: Int, lanes: Int) -> Int? {
        guard let most = mostSamples[source] else { return nil }
        let (passes, rest) = most.quotientAndRemainder(dividingBy: samples)
        // In as many passes as there are lanes, a lane reads as much as the source has.
        let (rounds, left) = passes.quotientAndRemainder(dividingBy: lanes)
        let whole = (0..<left).reduce(rounds * samples) {
            $0 + part((lane + $1) % lanes, of: lanes, in: samples).count
        }
        return whole + part((lane + left) % lanes, of: lanes, in: rest).count
    }

    private func part(_ number: Int, of parts: Int, in total: Int) -> Range<Int> {
        (total * number / parts)..<(total * (number + 1) / parts)
    }
}

/// Nothing is left that a stage may read: every source was read as often as it may be.
public struct DataExhausted: Error {}
