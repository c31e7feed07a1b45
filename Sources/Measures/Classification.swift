/// One label for each example: accuracy, F1 and Matthews' correlation, as scikit-learn's
/// `accuracy_score`, `f1_score` and `matthews_corrcoef`.
public struct Classification: Evaluation {
    /// What is known of a class.
    public struct ClassCounts: Equatable, Sendable {
        /// The class.
        public let label: String
        /// The number of examples of this class by the references.
        public let references: Int
        /// The number of examples of this class by the predictions.
        public let predictions: Int
        /// The number of examples of this class by both.
        public let correct: Int

        /// correct / predictions, 0 where nothing is predicted.
        public var precision: Double { ratio(Double(correct), Double(predictions)) }
        /// correct / references, 0 where there are none.
        public var recall: Double { ratio(Double(correct), Double(references)) }
        /// 2 · correct / (references + predictions), 0 where nothing is correct.
        public var f1: Double { ratio(2 * Double(correct), Double(references + predictions)) }
    }

    private let references: [Int32]
    private let predictions: [Int32]
    private let labels: [String]
    /// The number of the class that F1 is of; nil where there is no such number to report.
    private let positive: Int?
    private let reportsBinaryF1: Bool

    /// - Parameters:
    ///   - references: the true label of each example.
    ///   - predictions: the predicted one of each.
    ///   - positive: the class that binary F1 is of; without one there is no `f1`.
    /// - Precondition: as many predictions as references.
    public init(references: [String], predictions: [String], positive: String? = nil) {
        precondition(
            references.count == predictions.count,
            "Classification: \(references.count) references, \(predictions.count) predictions")
        var numbers = LabelNumbers()
        self.references = references.map { Int32(numbers.number(of: $0)) }
        self.predictions = predictions.map { Int32(numbers.number(of: $0)) }
        self.positive = positive.flatMap { numbers.existing($0) }
        reportsBinaryF1 = positive != nil
        labels = numbers.labels
    }

    /// The number of examples.
    public var count: Int { references.count }

    /// The measures, in the order of their values.
    public var names: [String] {
        ["accuracy"] + (reportsBinaryF1 ? ["f1"] : [])
            + ["f1_macro", "f1_weighted", "f1_micro", "matthews_correlation"]
    }

    /// The classes that occur, in the order of their labels' bytes.
    public var classes: [ClassCounts] {
        let counts = Counts(self, weights: Array(repeating: 1, count: count))
        return labels.indices
            .sorted { labels[$0].utf8.lexicographicallyPrecedes(labels[$1].utf8) }
            .map {
                ClassCounts(
                    label: labels[$0], references: counts.references[$0],
                    predictions: counts.predictions[$0], correct: counts.correct[$0])
            }
    }

    /// The values where example i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        let counts = Counts(self, weights: weights)
        guard counts.total > 0 else { return names.map { _ in nil } }
        let accuracy = Double(counts.allCorrect) / Double(counts.total)
        var values: [Double?] = [accuracy]
        if reportsBinaryF1 { values.append(positive.map(counts.f1) ?? 0) }
        // Every example has one label, so the sums over all classes that micro F1 is made of are
        // those of accuracy.
        values += [counts.macroF1, counts.weightedF1, accuracy, counts.matthewsCorrelation]
        return values
    }

    /// Counts of every class, by the weights of examples.
    private struct Counts {
        var references: [Int]
        var predictions: [Int]
        var correct: [Int]
        var total = 0
        var allCorrect = 0

        init(_ examples: Classification, weights: [UInt32]) {
            references = Array(repeating: 0, count: examples.labels.count)
            (predictions, correct) = (references, references)
            for index in weights.indices {
                let weight = Int(weights[index])
                let reference = Int(examples.references[index])
                let prediction = Int(examples.predictions[index])
                total += weight
                references[reference] += weight
                predictions[prediction] += weight
                if reference == prediction { correct[reference] += weight }
            }
            allCorrect = correct.reduce(0, +)
        }

        func f1(of number: Int) -> Double {
            ratio(2 * Double(correct[number]), Double(references[number] + predictions[number]))
        }

        /// The mean over the classes that occur.
        var macroF1: Double {
            var sum = 0.0
            var classes = 0
            for number in correct.indices where references[number] + predictions[number] > 0 {
                sum += f1(of: number)
                classes += 1
            }
            return ratio(sum, Double(classes))
        }

        /// The mean over the classes by their share of the references.
        var weightedF1: Double {
            var sum = 0.0
            for number in correct.indices { sum += Double(references[number]) * f1(of: number) }
            return sum / Double(total)
        }

        /// With s examples, c correct ones, and t and p references and predictions of class k:
        /// (c·s − Σ p·t) / √((s² − Σ p²)(s² − Σ t²)), 0 where the root is 0 (Gorodkin, 2004).
        var matthewsCorrelation: Double {
            var (products, ofPredictions, ofReferences) = (0.0, 0.0, 0.0)
            for number in correct.indices {
                let (t, p) = (Double(references[number]), Double(predictions[number]))
                products += t * p
                ofPredictions += p * p
                ofReferences += t * t
            }
            let s = Double(total)
            let root = ((s * s - ofPredictions) * (s * s - ofReferences)).squareRoot()
            return ratio(Double(allCorrect) * s - products, root)
        }
    }
}
