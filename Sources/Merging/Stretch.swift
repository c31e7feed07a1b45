/// The same stretch of one tensor in the base and in every model.
struct Stretch {
    /// The base's values; of the length of the stretch, zeros if there is no base.
    var base: [Float]
    /// Each model's values, or its task vector.
    var models: [[Float]]

    /// Turns values into task vectors: dₜ = θₜ − b.
    mutating func subtractBase() {
        for model in models.indices {
            Self.subtract(base, from: &models[model])
        }
    }

    /// Sets trimmed entries of every task vector to zero.
    mutating func trim(_ trimmings: inout [Trimming]) {
        for model in models.indices {
            trimmings[model].apply(to: &models[model])
        }
    }

    /// b += λ · merged.
    mutating func addToBase(_ lambda: Float, times merged: [Float]) {
        precondition(
            merged.count == base.count, "addToBase: \(merged.count) for \(base.count) entries")
        let merged = merged.span
        var base = base.mutableSpan
        for index in 0..<merged.count { base[index] += lambda * merged[index] }
    }

    private static func subtract(_ base: [Float], from delta: inout [Float]) {
        precondition(
            base.count == delta.count, "subtract: \(base.count) from \(delta.count) entries")
        let base = base.span
        var delta = delta.mutableSpan
        for index in 0..<base.count { delta[index] -= base[index] }
    }
}
