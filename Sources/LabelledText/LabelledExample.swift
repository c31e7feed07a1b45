/// One example of a labelled set, with the place it was read from.
public struct LabelledExample<Content: Sendable & Equatable>: Sendable, Equatable {
    /// What the file calls it; where it has no name of its own, its number among the examples of
    /// the file, from 0.
    public let id: String
    /// Where it begins: the file and the line, or the file and the key.
    public let location: String
    /// What it says.
    public let content: Content

    /// An example that stands at `location`.
    public init(id: String, location: String, content: Content) {
        (self.id, self.location, self.content) = (id, location, content)
    }
}

/// A text, or two, that is classified or scored.
public struct ClassifiedText: Sendable, Equatable {
    /// The text, or the first of the two.
    public var text: String
    /// The second text of a pair.
    public var pair: String?
    /// What is to be learned; nil where the file withholds it.
    public var label: TextLabel?

    /// A text with its label.
    public init(text: String, pair: String? = nil, label: TextLabel?) {
        (self.text, self.pair, self.label) = (text, pair, label)
    }
}

/// The label of a text.
public enum TextLabel: Sendable, Equatable {
    /// A class, by its name. Never a number: the order of classes is a matter of a model's folder.
    case name(String)
    /// Any number of classes at once, each once, in the order of the file.
    case names([String])
    /// A score, finite.
    case score(Double)
}

/// A sentence whose words have tags.
public struct TaggedWords: Sendable, Equatable {
    /// The words, in order.
    public var words: [String]
    /// A tag for each word; nil where the file withholds them.
    public var tags: [String]?
    /// For each word, whether a space stands before it in the text; nil where the file does not
    /// say.
    public var spaces: [Bool]?

    /// Words with tags, of which there are as many.
    public init(words: [String], tags: [String]?, spaces: [Bool]? = nil) {
        (self.words, self.tags, self.spaces) = (words, tags, spaces)
    }
}

/// A question about a text that may contain its answer.
public struct AnsweredQuestion: Sendable, Equatable {
    /// An answer, and where in the context it stands.
    public struct Answer: Sendable, Equatable {
        /// The words of the answer.
        public var text: String
        /// Where they stand, in code points (Unicode scalars) of the context; nil where they stand
        /// nowhere, and can be compared with but not learned from.
        public var range: Range<Int>?

        /// An answer at a place.
        public init(text: String, range: Range<Int>?) { (self.text, self.range) = (text, range) }
    }

    /// The text that is asked about.
    public var context: String
    /// The question.
    public var question: String
    /// The answers that are right. None where there is no answer, or the file withholds them.
    public var answers: [Answer]
    /// Whether the file says that the context has no answer.
    public var isImpossible: Bool

    /// A question with its answers.
    public init(context: String, question: String, answers: [Answer], isImpossible: Bool = false) {
        (self.context, self.question) = (context, question)
        (self.answers, self.isImpossible) = (answers, isImpossible)
    }
}

/// Several choices, one of which is right.
public struct ChosenAnswer: Sendable, Equatable {
    /// What the choices continue or explain.
    public var premise: String
    /// What is asked about it, such as `cause`.
    public var question: String?
    /// The choices, in the order of the file.
    public var choices: [String]
    /// The place of the right one in `choices`; nil where the file withholds it.
    public var choice: Int?

    /// Choices, of which the one at `choice` is right.
    public init(premise: String, question: String?, choices: [String], choice: Int?) {
        (self.premise, self.question) = (premise, question)
        (self.choices, self.choice) = (choices, choice)
    }
}
