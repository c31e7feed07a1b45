/// One microbatch: whole sequences one after another, without padding.
///
/// The contract between the data stream, which fills it, and the encoder, which reads it. Tokens
/// are the rows of every matrix in the encoder; a token attends only inside its own sequence.
public struct PackedBatch: Sendable, Equatable {
    /// The label of a token that is not scored, as in PyTorch's cross entropy.
    public static let ignoredLabel: Int32 = -100

    /// Token ids as the encoder sees them, after masking: `[tokens]`.
    public var tokenIDs: [Int32]
    /// The id to predict at each token, or `ignoredLabel`: `[tokens]`.
    public var labels: [Int32]
    /// The type of each token, 1 in the second text of a pair of BERT: `[tokens]`; empty where all
    /// are 0.
    public var tokenTypes: [Int32] = []
    /// Where sequences start, and the end: `[sequences + 1]`, first 0, last the token count.
    public var cumulativeSequenceLengths: [Int32]
    /// The source (index of a language in the phase's mixture) of each sequence: `[sequences]`.
    public var sequenceSources: [Int32]

    /// A batch of the given sequences.
    ///
    /// - Precondition: the arrays' lengths agree, and the starts rise from 0 to the token count.
    public init(
        tokenIDs: [Int32], labels: [Int32], cumulativeSequenceLengths: [Int32],
        sequenceSources: [Int32]
    ) {
        precondition(
            labels.count == tokenIDs.count,
            "PackedBatch: \(labels.count) labels for \(tokenIDs.count) tokens")
        precondition(
            cumulativeSequenceLengths.count == sequenceSources.count + 1,
            """
            PackedBatch: \(cumulativeSequenceLengths.count) sequence bounds for \
            \(sequenceSources.count) sequences
            """)
        precondition(
            cumulativeSequenceLengths.first == 0
                && cumulativeSequenceLengths.last == Int32(tokenIDs.count)
                && zip(cumulativeSequenceLengths, cumulativeSequenceLengths.dropFirst())
                    .allSatisfy { $0 < $1 },
            "PackedBatch: sequence bounds must rise from 0 to \(tokenIDs.count)")
        self.tokenIDs = tokenIDs
        self.labels = labels
        self.cumulativeSequenceLengths = cumulativeSequenceLengths
        self.sequenceSources = sequenceSources
    }

    /// Number of tokens: the rows of every activation.
    public var tokenCount: Int { tokenIDs.count }

    /// Number of sequences.
    public var sequenceCount: Int { sequenceSources.count }

    /// Rows whose label is scored, in rising order.
    public var scoredRows: [Int32] {
        labels.indices.lazy
            .filter { labels[$0] != Self.ignoredLabel }
            .map { Int32($0) }
    }

    /// Token rows of sequence `index`.
    public func rows(ofSequence index: Int) -> Range<Int> {
        Int(cumulativeSequenceLengths[index])..<Int(cumulativeSequenceLengths[index + 1])
    }
}
