/// The same stretch of one tensor in the base and in every model.
struct Stretch {
    /// The base's values; of the length of the stretch, zeros if there is no base.
    var base: [Float]
    /// Each model's values, or its task vector.
    var models: [[Float]]

    /// Turns values into task vectors: dₜ = θₜ − b.
    mutating func subtractBase() {
        for model in models.indices {
            for index in base.indices { models[model][index] -= base[index] }
        }
    }

    /// Sets trimmed entries of every task vector to zero.
    mutating func trim(_ trimmings: inout [Trimming]) {
        for model in models.indices {
            var delta = models[model].mutableSpan
            trimmings[model].apply(to: &delta)
        }
    }

    /// b += λ · merged.
    mutating func addToBase(_ lambda: Float, times merged: [Float]) {
        precondition(
            merged.count == base.count, "addToBase: \(merged.count) for \(base.count) entries")
        for index in base.indices { base[index] += lambda * merged[index] }
    }
}
