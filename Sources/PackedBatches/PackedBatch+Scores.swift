extension PackedBatch {
    /// Number of tokens whose label is scored.
    public var scoredTokenCount: Int {
        var count = 0
        for label in labels where label != Self.ignoredLabel {
            count += 1
        }
        return count
    }

    /// The source of each scored row, in the order of `scoredRows`: which language a row's loss
    /// belongs to.
    public var scoredRowSources: [Int32] {
        var sources: [Int32] = []
        for index in sequenceSources.indices {
            for row in rows(ofSequence: index) where labels[row] != Self.ignoredLabel {
                sources.append(sequenceSources[index])
            }
        }
        return sources
    }
}
