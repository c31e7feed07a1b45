extension PackedBatch {
    /// Sequences one after another.
    ///
    /// - Parameters:
    ///   - sequences: token ids of each, at least one.
    ///   - labels: the id to predict at each token, or `ignoredLabel`; nil if none is scored.
    ///   - sources: the source of each sequence; nil for 0.
    public init(sequences: [[Int32]], labels: [[Int32]]? = nil, sources: [Int32]? = nil) {
        self.init(
            tokenIDs: Array(sequences.joined()), labels: labels.map { Array($0.joined()) },
            lengths: sequences.map(\.count), sources: sources)
    }

    /// Sequences of the given lengths, whose tokens follow one another.
    ///
    /// - Parameters:
    ///   - tokenIDs: `[tokens]`, as many as the lengths add up to.
    ///   - labels: `[tokens]`; nil if none is scored.
    ///   - lengths: `[sequences]`, each at least 1.
    ///   - sources: `[sequences]`; nil for 0.
    public init(
        tokenIDs: [Int32], labels: [Int32]? = nil, lengths: [Int], sources: [Int32]? = nil
    ) {
        var starts: [Int32] = [0]
        starts.reserveCapacity(lengths.count + 1)
        for length in lengths { starts.append(starts[starts.count - 1] + Int32(length)) }
        self.init(
            tokenIDs: tokenIDs,
            labels: labels ?? Array(repeating: Self.ignoredLabel, count: tokenIDs.count),
            cumulativeSequenceLengths: starts,
            sequenceSources: sources ?? Array(repeating: 0, count: lengths.count))
    }
}
