import PackedBatches

/// What the next optimizer step asks of the loader.
public struct BatchRequest: Sendable, Equatable {
    /// Tokens the step should have; it gets them in whole microbatches, at least one.
    public var tokens: Int
    /// Share of the tokens that are scored, from 0 to 1.
    public var maskRatio: Double
    /// Which of the configuration's mixtures new sequences are drawn by.
    public var mixture: Int

    /// A request for `tokens` tokens.
    public init(tokens: Int, maskRatio: Double, mixture: Int = 0) {
        self.tokens = tokens
        self.maskRatio = maskRatio
        self.mixture = mixture
    }

    /// How many microbatches of at most `microbatchTokens` tokens the step gets.
    public func microbatchCount(of microbatchTokens: Int) -> Int {
        max(1, tokens / microbatchTokens)
    }
}

/// The data of one optimizer step, and where the lanes stand after it.
public struct StepBatch: Sendable, Equatable {
    /// The microbatches, whose gradients add up.
    public let microbatches: [PackedBatch]
    /// The lane that gave each microbatch: it decides in which order gradients are added.
    public let lanes: [Int]
    /// Tokens in all microbatches.
    public let tokens: Int
    /// Tokens with a label: the divisor of the step's loss.
    public let scoredTokens: Int
    /// The mask ratio the batch was made with.
    public let maskRatio: Double
    /// The lanes' states after this batch: what a checkpoint after this step keeps.
    public let laneStates: [LaneState]

    /// The batch of `microbatches`, given by `lanes` and made with `maskRatio`, after which the
    /// lanes stand at `laneStates`.
    public init(
        microbatches: [PackedBatch], lanes: [Int], maskRatio: Double, laneStates: [LaneState]
    ) {
        precondition(
            lanes.count == microbatches.count,
            "StepBatch: lanes of \(lanes.count) microbatches for \(microbatches.count)")
        self.microbatches = microbatches
        self.lanes = lanes
        tokens = microbatches.reduce(0) { $0 + $1.tokenCount }
        scoredTokens = microbatches.reduce(0) { $0 + $1.scoredTokenCount }
        self.maskRatio = maskRatio
        self.laneStates = laneStates
    }
}
