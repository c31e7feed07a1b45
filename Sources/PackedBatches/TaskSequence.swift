/// A sequence that a head for a task reads.
public struct TaskSequence: Sendable, Equatable {
    /// Token ids, special ones included.
    public var ids: [Int32]
    /// For a head that tags words, the tokens it reads, in rising order, counted from the first;
    /// none for other heads, which read the first token or all.
    public var rows: [Int32]
    /// The type of each token, which encoders with a table of them read; none where all are 0.
    public var types: [Int32]

    /// A sequence of at least one token.
    public init(ids: [Int32], rows: [Int32] = [], types: [Int32] = []) {
        (self.ids, self.rows, self.types) = (ids, rows, types)
    }
}

extension PackedBatch {
    /// Sequences one after another.
    public init(_ sequences: [TaskSequence]) {
        self.init(sequences: sequences.map(\.ids))
        if sequences.contains(where: { !$0.types.isEmpty }) {
            tokenTypes = sequences.flatMap { $0.types.isEmpty ? $0.ids.map { _ in 0 } : $0.types }
        }
    }

    /// The rows of this batch that a head for tags reads: those of `sequences`, from which the
    /// batch was made.
    public func rows(of sequences: [TaskSequence]) -> [Int32] {
        zip(sequences, cumulativeSequenceLengths).flatMap { sequence, start in
            sequence.rows.map { $0 + start }
        }
    }
}
