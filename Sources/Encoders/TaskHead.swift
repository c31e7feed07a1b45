/// What a model for a task answers: its head's kind and the names of its outputs.
public struct TaskHead: Sendable, Equatable {
    /// The tasks there are heads for.
    public enum Kind: String, Sendable, CaseIterable {
        /// A text or a pair of texts is classified or scored.
        case sequence
        /// Every word gets a tag.
        case tokens
        /// An answer begins at one token of a text and ends at another.
        case answers
        /// One of several choices fits.
        case choice
        /// No head: the pooled states of a text are its vector.
        case vectors
    }

    /// What the outputs of a head for sequences are trained to be.
    public enum Objective: String, Sendable, CaseIterable {
        /// One class of several.
        case oneLabel = "single_label_classification"
        /// Any number of classes at once.
        case manyLabels = "multi_label_classification"
        /// A number.
        case regression
    }

    /// How the state of a sequence is made of its tokens' states.
    public enum Pooling: String, Sendable, CaseIterable {
        /// The first token's.
        case cls
        /// The mean over all tokens, special ones included.
        case mean
    }

    /// The task.
    public var kind: Kind
    /// Names of the outputs, in the order of the classifier's rows. A head for choices or scores
    /// has one output, one for answers two, whose names say nothing.
    public var labels: [String]
    /// What the outputs of a head for sequences are.
    public var objective: Objective
    /// How sequences are pooled; of no meaning for heads on single tokens.
    public var pooling: Pooling
    /// The probability of dropping a number before the classifier in training.
    public var dropout: Double

    /// A head with outputs of these names.
    public init(
        _ kind: Kind, labels: [String], objective: Objective = .oneLabel, pooling: Pooling = .cls,
        dropout: Double = 0
    ) {
        (self.kind, self.labels, self.objective) = (kind, labels, objective)
        (self.pooling, self.dropout) = (pooling, dropout)
    }

    /// Names of outputs that have none, as transformers has them: `LABEL_0`, `LABEL_1`.
    public static func placeholders(_ count: Int) -> [String] {
        (0..<count).map { "LABEL_\($0)" }
    }

    /// A head that says where answers begin and end.
    public static var answers: TaskHead { TaskHead(.answers, labels: placeholders(2)) }

    /// No head: a text's vector is made of its states.
    public static func vectors(pooling: Pooling) -> TaskHead {
        TaskHead(.vectors, labels: [], pooling: pooling)
    }

    /// A head that scores choices.
    public static func choice(pooling: Pooling) -> TaskHead {
        TaskHead(.choice, labels: placeholders(1), pooling: pooling)
    }
}
