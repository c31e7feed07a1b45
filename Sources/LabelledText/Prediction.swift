/// What a model says of an example.
public enum Prediction: Sendable, Equatable {
    /// A class; and the scores of all, in the order of the model's, if they are known.
    case label(String, scores: [NamedScore] = [])
    /// Any number of classes; and the scores of all, in the order of the model's.
    case labels([String], scores: [NamedScore] = [])
    /// A score of a text or a pair.
    case score(Double)
    /// A tag for each word; and how sure each is, if that is known.
    case tags([String], scores: [Double] = [])
    /// An answer to a question.
    case answer(PredictedAnswer)
    /// The place of a choice, from 0; and the scores of all, if they are known.
    case choice(Int, scores: [Double] = [])

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .label: "a label"
        case .labels: "several labels"
        case .score: "a score"
        case .tags: "tags"
        case .answer: "an answer"
        case .choice: "a choice"
        }
    }
}

/// The score of a class.
public struct NamedScore: Sendable, Equatable {
    /// The class.
    public var name: String
    /// Its score, such as its probability.
    public var score: Double

    /// A score of a class.
    public init(_ name: String, _ score: Double) { (self.name, self.score) = (name, score) }
}

/// An answer that a model found in a context.
public struct PredictedAnswer: Sendable, Equatable {
    /// Its words; empty for no answer.
    public var text: String
    /// Where they stand in the context, in code points; nil for no answer.
    public var range: Range<Int>?
    /// The score of the best answer, with or without words.
    public var score: Double
    /// The score of there being no answer; nil where there is one to every question.
    public var noAnswerScore: Double?

    /// An answer with its scores.
    public init(text: String, range: Range<Int>?, score: Double, noAnswerScore: Double? = nil) {
        (self.text, self.range) = (text, range)
        (self.score, self.noAnswerScore) = (score, noAnswerScore)
    }
}
