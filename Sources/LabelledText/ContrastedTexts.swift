/// A text with one that belongs to it, and perhaps some that do not.
public struct ContrastedTexts: Sendable, Equatable {
    /// The text, such as a query.
    public var anchor: String
    /// The text that belongs to it, such as a document that answers it.
    public var positive: String
    /// Texts that do not.
    public var negatives: [String]
    /// How near anchor and positive are; nil where they simply belong together.
    public var score: Double?

    /// A pair with its negatives or its score.
    public init(anchor: String, positive: String, negatives: [String] = [], score: Double? = nil) {
        (self.anchor, self.positive) = (anchor, positive)
        (self.negatives, self.score) = (negatives, score)
    }

    /// All texts, the anchor first.
    public var texts: [String] { [anchor, positive] + negatives }
}

extension TextFieldNames {
    /// The names of texts that belong together that are in use; `label` is that of their score.
    public static let contrasts = TextFieldNames(
        text: ["anchor", "query", "question", "sentence1", "text_a"],
        pair: ["positive", "pos", "answer", "document", "passage", "sentence2", "text_b"],
        label: ["score"])
}

extension ReadingCounts {
    mutating func add(_ content: ContrastedTexts) {
        examples += 1
        if content.texts.contains(where: \.isBlank) { emptyTexts += 1 }
    }
}
