import Diagnostics

extension ModernBERTConfiguration {
    /// Checks that an encoder of this shape exists.
    ///
    /// - Parameter location: the file or key that the error names.
    /// - Throws: `InputError` for sizes below one, heads that do not divide the hidden size or
    ///   have an odd size, bases and shares outside their range, ids outside the vocabulary.
    public func validate(at location: String) throws {
        func require(_ holds: Bool, _ field: String, _ expected: String, _ found: some Any) throws {
            if holds { return }
            throw InputError(
                at: "\(location): \(field)", expected: expected, found: "\(found)",
                remedy: "Mend the model's configuration.")
        }
        let sizes = [
            ("vocabulary size", vocabularySize), ("hidden size", hiddenSize),
            ("intermediate size", intermediateSize), ("layers", layerCount),
            ("heads", headCount), ("maximum positions", maximumPositions),
            ("global attention every n layers", globalAttentionEveryNLayers),
        ]
        for (field, value) in sizes {
            try require(value >= 1, field, "a number from 1 on", value)
        }
        try require(
            hiddenSize % headCount == 0 && headSize % 2 == 0, "heads",
            "a number that cuts the hidden size \(hiddenSize) into even parts", headCount)
        try require(localAttention >= 0, "local attention", "a width in tokens", localAttention)
        for (field, value) in [("global", globalRotaryBase), ("local", localRotaryBase)] {
            try require(value > 1, "\(field) rotary base", "a number above 1", value)
        }
        try require(normEpsilon > 0, "norm epsilon", "a number above 0", normEpsilon)
        try require(initializerRange > 0, "initializer range", "above 0", initializerRange)
        try require(
            initializerCutoffFactor > 0, "initializer cutoff factor", "above 0",
            initializerCutoffFactor)
        try require(
            (0..<1).contains(attentionOutputDropout), "attention output dropout",
            "a probability from 0 to below 1", attentionOutputDropout)
        let ids = [
            ("pad", padTokenID), ("eos", eosTokenID), ("bos", bosTokenID),
            ("unknown", unknownTokenID), ("mask", maskTokenID), ("cls", clsTokenID),
            ("sep", sepTokenID),
        ]
        for (field, id) in ids {
            try require(
                (0..<vocabularySize).contains(id), "\(field) token id",
                "an id below the vocabulary size \(vocabularySize)", id)
        }
    }
}
