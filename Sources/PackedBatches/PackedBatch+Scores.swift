extension PackedBatch {
    /// Number of tokens whose label is scored.
    public var scoredTokenCount: Int {
        // Without a branch, because no processor predicts which tokens are scored. Labels that are
        // ids are not negative; the ignored label is.
        var ignored: Int32 = 0
        for label in labels { ignored &-= label &>> 31 }
        return labels.count - Int(ignored)
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
