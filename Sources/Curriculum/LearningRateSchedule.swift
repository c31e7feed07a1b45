import Foundation

/// Learning rate over a stage: a linear warm-up, a plateau at the peak, then a decay.
///
/// The rate is `peak` times a factor of the tokens done. Warm-up: tokens / `warmupTokens`. Then 1
/// until the last `decayTokens` of the stage. In the decay, with x from 0 to 1 and α =
/// `finalFactor`:
///
/// - linear (the trapezoid of warm-up, plateau and decay): 1 − (1 − α) x
/// - one minus square root: α + (1 − α)(1 − √x)
/// - cosine: α + (1 − α)(1 + cos πx) / 2
/// - inverse square root: 1 / √(1 + x (1/α² − 1)), which is √(w / t) where α = √(w / total)
///
/// From token `drop.atTokens` on, the whole is multiplied by `drop.factor`. Weight decay is
/// relative to the peak and falls with it.
///
/// Source of the published schedules: mmBERT's and ModernBERT's recipes (ModernBERT repository,
/// `src/scheduler.py`).
public struct LearningRateSchedule: Codable, Sendable, Equatable {
    /// The curve of the decay.
    public enum Shape: String, Codable, Sendable, CaseIterable {
        /// No decay: the peak until the end.
        case constant
        /// A straight line.
        case linear
        /// Steep first, then flat: mmBERT base's decay.
        case oneMinusSquareRoot = "one-minus-sqrt"
        /// Half a cosine wave.
        case cosine
        /// Falls like 1/√tokens.
        case inverseSquareRoot = "inverse-sqrt"
    }

    /// A rate that drops suddenly: mmBERT small's, halved after its loss stopped falling.
    public struct Drop: Codable, Sendable, Equatable {
        /// Tokens of the stage after which the rate is lower.
        public let atTokens: Int
        /// What the rate is multiplied by, above 0 and at most 1.
        public let factor: Double

        /// A rate that is `factor` times as high from token `atTokens` on.
        public init(atTokens: Int, factor: Double) {
            precondition(
                atTokens >= 0 && factor > 0 && factor <= 1,
                "LearningRateSchedule: drop at \(atTokens) by \(factor)")
            (self.atTokens, self.factor) = (atTokens, factor)
        }
    }

    /// The highest rate.
    public let peak: Double
    /// Tokens of the linear warm-up.
    public let warmupTokens: Int
    /// The curve of the decay.
    public let shape: Shape
    /// Tokens of the decay at the stage's end; nil for everything after the warm-up.
    public let decayTokens: Int?
    /// The rate at the stage's end as a share of the peak.
    public let finalFactor: Double
    /// A lower rate from one moment on; nil for none.
    public let drop: Drop?

    /// A schedule; with shape `constant` there is no decay, and the final factor is 1.
    ///
    /// - Precondition: `finalFactor` is positive for the inverse square root.
    public init(
        peak: Double, warmupTokens: Int = 0, shape: Shape = .constant, decayTokens: Int? = nil,
        finalFactor: Double = 0.02, drop: Drop? = nil
    ) {
        precondition(
            shape != .inverseSquareRoot || finalFactor > 0,
            "LearningRateSchedule: inverse square root cannot end at factor \(finalFactor)")
        self.peak = peak
        self.warmupTokens = warmupTokens
        self.shape = shape
        self.decayTokens = shape == .constant ? nil : decayTokens
        self.finalFactor = shape == .constant ? 1 : finalFactor
        self.drop = drop
    }

    /// The rate of a step that begins when `tokens` of `total` tokens of the stage are done.
    public func rate(at tokens: Int, of total: Int) -> Double {
        peak * factor(at: tokens, of: total)
    }

    /// The rate as a share of the peak, in [0, 1].
    public func factor(at tokens: Int, of total: Int) -> Double {
        let dropped = drop.map { tokens >= $0.atTokens ? $0.factor : 1 } ?? 1
        return dropped * curve(at: tokens, of: total)
    }

    /// Whether the rates of steps that begin before token `tokens` of a stage of `total` tokens
    /// would be others if the stage were longer: whether the decay has begun there.
    public func dependsOnTotal(before tokens: Int, of total: Int) -> Bool {
        shape != .constant && tokens > max(warmupTokens, decayStart(of: total))
    }

    /// The token of a stage of `total` at which the decay begins, where there is one.
    private func decayStart(of total: Int) -> Int {
        total - min(decayTokens ?? total, total - warmupTokens)
    }

    /// The factor before any drop.
    private func curve(at tokens: Int, of total: Int) -> Double {
        if tokens < warmupTokens { return progress(tokens, of: warmupTokens) }
        let decayStart = decayStart(of: total)
        if shape == .constant || tokens <= decayStart { return 1 }
        let x = progress(tokens - decayStart, of: total - decayStart)
        let fall = 1 - finalFactor
        switch shape {
        case .constant: return 1
        case .linear: return 1 - fall * x
        case .oneMinusSquareRoot: return finalFactor + fall * (1 - x.squareRoot())
        case .cosine: return finalFactor + fall * (1 + cos(.pi * x)) / 2
        case .inverseSquareRoot:
            return 1 / (1 + x * (1 / (finalFactor * finalFactor) - 1)).squareRoot()
        }
    }
}
