/// How tokens are divided among languages at one moment.
public enum LanguageSampling: Sendable, Equatable {
    /// In proportion to n^τ for a language with n available tokens, τ at least 0.
    case temperature(Double)
    /// UniMax (Chung et al. 2023): the same for every language, and no language more often than its
    /// cap allows; the excess goes to the others evenly.
    case uniMax
}

/// How tokens are divided among languages over a stage.
public enum SamplingSchedule: Sendable, Equatable {
    /// By a temperature that is constant or changes.
    case temperature(Ramp)
    /// By UniMax throughout.
    case uniMax

    /// The rule when `tokens` of `total` tokens of the stage are done.
    public func sampling(at tokens: Int, of total: Int) -> LanguageSampling {
        switch self {
        case .temperature(let ramp): .temperature(ramp.value(at: tokens, of: total))
        case .uniMax: .uniMax
        }
    }

    /// The temperature when `tokens` of `total` tokens of the stage are done; nil for UniMax.
    public func temperature(at tokens: Int, of total: Int) -> Double? {
        if case .temperature(let ramp) = self { ramp.value(at: tokens, of: total) } else { nil }
    }

    /// Where the temperature jumps in a stage of `total` tokens.
    public func jumps(of total: Int) -> [Int] {
        if case .temperature(let ramp) = self { ramp.jumps(of: total) } else { [] }
    }

    /// Where the mixture changes in a stage of `total` tokens. A temperature that changes without
    /// jumps is held for a 64th of the stage at the value in its middle.
    func changes(of total: Int) -> [Int] {
        guard case .temperature(let ramp) = self else { return [] }
        switch ramp.shape {
        case .constant: return []
        case .steps, .switching: return ramp.jumps(of: total)
        case .linear, .cosine:
            return (1..<64).map { 64.dividingFullWidth(total.multipliedFullWidth(by: $0)).quotient }
        }
    }
}
