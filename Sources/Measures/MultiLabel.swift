/// Any number of labels for each example: exact matches, macro F1 and the average precision of the
/// ranking of labels, as scikit-learn's `accuracy_score`, `f1_score` and
/// `label_ranking_average_precision_score`.
public struct MultiLabel: Evaluation {
    /// Examples' labels, `[examples][labels]`.
    private let references: [[Bool]]
    private let predictions: [[Bool]]
    /// The precision of each example's ranking; none without scores.
    private let rankingPrecisions: [Double]?
    private let labelCount: Int

    /// - Parameters:
    ///   - references: which labels each example has, `[examples][labels]`.
    ///   - predictions: which it is predicted to have.
    ///   - scores: what the labels are ranked by, finite; without them there is no
    ///     `ranking_average_precision`.
    /// - Precondition: all of one shape.
    public init(references: [[Bool]], predictions: [[Bool]], scores: [[Double]]? = nil) {
        let labelCount = references.first?.count ?? 0
        precondition(
            references.count == predictions.count
                && (scores?.count ?? references.count)
                    == references.count,
            "MultiLabel: \(references.count) references, \(predictions.count) predictions")
        precondition(
            references.allSatisfy { $0.count == labelCount }
                && predictions.allSatisfy { $0.count == labelCount }
                && (scores ?? []).allSatisfy { $0.count == labelCount },
            "MultiLabel: rows of other lengths than \(labelCount)")
        self.references = references
        self.predictions = predictions
        self.labelCount = labelCount
        rankingPrecisions = scores.map { zip(references, $0).map(rankingPrecision) }
    }

    /// The number of examples.
    public var count: Int { references.count }

    /// The measures, in the order of their values.
    public var names: [String] {
        ["exact_match", "f1_macro"]
            + (rankingPrecisions == nil ? [] : ["ranking_average_precision"])
    }

    /// The values where example i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        var (total, exact) = (0, 0)
        var precisions = 0.0
        var sizes = [Int](repeating: 0, count: labelCount)
        var correct = sizes
        for index in weights.indices where weights[index] > 0 {
            let weight = Int(weights[index])
            let (reference, prediction) = (references[index], predictions[index])
            total += weight
            if reference == prediction { exact += weight }
            for label in 0..<labelCount {
                sizes[label] += weight * ((reference[label] ? 1 : 0) + (prediction[label] ? 1 : 0))
                if reference[label], prediction[label] { correct[label] += weight }
            }
            if let rankingPrecisions { precisions += Double(weight) * rankingPrecisions[index] }
        }
        guard total > 0 else { return names.map { _ in nil } }
        var sum = 0.0
        for label in 0..<labelCount {
            sum += ratio(2 * Double(correct[label]), Double(sizes[label]))
        }
        var values: [Double?] = [
            Double(exact) / Double(total), labelCount == 0 ? nil : sum / Double(labelCount),
        ]
        if rankingPrecisions != nil { values.append(precisions / Double(total)) }
        return values
    }
}

/// The mean over an example's labels of the share of its labels among those that score at least as
/// high; 1 where it has none or all.
private func rankingPrecision(_ labels: [Bool], _ scores: [Double]) -> Double {
    let own = labels.indices.filter { labels[$0] }
    guard !own.isEmpty, own.count < labels.count else { return 1 }
    var sum = 0.0
    for label in own {
        let rank = scores.count { $0 >= scores[label] }
        let ownRank = own.count { scores[$0] >= scores[label] }
        sum += Double(ownRank) / Double(rank)
    }
    return sum / Double(own.count)
}

/// The place of the largest of `scores`, the first on ties, as numpy's `argmax`; nil for none.
public func argmax(_ scores: [Double]) -> Int? {
    scores.indices.max { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) }
}
