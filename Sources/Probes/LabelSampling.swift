/// Which examples MTEB's classification tasks learn from: a few of each label, several times.
///
/// Source: Muennighoff et al., "MTEB: Massive Text Embedding Benchmark" (2023), and its program's
/// `AbsTaskClassification` and `AbsTaskMultilabelClassification`.
public struct LabelSampling: Equatable, Sendable {
    /// Examples of each label.
    public var perLabel = 8
    /// How many times.
    public var experiments = 10
    /// The seed of numpy's generator.
    public var seed: UInt32 = 42

    /// The defaults, which some tasks override.
    public init() {}

    /// The places of the examples of each experiment, in the order in which they are drawn; fewer
    /// of labels that have fewer.
    ///
    /// Every experiment shuffles the order that the one before left, with a generator that starts
    /// anew: one permutation, composed again and again.
    public func samples(of labels: [some Hashable]) -> [[Int]] {
        var order = Array(labels.indices)
        return (0..<experiments).map { _ in
            var generator = MersenneTwister(seed: seed)
            generator.shuffle(&order)
            return sample(order) { [labels[$0]] }
        }
    }

    /// The same for examples with several labels each: an example is taken while any of its labels
    /// is short. The generator runs on from experiment to experiment, and each begins with the
    /// order of the examples.
    public func samples(ofSets labels: [[some Hashable]]) -> [[Int]] {
        var generator = MersenneTwister(seed: seed)
        return (0..<experiments).map { _ in
            var order = Array(labels.indices)
            generator.shuffle(&order)
            return sample(order) { labels[$0] }
        }
    }

    private func sample<Label: Hashable>(
        _ order: [Int], labels: (Int) -> [Label]
    ) -> [Int] {
        var counts: [Label: Int] = [:]
        return order.filter { place in
            let labels = labels(place)
            guard labels.contains(where: { counts[$0, default: 0] < perLabel }) else {
                return false
            }
            for label in labels { counts[label, default: 0] += 1 }
            return true
        }
    }
}
