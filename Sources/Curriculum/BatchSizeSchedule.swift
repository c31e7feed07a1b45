/// Batch size over a stage: it grows in equal increments, and dwells on each size for a number of
/// tokens proportional to that size, so that each size takes about the same number of steps.
///
/// With sizes s₁ < s₂ < … < sₙ below the full size, size sₖ ends at
/// `warmupTokens` · (s₁ + … + sₖ) / (s₁ + … + sₙ); then the full size holds. The rule of the
/// reference's batch-size warm-up (ModernBERT repository, `src/sequence_packer.py`).
public struct BatchSizeSchedule: Codable, Sendable, Equatable {
    /// Tokens of a full batch.
    public let tokens: Int
    /// Tokens of the first batches.
    public let from: Int
    /// Tokens by which the batch grows each time; the last growth may be smaller.
    public let increment: Int
    /// Tokens after which batches are full.
    public let warmupTokens: Int

    /// A schedule from `from` to `tokens`.
    ///
    /// - Parameter increment: nil for `from`, as in the published recipe.
    /// - Precondition: 0 < `from` ≤ `tokens`, and a positive increment.
    public init(tokens: Int, from: Int? = nil, increment: Int? = nil, warmupTokens: Int = 0) {
        self.tokens = tokens
        self.from = from ?? tokens
        self.increment = increment ?? self.from
        self.warmupTokens = warmupTokens
        precondition(
            self.from > 0 && self.from <= tokens,
            "BatchSizeSchedule: \(self.from) first tokens of \(tokens)")
        precondition(
            self.increment > 0, "BatchSizeSchedule: increment \(self.increment) is not positive")
    }

    /// One size of the warm-up, and the tokens at which the next size takes over.
    public struct Dwell: Sendable, Equatable {
        /// Tokens of a batch.
        public let batchTokens: Int
        /// Tokens of the stage at which this size ends.
        public let end: Int
    }

    /// The sizes below the full one in order; none without a warm-up.
    public var dwells: [Dwell] {
        guard warmupTokens > 0, from < tokens else { return [] }
        let sizes = Array(stride(from: from, to: tokens, by: increment))
        let sum = sizes.reduce(0, +)
        var cumulative = 0
        return sizes.map { size in
            cumulative += size
            return Dwell(
                batchTokens: size, end: roundedProduct(warmupTokens, cumulative, over: sum))
        }
    }

    /// Tokens of the batch that begins when `clock` tokens of the stage are done.
    public func batchTokens(at clock: Int) -> Int {
        guard clock < warmupTokens else { return tokens }
        return dwells.first { clock < $0.end }?.batchTokens ?? tokens
    }
}

/// a · b / c to the nearest whole number, without overflow; `b` ≤ `c`.
private func roundedProduct(_ a: Int, _ b: Int, over c: Int) -> Int {
    let (quotient, remainder) = c.dividingFullWidth(a.multipliedFullWidth(by: b))
    return remainder >= c - remainder ? quotient + 1 : quotient
}
