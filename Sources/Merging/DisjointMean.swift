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

    /// A merger of as many task vectors as there are weights.
    package init(weights: [Float], signOfZero: Float) {
        self.weights = weights
        self.signOfZero = signOfZero
        agreement = Agreement(models: weights.count)
    }

    /// Merges one stretch: `deltas` holds a trimmed task vector per model, all of one length.
    package mutating func merge(_ deltas: [[Float]]) {
        sumWeighted(deltas)
        Self.elect(&elected, signOfZero: signOfZero)
        Self.clear(&merged)
        Self.clear(&weightSums)
        for (delta, weight) in zip(deltas, weights) {
            Self.addAgreeing(delta, weight, elected: elected, to: &merged, weights: &weightSums)
        }
        Self.divide(&merged, by: weightSums)
        observe(deltas)
    }

    /// Σ over entries of the sign of the weighted sum, zeros not resolved: positive where most of
    /// the model's entries would be elected positive.
    package mutating func signBalance(of deltas: [[Float]]) -> Int {
        sumWeighted(deltas)
        Self.elect(&elected, signOfZero: 0)
        return elected.reduce(0) { $0 + Int($1) }
    }

    /// Leaves Σ wₜ dₜ in `elected`, and all work areas at the stretch's length.
    private mutating func sumWeighted(_ deltas: [[Float]]) {
        precondition(
            deltas.count == weights.count,
            "DisjointMean: \(deltas.count) task vectors for \(weights.count) weights")
        let count = deltas.first?.count ?? 0
        if elected.count != count {
            elected = [Float](repeating: 0, count: count)
            (merged, weightSums, keptCounts, signSums) = (elected, elected, elected, elected)
        }
        Self.clear(&elected)
        for (delta, weight) in zip(deltas, weights) {
            precondition(delta.count == count, "DisjointMean: \(delta.count) entries, not \(count)")
            Self.add(delta, times: weight, to: &elected)
        }
    }

    private mutating func observe(_ deltas: [[Float]]) {
        Self.clear(&keptCounts)
        Self.clear(&signSums)
        for (model, delta) in deltas.enumerated() {
            agreement.kept[model] += Self.count(delta, kept: &keptCounts, signs: &signSums)
        }
        let (shared, conflicting) = Self.compare(kept: keptCounts, signs: signSums)
        agreement.elements += elected.count
        agreement.shared += shared
        agreement.conflicting += conflicting
    }
}
