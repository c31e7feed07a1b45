/// Pairs of texts that belong together or do not, told apart by how near their vectors are, as
/// MTEB's `PairClassification`: average precision, and accuracy and F1 at the threshold that is
/// best for the very pairs, by each way of nearness and the largest of all.
public struct PairDetection: Evaluation {
    private let isPositive: [Bool]
    private let orders: [Order]

    /// Places of pairs, the nearest first, and where each group of pairs that are equally near ends.
    private struct Order: Sendable {
        let places: [Int32]
        let ends: [Int32]

        init(_ scores: [Double]) {
            let places = scores.indices.sorted { scores[$0] > scores[$1] }
            ends = places.indices
                .filter {
                    $0 + 1 == places.count || scores[places[$0]] != scores[places[$0 + 1]]
                }
                .map { Int32($0 + 1) }
            self.places = places.map { Int32($0) }
        }
    }

    /// - Parameters:
    ///   - isPositive: whether each pair belongs together.
    ///   - nearness: of each.
    /// - Precondition: as many of both.
    public init(isPositive: [Bool], nearness: [PairNearness]) {
        precondition(
            isPositive.count == nearness.count,
            "PairDetection: \(isPositive.count) labels, \(nearness.count) pairs")
        self.isPositive = isPositive
        orders = PairNearness.ways.map { way in Order(nearness.map(way.value)) }
    }

    /// The number of pairs.
    public var count: Int { isPositive.count }

    private static let measures = ["ap", "accuracy", "f1"]

    /// The measures, in the order of their values.
    public var names: [String] {
        (["max"] + PairNearness.ways.map(\.name)).flatMap { way in
            Self.measures.map { "\(way)_\($0)" }
        }
    }

    /// The values where pair i counts `weights[i]` times; undefined without a positive pair.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        let values = orders.map { self.values(of: $0, weights: weights) }
        let best = Self.measures.indices.map { measure in
            values.compactMap { $0[measure] }.max()
        }
        return best + values.flatMap(\.self)
    }

    /// Σ (R_i − R_{i−1}) P_i over distinct scores; and the best shares of pairs on the right side of
    /// a threshold, which lies between two scores that differ.
    private func values(of order: Order, weights: [UInt32]) -> [Double?] {
        var (positives, total) = (0, 0)
        for place in weights.indices {
            total += Int(weights[place])
            if isPositive[place] { positives += Int(weights[place]) }
        }
        guard positives > 0 else { return [nil, nil, nil] }
        var (found, correct, start) = (0, 0, 0)
        var (precision, accuracy, f1) = (0.0, 0.0, 0.0)
        for end in order.ends {
            var (groupFound, groupCorrect) = (0, 0)
            for place in order.places[start..<Int(end)] {
                let weight = Int(weights[Int(place)])
                groupFound += weight
                if isPositive[Int(place)] { groupCorrect += weight }
            }
            start = Int(end)
            guard groupFound > 0 else { continue }
            found += groupFound
            correct += groupCorrect
            precision +=
                Double(groupCorrect) / Double(positives) * Double(correct) / Double(found)
            // The last score is no threshold: nothing lies below it.
            guard found < total else { break }
            let wrong = (found - correct) + (positives - correct)
            accuracy = max(accuracy, Double(total - wrong) / Double(total))
            if correct > 0 {
                f1 = max(f1, 2 * Double(correct) / Double(found + positives))
            }
        }
        return [precision, accuracy, f1]
    }
}
