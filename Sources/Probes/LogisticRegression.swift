import TensorCore

/// Classes from features by logistic regression with a penalty on squares of weights, as
/// scikit-learn's `LogisticRegression` with its solver `lbfgs`: softmax over more than two classes,
/// one row of weights for two.
///
/// The same path to the minimum is taken, in double precision from weights of 0, so that also
/// weights at which it stops early are scikit-learn's up to rounding.
public struct LogisticRegression: Sendable {
    /// How it learns; the defaults are scikit-learn's.
    public struct Settings: Equatable, Sendable {
        /// C: the larger, the weaker is the penalty ‖W‖² / (2 C n) beside the mean loss.
        public var c = 1.0
        /// Learning stops where no entry of the gradient is larger.
        public var tolerance = 1e-4
        /// The most iterations.
        public var iterations = 100

        /// The defaults.
        public init() {}
    }

    /// The classes that the examples have, ascending.
    public let classes: [Int]
    /// The number of features.
    public let width: Int
    /// The iterations that learning took.
    public let iterations: Int
    /// Why learning ended.
    public let ending: SearchEnding
    /// The loss at the end, with the penalty.
    public let loss: Double
    /// `[width + 1, classes]`, one column for two classes; the intercepts are the last row.
    private let w: Matrix<Double>
    private let parallel: Parallel

    /// Learns from examples.
    ///
    /// - Parameters:
    ///   - rows: the examples' features, at least one example.
    ///   - labels: the class of each, any numbers.
    /// - Precondition: as many labels as examples.
    public init<Rows: FeatureRows>(
        learning rows: Rows, labels: [Int], settings: Settings = Settings(), parallel: Parallel
    ) {
        precondition(
            rows.count == labels.count && rows.count > 0,
            "LogisticRegression: \(rows.count) examples, \(labels.count) labels")
        precondition(
            settings.c > 0 && settings.tolerance >= 0 && settings.iterations >= 0,
            "LogisticRegression: \(settings)")
        classes = Set(labels).sorted()
        width = rows.width
        self.parallel = parallel
        let places = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
        let loss = LogisticLoss(
            rows: rows, places: labels.map { places[$0] ?? 0 }, classes: classes.count,
            c: settings.c, parallel: parallel)
        let search = MinimumSearch(
            gradientTolerance: settings.tolerance, iterations: settings.iterations)
        let result = search.minimum(from: Array(repeating: 0, count: loss.count)) {
            loss.value(at: $0, gradient: &$1)
        }
        w = Matrix(rows: width + 1, columns: loss.columns, elements: result.x)
        (iterations, ending, self.loss) = (result.iterations, result.ending, result.value)
    }

    /// The weights, `[classes][width]`; for two classes one row, the second's.
    public var weights: [[Double]] {
        (0..<w.columns).map { column in (0..<width).map { w[$0, column] } }
    }

    /// The intercepts, `[classes]`; for two classes one, the second's.
    public var intercepts: [Double] {
        (0..<w.columns).map { w[width, $0] }
    }

    /// The class of each example: the first of those with the highest score, for two classes the
    /// second where its score is above 0.
    public func labels(of rows: some FeatureRows) -> [Int] {
        let z = scores(of: rows)
        return (0..<rows.count).map { row in
            if classes.count == 2 { return classes[z[row, 0] > 0 ? 1 : 0] }
            var best = 0
            for column in 1..<w.columns where z[row, column] > z[row, best] { best = column }
            return classes[best]
        }
    }

    /// The probability of each class, in the order of `classes`: `[examples][classes]`.
    public func probabilities(of rows: some FeatureRows) -> [[Double]] {
        let z = scores(of: rows)
        return (0..<rows.count).map { row in
            if classes.count == 2 {
                let second = sigmoid(z[row, 0])
                return [1 - second, second]
            }
            var scores = (0..<w.columns).map { z[row, $0] }
            var span = scores.mutableSpan
            _ = softmax(&span, in: 0..<w.columns)
            return scores
        }
    }

    private func scores(of rows: some FeatureRows) -> Matrix<Double> {
        precondition(
            rows.width == width, "LogisticRegression: \(rows.width) and \(width) features")
        let z = Matrix<Double>(rows: rows.count, columns: w.columns)
        parallel.forEachSlab(of: 256, in: rows.count) { slab in
            rows.multiply(by: w, to: z, rows: slab)
        }
        return z
    }
}
