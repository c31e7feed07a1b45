/// The run's time, counted in tokens: what every schedule, interval and cursor refers to.
///
/// A stage (a phase, or a variant of the last one) starts its own count at zero; the totals
/// continue along the line of stages that led to it.
public struct TokenClock: Codable, Sendable, Equatable {
    /// Optimizer steps taken since the first stage began.
    public private(set) var step: Int
    /// Tokens seen since the first stage began.
    public private(set) var totalTokens: Int
    /// Optimizer steps taken in the present stage.
    public private(set) var stageStep: Int
    /// Tokens seen in the present stage: the argument of its schedules.
    public private(set) var stageTokens: Int

    /// The most optimizer steps of a run: what is random in a step is drawn by its number, which has
    /// 32 bits.
    public static let mostSteps = (1 << 32) - 1

    /// The clock at the beginning of a run.
    public init() {
        (step, totalTokens, stageStep, stageTokens) = (0, 0, 0, 0)
    }

    /// Counts one optimizer step over `tokens` tokens.
    public mutating func advance(by tokens: Int) {
        precondition(tokens >= 0, "TokenClock.advance: \(tokens) tokens are fewer than 0")
        step += 1
        stageStep += 1
        totalTokens += tokens
        stageTokens += tokens
    }

    /// Begins the next stage: its own counts start at zero.
    public mutating func beginStage() {
        stageStep = 0
        stageTokens = 0
    }

    /// Whether the last step, which began at `earlier`, reached or passed a multiple of
    /// `interval` total tokens: when something done "every 10B tokens" is due.
    public func hasReached(every interval: Int, since earlier: TokenClock) -> Bool {
        precondition(interval > 0, "TokenClock.hasReached: interval \(interval) is not positive")
        return totalTokens / interval > earlier.totalTokens / interval
    }
}
