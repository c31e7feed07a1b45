import Encoders

/// What comes behind the encoder in a model folder.
public enum ModelHead: Sendable, Equatable {
    /// Nothing.
    case none
    /// The head that predicts masked tokens.
    case maskedLM
    /// A head for a task.
    case task(TaskHead)

    /// The head for a task, if it is one.
    public var task: TaskHead? {
        if case .task(let task) = self { task } else { nil }
    }
}

extension TaskHead.Kind {
    /// In words, for messages: `a head that classifies texts`.
    public var description: String {
        switch self {
        case .sequence: "a head that classifies texts"
        case .tokens: "a head that tags words"
        case .answers: "a head that finds answers"
        case .choice: "a head that chooses"
        case .vectors: "no head but vectors"
        }
    }
}
