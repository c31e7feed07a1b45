/// A number for each example: Pearson's and Spearman's correlation, as scipy's `pearsonr` and
/// `spearmanr`. Both are undefined where one side is constant or there are fewer than two examples.
public struct Regression: Evaluation {
    private let references: [Double]
    private let predictions: [Double]
    private let referenceTies: Ties
    private let predictionTies: Ties

    /// - Parameters:
    ///   - references: the true number of each example, finite.
    ///   - predictions: the predicted one of each, finite. They are not clipped.
    /// - Precondition: as many predictions as references.
    public init(references: [Double], predictions: [Double]) {
        precondition(
            references.count == predictions.count,
            "Regression: \(references.count) references, \(predictions.count) predictions")
        self.references = references
        self.predictions = predictions
        referenceTies = Ties(references)
        predictionTies = Ties(predictions)
    }

    /// The number of examples.
    public var count: Int { references.count }

    /// The measures, in the order of their values.
    public var names: [String] { ["pearson", "spearman"] }

    /// The values where example i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        return [
            pearsonCorrelation(references, predictions, weights: weights),
            pearsonCorrelation(
                referenceTies.ranks(weights: weights), predictionTies.ranks(weights: weights),
                weights: weights),
        ]
    }
}

/// Pearson's correlation of `x` and `y`, whose pair i counts `weights[i]` times: centred products
/// in fp64, in the order given, clipped to [−1, 1].
func pearsonCorrelation(_ x: [Double], _ y: [Double], weights: [UInt32]) -> Double? {
    var (total, sumX, sumY) = (0.0, 0.0, 0.0)
    var (lowX, highX) = (Double.infinity, -Double.infinity)
    var (lowY, highY) = (lowX, highX)
    for index in weights.indices where weights[index] > 0 {
        let weight = Double(weights[index])
        total += weight
        sumX += weight * x[index]
        sumY += weight * y[index]
        (lowX, highX) = (min(lowX, x[index]), max(highX, x[index]))
        (lowY, highY) = (min(lowY, y[index]), max(highY, y[index]))
    }
    guard total >= 2, lowX < highX, lowY < highY else { return nil }
    let (meanX, meanY) = (sumX / total, sumY / total)
    // Deviations as shares of the widest, so that no square leaves the range of numbers.
    let scaleX = max(highX - meanX, meanX - lowX)
    let scaleY = max(highY - meanY, meanY - lowY)
    guard scaleX > 0, scaleY > 0, scaleX.isFinite, scaleY.isFinite else { return nil }
    var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
    for index in weights.indices where weights[index] > 0 {
        let weight = Double(weights[index])
        let dx = (x[index] - meanX) / scaleX
        let dy = (y[index] - meanY) / scaleY
        products += weight * dx * dy
        squaresX += weight * dx * dx
        squaresY += weight * dy * dy
    }
    return max(-1, min(1, products / (squaresX.squareRoot() * squaresY.squareRoot())))
}

/// Numbers in ascending order with those that are equal together, which share the mean of their
/// ranks.
struct Ties: Sendable {
    /// Places of the numbers, ascending by number.
    private let order: [Int32]
    /// Where in `order` each group of equal numbers ends.
    private let ends: [Int32]

    init(_ numbers: [Double]) {
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        ends = order.indices
            .filter { $0 + 1 == order.count || numbers[order[$0]] != numbers[order[$0 + 1]] }
            .map { Int32($0 + 1) }
        self.order = order.map { Int32($0) }
    }

    /// The ranks, from 1, of numbers that occur `weights[i]` times.
    func ranks(weights: [UInt32]) -> [Double] {
        var ranks = [Double](repeating: 0, count: order.count)
        var before = 0
        var start = 0
        for end in ends {
            let group = start..<Int(end)
            var size = 0
            for place in group { size += Int(weights[Int(order[place])]) }
            let rank = Double(before) + Double(size + 1) / 2
            for place in group { ranks[Int(order[place])] = rank }
            before += size
            start = Int(end)
        }
        return ranks
    }
}
