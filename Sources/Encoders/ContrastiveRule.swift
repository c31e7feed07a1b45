/// What vectors of texts are trained to be.
public struct ContrastiveRule: Sendable, Equatable {
    /// The losses there are.
    public enum Loss: String, Sendable, CaseIterable {
        /// Each anchor is to find its positive among all positives and negatives of its batch.
        ///
        /// Source: van den Oord et al. (2018), as `MultipleNegativesRankingLoss` of
        /// sentence-transformers.
        case inBatch = "in-batch"
        /// Of two pairs, that with the higher score is to have the higher cosine.
        ///
        /// Source: Su (2022), as `CoSENTLoss` of sentence-transformers.
        case coSENT = "cosent"
    }

    /// The loss.
    public var loss = Loss.inBatch
    /// What cosines are multiplied by: 1 / temperature.
    public var scale = 20.0
    /// Whether each positive is to find its anchor, too.
    public var isSymmetric = false
    /// Whether a candidate with the words of the positive does not count as another.
    public var masksDuplicates = false
    /// The losses of the first so many numbers of each vector are added up (Kusupati et al.,
    /// "Matryoshka representation learning", 2022); empty for that of the whole vector.
    public var dimensions: [Int] = []

    /// The usual loss.
    public init() {}
}
