import Diagnostics

extension MergeRecipe {
    /// Keys of `merge`.
    enum Key: String, CaseIterable {
        case method, density, lambda, scope, decay, inputs
    }

    /// A merge of the named variants, or of some of them.
    init(_ value: RecipeValue, variants: [String]) throws {
        let fields = try value.fields(Key.self, of: "a merge")
        guard !variants.isEmpty else {
            throw value.error(
                expected: "variants in the last phase to merge", found: "none",
                remedy: "Give the last phase variants, or remove merge.")
        }
        method = try fields.required(.method, remedy: "Write ties, average or ema.").choice()
        density =
            try fields[.density]?.number(
                expected: "a ratio above 0 and at most 1",
                remedy: "Write the share of each difference to keep, such as 0.2."
            ) { $0 > 0 && $0 <= 1 } ?? 0.2
        lambda =
            try fields[.lambda]?.number(
                expected: "a number above 0", remedy: "1 adds the whole merged difference."
            ) { $0 > 0 } ?? 1
        scope = try fields[.scope]?.choice() ?? .tensor
        decay =
            try fields[.decay]?.number(
                expected: "a ratio above 0 and at most 1",
                remedy: "Write an input's weight relative to the next one's, such as 0.5."
            ) { $0 > 0 && $0 <= 1 } ?? 0.5
        inputs =
            try fields[.inputs]?.list(of: "variants").map { input in
                guard let name = input.text, variants.contains(name) else {
                    throw input.error(
                        expected: "a variant, one of \(variants.joined(separator: ", "))",
                        remedy: input.suggest(variants))
                }
                return name
            } ?? variants
        guard let list = fields[.inputs], inputs.isEmpty || Set(inputs).count < inputs.count else {
            return
        }
        throw list.error(
            expected: "every variant at most once, and at least one", found: "\(inputs)",
            remedy: "Leave inputs out to merge all variants.")
    }
}
