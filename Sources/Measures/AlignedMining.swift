/// Sentences and their translations, each looked for among all of the other side: accuracy and
/// MTEB's weighted F1 in both directions, by the cosine and by the margin.
///
/// `f1_forward` is MTEB's score of the pair of languages; `accuracy_forward` is Tatoeba's where the
/// first side is English.
public struct AlignedMining: Evaluation {
    private let directions: [(name: String, bitext: Bitext)]

    /// The places of what was chosen for each sentence, whose right translation has its own place.
    public struct Choices: Sendable {
        /// For the sentences of the first side among those of the second, and the other way round.
        public var forward, backward: [Int]

        /// Choices of both directions.
        public init(forward: [Int], backward: [Int]) {
            (self.forward, self.backward) = (forward, backward)
        }
    }

    /// - Precondition: as many choices in all.
    public init(cosine: Choices, margin: Choices) {
        func bitext(_ chosen: [Int]) -> Bitext {
            Bitext(
                references: chosen.indices.map(String.init), predictions: chosen.map(String.init))
        }
        directions = [
            ("forward", bitext(cosine.forward)), ("backward", bitext(cosine.backward)),
            ("margin_forward", bitext(margin.forward)),
            ("margin_backward", bitext(margin.backward)),
        ]
        precondition(
            directions.allSatisfy { $0.bitext.count == cosine.forward.count },
            "AlignedMining: numbers of sentences differ")
    }

    /// The number of pairs.
    public var count: Int { directions[0].bitext.count }

    /// The measures, in the order of their values: means of both directions, then each.
    public var names: [String] {
        ["accuracy", "f1", "margin_accuracy", "margin_f1"]
            + directions.flatMap { direction in
                let name = direction.name
                let isMargin = name.hasPrefix("margin_")
                return ["accuracy", "f1"].map {
                    isMargin ? "margin_\($0)_\(name.dropFirst(7))" : "\($0)_\(name)"
                }
            }
    }

    /// The values where pair i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        let values = directions.map { $0.bitext.values(weights: weights) }
        let means = [0, 2].flatMap { first in
            values[first].indices.map { measure -> Double? in
                guard let one = values[first][measure], let other = values[first + 1][measure]
                else { return nil }
                return (one + other) / 2
            }
        }
        return means + values.flatMap(\.self)
    }
}
