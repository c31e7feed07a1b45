import Foundation

/// The masked-language-modelling loss of one input: −log of the probability that the model gives
/// the right token, in nats.
public struct MaskedLoss: Sendable, Equatable {
    /// The sum over the scored tokens.
    public private(set) var sum: Double
    /// Number of scored tokens.
    public private(set) var tokens: Int

    /// The loss `sum` of `tokens` tokens.
    public init(sum: Double = 0, tokens: Int = 0) {
        self.sum = sum
        self.tokens = tokens
    }

    /// The mean over the scored tokens; nil if there is none.
    public var mean: Double? { tokens > 0 ? sum / Double(tokens) : nil }

    /// e to the mean: of a text whose tokens were masked in turn, its pseudo-perplexity (Salazar et
    /// al., "Masked language model scoring", 2020). Nil if no token was scored, or if it is too
    /// large for a number.
    public var perplexity: Double? { mean.map { exp($0) }.flatMap { $0.isFinite ? $0 : nil } }

    /// Adds another input's loss.
    public mutating func add(_ other: MaskedLoss) {
        sum += other.sum
        tokens += other.tokens
    }

    mutating func add(_ loss: Float) {
        sum += Double(loss)
        tokens += 1
    }
}

/// Token ids that the encoder sees, and what is to be predicted.
public struct LabelledSequence: Sendable, Equatable {
    /// The ids, masks among them.
    public let sequence: TokenSequence
    /// The right id of each token, or −100 where it is not scored.
    public let labels: [Int32]
}
