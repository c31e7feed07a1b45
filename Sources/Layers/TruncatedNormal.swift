import Foundation

/// A normal distribution of mean 0 cut at ± `cutoff` standard deviations, sampled by inverting its
/// cumulative distribution, so that one uniform number makes one sample.
public struct TruncatedNormal: Sendable {
    /// σ before the cut.
    public let deviation: Double
    /// Where it is cut, in σ.
    public let cutoff: Double
    /// Φ(−cutoff), the probability of either tail that is cut off.
    private let tail: Double

    /// The distribution with deviation σ before the cut at ± `cutoff` σ.
    ///
    /// - Precondition: both are positive.
    public init(deviation: Double, cutoff: Double) {
        precondition(
            deviation > 0 && cutoff > 0,
            "TruncatedNormal: deviation \(deviation), cutoff \(cutoff)")
        self.deviation = deviation
        self.cutoff = cutoff
        tail = 0.5 * erfc(cutoff / 2.0.squareRoot())
    }

    /// The sample that belongs to a uniform 32-bit word.
    public func value(ofUniform word: UInt32) -> Float {
        let uniform = (Double(word) + 0.5) * 0x1p-32
        let normal = inverseNormalCumulative(tail + uniform * (1 - 2 * tail))
        return Float(deviation * min(max(normal, -cutoff), cutoff))
    }
}

/// Φ⁻¹(p), to seven digits: rational functions of Wichura, "Algorithm AS 241: the percentage
/// points of the normal distribution" (Applied Statistics 37, 1988), routine PPND7.
func inverseNormalCumulative(_ probability: Double) -> Double {
    let q = probability - 0.5
    if abs(q) <= 0.425 {
        let r = 0.180625 - q * q
        let numerator =
            ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
        let denominator = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1
        return q * numerator / denominator
    }
    let r = (-log(min(probability, 1 - probability))).squareRoot()
    return q < 0 ? -upperTail(r) : upperTail(r)
}

/// Φ⁻¹(1 − exp(−r²)) for the tails, where r > 1.6.
private func upperTail(_ r: Double) -> Double {
    if r <= 5 {
        let s = r - 1.6
        let numerator = ((0.17023821103 * s + 1.3067284816) * s + 2.7568153900) * s + 1.4234372777
        return numerator / ((0.12021132975 * s + 0.73700164250) * s + 1)
    }
    let s = r - 5
    let numerator =
        ((0.017337203997 * s + 0.42868294337) * s + 3.0812263860) * s + 6.6579051150
    return numerator / ((0.012258202635 * s + 0.24197894225) * s + 1)
}
