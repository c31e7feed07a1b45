/// θ = Σ wₜ θₜ / Σ wₜ, summed in double precision in the order of the models.
package struct WeightedAverage {
    /// wₜ / Σ wₜ.
    package let shares: [Double]
    private var sums: [Double] = []

    /// An average with these weights, whose sum must not be zero.
    package init(weights: [Double]) {
        let total = weights.reduce(0, +)
        precondition(total != 0, "WeightedAverage: the weights \(weights) sum to zero")
        shares = weights.map { $0 / total }
    }

    /// Σ of the shares of `values`, which hold the same stretch of every model.
    package mutating func average(_ values: [[Float]], into result: inout [Float]) {
        precondition(
            values.count == shares.count,
            "WeightedAverage: \(values.count) models for \(shares.count) weights")
        let count = result.count
        if sums.count != count { sums = [Double](repeating: 0, count: count) }
        let shares = shares
        var sums = sums.mutableSpan
        sums.update(repeating: 0)
        for (value, share) in zip(values, shares) {
            precondition(value.count == count, "WeightedAverage: \(value.count), not \(count)")
            let value = value.span
            for index in 0..<count { sums[index] += share * Double(value[index]) }
        }
        var result = result.mutableSpan
        for index in 0..<count { result[index] = Float(sums[index]) }
    }

    /// The weights of an exponential average: decayⁿ⁻ᵗ for the models t = 1 … n.
    package static func exponentialWeights(count: Int, decay: Double) -> [Double] {
        var weights = [Double](repeating: 1, count: count)
        for index in (0..<max(0, count - 1)).reversed() {
            weights[index] = weights[index + 1] * decay
        }
        return weights
    }
}
