import Diagnostics
import Merging

extension MergeRecipe {
    /// Keys of `merge`.
    enum Key: String, CaseIterable {
        case method, density, lambda, scope, decay, weights, embeddings, inputs, checkpoints
    }

    /// Names of the methods.
    enum MethodName: String, CaseIterable {
        case ties, average, ema

        /// Keys that only this method has.
        var ownKeys: [Key] {
            switch self {
            case .ties: [.density, .lambda, .scope]
            case .average: []
            case .ema: [.decay]
            }
        }
    }

    /// A merge of the named variants, or of some of them.
    init(_ value: RecipeValue, variants: [String]) throws {
        let fields = try value.fields(Key.self, of: "a merge")
        guard !variants.isEmpty else {
            throw value.error(
                expected: "variants in the last phase to merge", found: "none",
                remedy: "Give the last phase variants, or remove merge.")
        }
        let name: MethodName = try fields.required(.method, remedy: "Write ties, average or ema.")
            .choice()
        for other in MethodName.allCases where other != name {
            guard let key = other.ownKeys.first(where: { fields[$0] != nil }) else { continue }
            throw (fields[key] ?? value).error(
                expected: "no \(key.rawValue) with method \(name.rawValue)",
                remedy: "Remove it, or write method: \(other.rawValue).")
        }
        inputs = try Self.inputs(fields[.inputs], variants: variants)
        checkpoints = try fields[.checkpoints]?.count(of: "checkpoints") ?? 1
        if checkpoints > 1, inputs.count > 1, let value = fields[.checkpoints] {
            throw value.error(
                expected: "1 checkpoint of each of \(inputs.count) inputs",
                remedy: "Name one variant in inputs to average its last checkpoints.")
        }
        configuration = MergeConfiguration(
            method: try Self.method(name, fields),
            weights: try Self.weights(fields[.weights], models: max(inputs.count, checkpoints)),
            includesEmbeddings: try fields[.embeddings]?.boolean() ?? true)
    }

    private static func method(
        _ name: MethodName, _ fields: RecipeFields<Key>
    ) throws -> MergeMethod {
        switch name {
        case .average: return .average
        case .ema:
            let decay = try fields[.decay]?.number(
                expected: "a ratio above 0 and at most 1",
                remedy: "Write an input's weight relative to the next one's, such as 0.5."
            ) { $0 > 0 && $0 <= 1 }
            return .exponentialAverage(decay: decay ?? 0.5)
        case .ties:
            var ties = TIESConfiguration()
            if let value = fields[.density] {
                ties.density = try value.number(
                    expected: "a ratio above 0 and at most 1",
                    remedy: "Write the share of each difference to keep, such as 0.2."
                ) { $0 > 0 && $0 <= 1 }
            }
            if let value = fields[.lambda] {
                ties.lambda = try value.number(
                    expected: "a number above 0", remedy: "1 adds the whole merged difference."
                ) { $0 > 0 }
            }
            if let value = fields[.scope] { ties.scope = try value.choice() }
            return .ties(ties)
        }
    }

    private static func inputs(_ value: RecipeValue?, variants: [String]) throws -> [String] {
        guard let value else { return variants }
        let inputs = try value.list(of: "variants").map { input in
            guard let name = input.text, variants.contains(name) else {
                throw input.error(
                    expected: "a variant, one of \(variants.joined(separator: ", "))",
                    remedy: input.suggest(variants))
            }
            return name
        }
        guard !inputs.isEmpty, Set(inputs).count == inputs.count else {
            throw value.error(
                expected: "at least one variant, and each at most once",
                found: inputs.isEmpty ? "none" : inputs.joined(separator: ", "),
                remedy: "Leave inputs out to merge all variants.")
        }
        return inputs
    }

    private static func weights(_ value: RecipeValue?, models: Int) throws -> [Double] {
        guard let value else { return [] }
        let weights = try value.list(of: "weights").map { weight in
            try weight.number(expected: "a weight above 0", remedy: "1 is the usual one.") {
                $0 > 0
            }
        }
        guard weights.isEmpty || weights.count == models else {
            throw value.error(
                expected: "a weight for each of the \(models) models",
                remedy: "Write as many weights as inputs or checkpoints, or leave them out.")
        }
        return weights
    }
}
