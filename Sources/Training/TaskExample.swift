import PackedBatches

/// What a head is to say of an example.
package enum TaskTarget: Sendable, Equatable {
    /// The class of a text.
    case label(Int32)
    /// The score of a text; or, for several classes at once, 1 for each that holds and 0 elsewhere.
    case numbers([Float])
    /// The tag of every row that is read; `PackedBatch.ignoredLabel` where none is learned.
    case tags([Int32])
    /// The first and last token of an answer, the sequence's first token for none.
    case span(first: Int32, last: Int32)
    /// Which of the sequences is right.
    case choice(Int32)
    /// The first sequence is to be nearer to the second than to any other.
    case nearness
}

/// An example of a task: one sequence, or of a choice several, and what is to be learned.
package struct TaskExample: Sendable, Equatable {
    package var sequences: [TaskSequence]
    package var target: TaskTarget

    package init(_ sequences: [TaskSequence], _ target: TaskTarget) {
        (self.sequences, self.target) = (sequences, target)
    }

    /// Tokens of all sequences.
    package var tokenCount: Int { sequences.reduce(0) { $0 + $1.ids.count } }

    /// How many losses the example has: of tags, one for each that is learned.
    package var lossCount: Int {
        switch target {
        case .tags(let tags): tags.count { $0 != PackedBatch.ignoredLabel }
        default: 1
        }
    }
}
