/// The same examples classified several times, such as by classifiers that learned from different
/// examples: the means of accuracy and F1, as MTEB's `Classification`.
public struct RepeatedClassification: Evaluation {
    private let experiments: [Classification]

    /// - Parameters:
    ///   - references: the true label of each example.
    ///   - predictions: the predicted ones, `[experiments][examples]`, at least one experiment.
    public init(references: [String], predictions: [[String]]) {
        precondition(!predictions.isEmpty, "RepeatedClassification: no experiment")
        experiments = predictions.map {
            Classification(references: references, predictions: $0)
        }
    }

    /// The number of examples.
    public var count: Int { experiments[0].count }

    /// The measures, in the order of their values.
    public var names: [String] { experiments[0].names }

    /// The values where example i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        meanValues(experiments.map { $0.values(weights: weights) })
    }
}

/// The same examples with any number of labels each, predicted several times: means, as MTEB's
/// `MultilabelClassification`.
public struct RepeatedMultiLabel: Evaluation {
    private let experiments: [MultiLabel]

    /// - Precondition: at least one experiment, all of the same examples.
    public init(_ experiments: [MultiLabel]) {
        precondition(!experiments.isEmpty, "RepeatedMultiLabel: no experiment")
        self.experiments = experiments
    }

    /// The number of examples.
    public var count: Int { experiments[0].count }

    /// The measures, in the order of their values.
    public var names: [String] { experiments[0].names }

    /// The values where example i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        meanValues(experiments.map { $0.values(weights: weights) })
    }
}

/// The mean of each column of `rows`; nil where any of a column's values is undefined.
private func meanValues(_ rows: [[Double?]]) -> [Double?] {
    rows[0].indices.map { column in
        var sum = 0.0
        for row in rows {
            guard let value = row[column] else { return nil }
            sum += value
        }
        return sum / Double(rows.count)
    }
}
