import Diagnostics

extension ModernBERTConfiguration {
    /// Checks that an encoder of this shape exists and that its special tokens are in its
    /// vocabulary.
    ///
    /// - Parameter location: the file or key that the error names.
    /// - Throws: `InputError` as `validateShape` does, and for ids outside the vocabulary.
    public func validate(at location: String) throws {
        try validateShape(at: location)
        let ids = [
            ("pad", padTokenID), ("eos", eosTokenID), ("bos", bosTokenID),
            ("unknown", unknownTokenID), ("mask", maskTokenID), ("cls", clsTokenID),
            ("sep", sepTokenID),
        ]
        for (field, id) in ids {
            try require(
                (0..<vocabularySize).contains(id), location, "\(field) token id",
                "an id below the vocabulary size \(vocabularySize)", id)
        }
    }

    /// Checks that an encoder of this shape exists.
    ///
    /// - Parameter location: the file or key that the error names.
    /// - Throws: `InputError` for sizes below one or unreasonably large, heads that do not divide
    ///   the hidden size or have an odd size, a number of layer types that is not that of the
    ///   layers, bases and shares outside their range.
    public func validateShape(at location: String) throws {
        try validateSizes(at: location)
        for (field, value) in [("global", globalRotaryBase), ("local", localRotaryBase)] {
            try require(
                value > 1, location, "\(field) rotary base", "a number above 1", value)
        }
        try require(normEpsilon > 0, location, "norm epsilon", "a number above 0", normEpsilon)
        try require(
            initializerRange > 0, location, "initializer range", "above 0", initializerRange)
        try require(
            initializerCutoffFactor > 0, location, "initializer cutoff factor", "above 0",
            initializerCutoffFactor)
        try require(
            (0..<1).contains(attentionOutputDropout), location, "attention output dropout",
            "a probability from 0 to below 1", attentionOutputDropout)
    }

    /// The limits keep every count of numbers and every position within 64 and 32 bits.
    private func validateSizes(at location: String) throws {
        let sizes = [
            ("vocabulary size", vocabularySize, 1 << 30), ("hidden size", hiddenSize, 1 << 20),
            ("intermediate size", intermediateSize, 1 << 20), ("layers", layerCount, 1 << 12),
            ("heads", headCount, 1 << 20), ("maximum positions", maximumPositions, 1 << 30),
            ("global attention every n layers", globalAttentionEveryNLayers, 1 << 30),
        ]
        for (field, value, most) in sizes {
            try require(
                (1...most).contains(value), location, field, "a number from 1 to \(most)", value)
        }
        try require(
            hiddenSize % headCount == 0 && headSize % 2 == 0, location, "heads",
            "a number that cuts the hidden size \(hiddenSize) into even parts", headCount)
        try require(
            (0...1 << 30).contains(localAttention), location, "local attention",
            "a width in tokens", localAttention)
        try require(
            layerTypes.map { $0.count == layerCount } ?? true, location, "layer types",
            "one for each of \(layerCount) layers", layerTypes?.count ?? 0)
    }

    private func require(
        _ holds: Bool, _ location: String, _ field: String, _ expected: String,
        _ found: some CustomStringConvertible
    ) throws {
        if holds { return }
        throw InputError(
            at: "\(location): \(field)", expected: expected, found: found.description,
            remedy: "Fix the model's configuration.")
    }
}
