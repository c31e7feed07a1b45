/// What a checkpoint knows beside weights and moments: where the run stands. All else is a function
/// of the recipe.
struct FinetuneState: Codable, Equatable {
    /// Optimizer steps taken.
    var step = 0
    /// Measurements of the development set, in order.
    var measurements: [FinetuneMeasurement] = []
    /// The place in `measurements` of the best; nil before the first.
    var best: Int?
    /// The sum of the losses since the last measurement, and of how many steps.
    var lossSum = 0.0
    var lossSteps = 0
    /// What weight decay has left of rows of the token table that no text reads.
    var unreadDecay = 1.0
    /// The same when the best measurement was taken.
    var bestUnreadDecay = 1.0
    /// Bytes of the metrics file.
    var metricsBytes = 0
    /// The resolved recipe.
    var recipe: String
    /// SHA-256 of the labelled files, by path.
    var hashes: [String: String]
    /// SHA-256 of the weights that training started from.
    var origin: String

    /// Whether the run ends early: so many measurements in a row were no better.
    func hasLostPatience(_ patience: Int?) -> Bool {
        guard let patience, let best else { return false }
        return measurements.count - 1 - best >= patience
    }

    /// Adds a measurement; true if it is the best so far, of equal ones the first.
    mutating func add(_ measurement: FinetuneMeasurement) -> Bool {
        measurements.append(measurement)
        (lossSum, lossSteps) = (0, 0)
        let value = measurement.value ?? -.infinity
        let before = best.flatMap { measurements[$0].value } ?? -.infinity
        guard best == nil || value > before else { return false }
        (best, bestUnreadDecay) = (measurements.count - 1, unreadDecay)
        return true
    }
}

/// A measurement of the development set, as it stands in `metrics.jsonl`.
package struct FinetuneMeasurement: Codable, Equatable, Sendable {
    private(set) var type = "measurement"
    /// After how many steps.
    package let step: Int
    /// After how many readings of the training set.
    package let epoch: Double
    /// The mean loss of the steps since the last measurement.
    package let trainLoss: Double
    /// The metric by which models are compared, and its mean over the files; nil where it is
    /// undefined.
    package let metric: String
    package let value: Double?
    /// All metrics of each file.
    package let files: [String: [String: Double]]
    /// Whether all examples of a file were given one label, though it has several.
    package let isCollapsed: Bool

    init(
        step: Int, epoch: Double, trainLoss: Double, metric: String, value: Double?,
        files: [String: [String: Double]], isCollapsed: Bool
    ) {
        (self.step, self.epoch, self.trainLoss) = (step, epoch, trainLoss)
        (self.metric, self.value, self.files) = (metric, value, files)
        self.isCollapsed = isCollapsed
    }
}
