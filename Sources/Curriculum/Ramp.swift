import Foundation

/// A number that goes from one value to another over a stage, such as the mask ratio.
///
/// With x = tokens / total, clamped to [0, 1], and d = to − from:
///
/// - constant: `from`
/// - linear: `from` + d · x
/// - cosine: `from` + d · (1 − cos πx) / 2
/// - steps: `from` + d · k / (n − 1), with k = ⌊x · n⌋ (at most n − 1): n plateaus of equal length
/// - switch: `from` before token `switchTokens`, `to` from there on
public struct Ramp: Codable, Sendable, Equatable {
    /// The curve between the two values.
    public enum Shape: String, Codable, Sendable, CaseIterable {
        /// The first value throughout.
        case constant
        /// A straight line.
        case linear
        /// Half a cosine wave: flat at both ends.
        case cosine
        /// Plateaus of equal length.
        case steps
        /// The second value from one moment on: mmBERT small's masking after its plateau.
        case switching = "switch"
    }

    /// The value at the beginning.
    public let from: Double
    /// The value at the end.
    public let to: Double
    /// The curve between them.
    public let shape: Shape
    /// Number of plateaus of shape `steps`, at least 2; 1 for the other shapes.
    public let plateaus: Int
    /// Tokens after which shape `switching` has its second value; nil for the other shapes.
    public let switchTokens: Int?

    private init(
        from: Double, to: Double, shape: Shape, plateaus: Int = 1, switchTokens: Int? = nil
    ) {
        (self.from, self.to, self.shape) = (from, to, shape)
        (self.plateaus, self.switchTokens) = (plateaus, switchTokens)
    }

    /// The same value throughout.
    public static func constant(_ value: Double) -> Ramp {
        Ramp(from: value, to: value, shape: .constant)
    }

    /// A straight line.
    public static func linear(from: Double, to: Double) -> Ramp {
        Ramp(from: from, to: to, shape: .linear)
    }

    /// Half a cosine wave.
    public static func cosine(from: Double, to: Double) -> Ramp {
        Ramp(from: from, to: to, shape: .cosine)
    }

    /// Plateaus of equal length, the first at `from`, the last at `to`.
    public static func steps(_ plateaus: Int, from: Double, to: Double) -> Ramp {
        precondition(plateaus >= 2, "Ramp.steps: \(plateaus) plateaus are fewer than 2")
        return Ramp(from: from, to: to, shape: .steps, plateaus: plateaus)
    }

    /// `from` before token `tokens`, `to` from there on.
    public static func switching(at tokens: Int, from: Double, to: Double) -> Ramp {
        precondition(tokens >= 0, "Ramp.switching: at token \(tokens)")
        return Ramp(from: from, to: to, shape: .switching, switchTokens: tokens)
    }

    /// Whether the value at a token depends on how long the stage is.
    public var dependsOnTotal: Bool { shape != .constant && shape != .switching }

    /// Where the value jumps in a stage of `total` tokens: the first token of every new plateau.
    public func jumps(of total: Int) -> [Int] {
        if let switchTokens { return [switchTokens].filter { 0 < $0 && $0 < total } }
        return (1..<max(1, plateaus)).map { plateau in
            // The first whole number of tokens that is not below the plateau's beginning.
            let (quotient, remainder) = plateaus.dividingFullWidth(
                total.multipliedFullWidth(by: plateau))
            return quotient + (remainder > 0 ? 1 : 0)
        }
    }

    /// The value when `tokens` of `total` tokens of the stage are done.
    public func value(at tokens: Int, of total: Int) -> Double {
        let x = progress(tokens, of: total)
        switch shape {
        case .constant:
            return from
        case .linear:
            return from + (to - from) * x
        case .cosine:
            return from + (to - from) * (1 - cos(.pi * x)) / 2
        case .steps:
            let plateau = min(Int(x * Double(plateaus)), plateaus - 1)
            return from + (to - from) * Double(plateau) / Double(plateaus - 1)
        case .switching:
            return tokens < switchTokens ?? 0 ? from : to
        }
    }
}

/// `tokens` / `total`, clamped to [0, 1]; 1 when there is nothing to do.
func progress(_ tokens: Int, of total: Int) -> Double {
    total > 0 ? min(max(Double(tokens) / Double(total), 0), 1) : 1
}
