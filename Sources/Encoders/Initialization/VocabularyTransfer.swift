/// How a model takes over the rows of a token table whose pieces are others.
public enum VocabularyTransfer: String, Sendable, CaseIterable {
    /// Row for row by its id, whatever the pieces are.
    case byID = "by-id"
    /// The rows of pieces that both have; the others begin at random.
    case sharedPieces = "shared-pieces"
    /// The rows of pieces that both have; the others begin as the mean of the old pieces of their
    /// text.
    case meanOfPieces = "mean-of-pieces"
}
