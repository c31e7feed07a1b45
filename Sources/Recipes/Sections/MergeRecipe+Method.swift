import Formats
import Merging

extension MergeRecipe {
    /// Names of the methods.
    private enum MethodName: String, CaseIterable {
        case ties, average, ema

        /// Keys that only this method has.
        var ownKeys: [String] {
            switch self {
            case .ties: tiesKeys.flatMap(\.names)
            case .average: []
            case .ema: decay.names
            }
        }
    }

    /// `method`, and the keys that only one method has.
    static var method: Key<MergeRecipe> {
        Key(
            names: ["method"] + MethodName.allCases.flatMap(\.ownKeys),
            read: { merge, fields, _ in
                try fields.value.require(
                    !merge.inputs.isEmpty, expected: "variants in the last phase to merge",
                    found: "none", remedy: "Give the last phase variants, or remove merge.")
                let name: MethodName = try fields.required(
                    "method", remedy: "Write ties, average or ema."
                ).read(as: .choice)
                for other in MethodName.allCases where other != name {
                    for key in other.ownKeys {
                        try fields[key]?.refuse(
                            expected: "no \(key) with method \(name.rawValue)",
                            remedy: "Remove it, or write method: \(other.rawValue).")
                    }
                }
                merge.configuration.method = try method(name, fields)
            },
            write: { merge in
                switch merge.configuration.method {
                case .average: .member("method", MethodName.average)
                case .exponentialAverage(let value):
                    .member("method", MethodName.ema) + decay.write(value)
                case .ties(let ties):
                    .member("method", MethodName.ties) + tiesKeys.flatMap { $0.write(ties) }
                }
            })
    }

    private static func method(_ name: MethodName, _ fields: RecipeFields) throws -> MergeMethod {
        switch name {
        case .average: return .average
        case .ema:
            var value = 0.5
            try decay.read(&value, fields, true)
            return .exponentialAverage(decay: value)
        case .ties:
            var ties = TIESConfiguration()
            for key in tiesKeys { try key.read(&ties, fields, true) }
            return .ties(ties)
        }
    }
}

private var decay: Key<Double> {
    Key(
        "decay", \.self,
        .ratio(remedy: "Write an input's weight relative to the next one's, such as 0.5."))
}

@KeyList<TIESConfiguration>
private var tiesKeys: [Key<TIESConfiguration>] {
    Key(
        "density", \.density,
        .ratio(remedy: "Write the share of each difference to keep, such as 0.2."))
    Key("lambda", \.lambda, .positive(remedy: "1 adds the whole merged difference."))
    Key("scope", \.scope, .choice)
}
