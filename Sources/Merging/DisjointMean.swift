/// The steps "elect" and "disjoint mean" of TIES, for one stretch of all models' task vectors.
///
/// With trimmed entries d₁ … dₙ and weights w₁ … wₙ, the elected sign is that of Σ wₜ dₜ, and the
/// merged entry is Σ wₜ dₜ / Σ wₜ over those t whose wₜ dₜ has this sign. Work areas are kept from
/// stretch to stretch; all arithmetic is fp32, in the order of the models.
package struct DisjointMean {
    /// The sign elected where the weighted sum is exactly zero: 1, −1, or 0 for none.
    package let signOfZero: Float
    /// One weight per model.
    package let weights: [Float]
    /// The merged task vector of the last stretch.
    package private(set) var merged: [Float] = []
    /// What the models kept and where they disagreed, over all stretches since it was reset.
    package var agreement: Agreement

    private var elected: [Float] = []
    private var weightSums: [Float] = []
    private var keptCounts: [Float] = []
    private var signSums: [Float] = []

    /// Weights at most this far from zero in sum do not divide.
    private static let smallestDivisor: Float = 1e-8

    /// A merger of as many task vectors as there are weights.
    package init(weights: [Float], signOfZero: Float) {
        self.weights = weights
        self.signOfZero = signOfZero
        agreement = Agreement(models: weights.count)
    }

    /// Merges one stretch: `deltas` holds a trimmed task vector per model, all of one length.
    package mutating func merge(_ deltas: [[Float]]) {
        precondition(
            deltas.count == weights.count,
            "DisjointMean: \(deltas.count) task vectors for \(weights.count) weights")
        let count = deltas.first?.count ?? 0
        prepare(count: count)
        elect(deltas, count: count)
        average(deltas, count: count)
        observe(deltas, count: count)
    }

    /// Σ over entries of the elected sign, before zeros are resolved: the majority of the model.
    package mutating func signBalance(of deltas: [[Float]]) -> Int {
        let count = deltas.first?.count ?? 0
        prepare(count: count)
        sumWeighted(deltas, count: count)
        var balance = 0
        for index in 0..<count {
            balance += elected[index] > 0 ? 1 : elected[index] < 0 ? -1 : 0
        }
        return balance
    }

    private mutating func prepare(count: Int) {
        if elected.count == count { return }
        elected = [Float](repeating: 0, count: count)
        merged = elected
        weightSums = elected
        keptCounts = elected
        signSums = elected
    }

    private mutating func sumWeighted(_ deltas: [[Float]], count: Int) {
        for index in 0..<count { elected[index] = 0 }
        for (delta, weight) in zip(deltas, weights) {
            precondition(delta.count == count, "DisjointMean: \(delta.count) entries, not \(count)")
            for index in 0..<count { elected[index] += weight * delta[index] }
        }
    }

    /// Leaves the elected sign of each entry, ±1 or 0, in `elected`.
    private mutating func elect(_ deltas: [[Float]], count: Int) {
        sumWeighted(deltas, count: count)
        for index in 0..<count {
            let sum = elected[index]
            elected[index] = sum > 0 ? 1 : sum < 0 ? -1 : signOfZero
        }
    }

    private mutating func average(_ deltas: [[Float]], count: Int) {
        for index in 0..<count {
            merged[index] = 0
            weightSums[index] = 0
        }
        for (delta, weight) in zip(deltas, weights) {
            for index in 0..<count {
                let weighted = weight * delta[index]
                let agrees = weighted * elected[index] > 0
                merged[index] += agrees ? weighted : 0
                weightSums[index] += agrees ? weight : 0
            }
        }
        for index in 0..<count {
            let divisor = weightSums[index]
            merged[index] /= divisor.magnitude < Self.smallestDivisor ? 1 : divisor
        }
    }

    private mutating func observe(_ deltas: [[Float]], count: Int) {
        for index in 0..<count {
            keptCounts[index] = 0
            signSums[index] = 0
        }
        for (model, delta) in deltas.enumerated() {
            var kept: Int32 = 0
            for index in 0..<count {
                let sign: Float = delta[index] > 0 ? 1 : delta[index] < 0 ? -1 : 0
                keptCounts[index] += sign.magnitude
                signSums[index] += sign
                kept &+= sign == 0 ? 0 : 1
            }
            agreement.kept[model] += Int(kept)
        }
        var shared: Int32 = 0
        var conflicting: Int32 = 0
        for index in 0..<count {
            shared &+= keptCounts[index] > 1 ? 1 : 0
            conflicting &+= signSums[index].magnitude < keptCounts[index] ? 1 : 0
        }
        agreement.elements += count
        agreement.shared += Int(shared)
        agreement.conflicting += Int(conflicting)
    }
}

/// What trimming left of the models' task vectors, and where the models disagreed.
public struct Agreement: Sendable, Equatable, Codable {
    /// Entries in all.
    public internal(set) var elements = 0
    /// Per model: entries that are not zero after trimming.
    public internal(set) var kept: [Int]
    /// Entries that at least two models kept.
    public internal(set) var shared = 0
    /// Entries that two models kept with opposite signs.
    public internal(set) var conflicting = 0

    /// Nothing seen yet.
    init(models: Int) {
        kept = [Int](repeating: 0, count: models)
    }

    /// Adds what another stretch or tensor showed.
    mutating func add(_ other: Agreement) {
        elements += other.elements
        for model in kept.indices { kept[model] += other.kept[model] }
        shared += other.shared
        conflicting += other.conflicting
    }
}
