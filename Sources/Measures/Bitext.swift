/// For each sentence the translation that was chosen among all: accuracy as in Tatoeba, and MTEB's
/// weighted F1 over the numbers of sentences.
public struct Bitext: Evaluation {
    private let classes: Classification

    /// - Parameters:
    ///   - references: the right translation's id for each sentence.
    ///   - predictions: the id that was chosen.
    /// - Precondition: as many predictions as references.
    public init(references: [String], predictions: [String]) {
        classes = Classification(references: references, predictions: predictions)
    }

    /// The number of sentences.
    public var count: Int { classes.count }

    /// The measures, in the order of their values.
    public var names: [String] { ["accuracy", "f1_weighted"] }

    /// The values where sentence i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        let values = classes.values(weights: weights)
        return names.map { name in classes.names.firstIndex(of: name).flatMap { values[$0] } }
    }
}
