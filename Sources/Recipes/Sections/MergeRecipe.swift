import Merging

/// How the variants of the last phase become one model.
public struct MergeRecipe: Sendable, Equatable {
    /// The formula and its settings.
    public var configuration = MergeConfiguration(method: .average)
    /// Names of variants, in order.
    public var inputs: [String]
    /// How many of the only input's last checkpoints take part, oldest first; 1 with several
    /// inputs.
    public var checkpoints = 1
}

extension MergeRecipe {
    /// A merge of the named variants, or of some of them.
    static func form(variants: [String]) -> Form<MergeRecipe> {
        .section("a merge", new: MergeRecipe(inputs: variants)) {
            method
            Key("weights", \.configuration.weights, weight.list(of: "weights"))
            Key("embeddings", \.configuration.includesEmbeddings, .boolean)
            Key("inputs", \.inputs, .inputs(of: variants))
            Key("checkpoints", \.checkpoints, .count(of: "checkpoints"))
        } check: { merge, fields in
            try merge.requireMatchingCounts(fields)
        }
    }

    private static var weight: Form<Double> {
        .positive("a weight above 0", remedy: "1 is the usual one.")
    }

    /// Checks that several checkpoints are those of one input, and that each model has a weight if
    /// any has.
    private func requireMatchingCounts(_ fields: RecipeFields) throws {
        try fields["checkpoints"]?.require(
            checkpoints == 1 || inputs.count == 1,
            expected: "1 checkpoint of each of \(inputs.count) inputs",
            remedy: "Name one variant in inputs to average its last checkpoints.")
        let (weights, models) = (configuration.weights, max(inputs.count, checkpoints))
        try fields["weights"]?.require(
            weights.isEmpty || weights.count == models,
            expected: "a weight for each of the \(models) models",
            remedy: "Write as many weights as inputs or checkpoints, or leave them out.")
    }
}

extension Form<[String]> {
    /// Names of variants, each at most once.
    fileprivate static func inputs(of variants: [String]) -> Form {
        Form<String>.one(of: variants.map { ($0, $0) }, expected: "a variant, one of")
            .list(of: "variants").checked { inputs, value in
                try value.require(
                    !inputs.isEmpty && Set(inputs).count == inputs.count,
                    expected: "at least one variant, and each at most once",
                    found: inputs.isEmpty ? "none" : inputs.joined(separator: ", "),
                    remedy: "Leave inputs out to merge all variants.")
            }
    }
}
