/// The loops of a stretch: arrays of one length, which the callers check.
extension DisjointMean {
    /// Sums of weights at most this far from zero do not divide.
    private static let smallestDivisor: Float = 1e-8

    static func clear(_ values: inout [Float]) {
        var values = values.mutableSpan
        for index in 0..<values.count { values[index] = 0 }
    }

    /// sum += w d.
    static func add(_ delta: [Float], times weight: Float, to sums: inout [Float]) {
        let delta = delta.span
        var sums = sums.mutableSpan
        for index in 0..<delta.count { sums[index] += weight * delta[index] }
    }

    /// Each sum becomes its sign, ±1, or `signOfZero`.
    static func elect(_ sums: inout [Float], signOfZero: Float) {
        var sums = sums.mutableSpan
        for index in 0..<sums.count {
            let sum = sums[index]
            sums[index] = sum > 0 ? 1 : sum < 0 ? -1 : signOfZero
        }
    }

    /// sum += w d and weight sum += w, where w d has the elected sign.
    static func addAgreeing(
        _ delta: [Float], _ weight: Float, elected: [Float], to sums: inout [Float],
        weights: inout [Float]
    ) {
        let delta = delta.span
        let elected = elected.span
        var sums = sums.mutableSpan
        var weights = weights.mutableSpan
        for index in 0..<delta.count {
            let weighted = weight * delta[index]
            let agrees = weighted * elected[index] > 0
            sums[index] += agrees ? weighted : 0
            weights[index] += agrees ? weight : 0
        }
    }

    /// sum /= weight sum, where that is not zero.
    static func divide(_ sums: inout [Float], by weights: [Float]) {
        let weights = weights.span
        var sums = sums.mutableSpan
        for index in 0..<weights.count {
            let divisor = weights[index]
            sums[index] /= divisor.magnitude < smallestDivisor ? 1 : divisor
        }
    }

    /// Counts the entries that are not zero: returned for the whole stretch, added up per entry
    /// in `kept`, and with their signs in `signs`.
    static func count(_ delta: [Float], kept: inout [Float], signs: inout [Float]) -> Int {
        let delta = delta.span
        var kept = kept.mutableSpan
        var signs = signs.mutableSpan
        var count: Int32 = 0
        for index in 0..<delta.count {
            let sign: Float = delta[index] > 0 ? 1 : delta[index] < 0 ? -1 : 0
            kept[index] += sign.magnitude
            signs[index] += sign
            count &+= sign == 0 ? 0 : 1
        }
        return Int(count)
    }

    /// The entries that several models kept, and those of them with opposite signs.
    static func compare(kept: [Float], signs: [Float]) -> (shared: Int, conflicting: Int) {
        let kept = kept.span
        let signs = signs.span
        var shared: Int32 = 0
        var conflicting: Int32 = 0
        for index in 0..<kept.count {
            shared &+= kept[index] > 1 ? 1 : 0
            conflicting &+= signs[index].magnitude < kept[index] ? 1 : 0
        }
        return (Int(shared), Int(conflicting))
    }
}
