import Formats
import Yams

/// A key that is swept, with the values as they stand in the recipe.
struct SweptKey {
    let sweep: SuiteRecipe.Sweep
    /// Where the key is, as a path below the task.
    let path: [String]
    let nodes: [Node]
    let value: RecipeValue

    /// The keys of a mapping of key paths to lists of values.
    static func read(_ value: RecipeValue) throws -> [SweptKey] {
        try value.members(of: "keys such as learning_rate.peak").map { key, list in
            let values = try list.list(of: "values")
            let texts = try values.map { value in
                guard let text = value.text else {
                    throw value.error(
                        expected: "a number or a word", remedy: "Name a key further below.")
                }
                return text
            }
            try list.require(
                !texts.isEmpty && Set(texts).count == texts.count,
                expected: "values, at least one and each once",
                remedy: "Write them like [2e-5, 3e-5].")
            return SweptKey(
                sweep: .init(key: key, values: texts),
                path: key.split(separator: ".", omittingEmptySubsequences: false).map(String.init),
                nodes: values.map(\.node), value: list)
        }
    }

    /// Keys and values as they are written.
    static func tree(_ sweep: [SuiteRecipe.Sweep]) -> YAMLTree {
        .mapping(
            sweep.map { one in
                .init(
                    one.key,
                    .list(one.values.map { Quantity.number($0) == nil ? .text($0) : .plain($0) }))
            })
    }

    /// All combinations of a value of each key, the last key's changing fastest.
    static func combinations(_ keys: [SweptKey]) -> [[(key: SweptKey, place: Int)]] {
        keys.reduce([[]]) { combinations, key in
            combinations.flatMap { combination in
                key.nodes.indices.map { combination + [(key, $0)] }
            }
        }
    }
}

extension SuiteTask {
    /// The task `name` that `value` describes, once for each combination of what is swept.
    ///
    /// - Parameters:
    ///   - common: what the suite sweeps; the task's own keys take their place.
    ///   - dataFolder: where relative paths start; nil for the suite's folder.
    init(
        _ name: String, _ value: RecipeValue, sweeping common: [SweptKey], dataFolder: String?
    ) throws {
        var source = value.source
        if let dataFolder { source.folder = dataFolder }
        let value = RecipeValue(node: value.node, path: value.path, source: source)
        let form = Self.form(of: Self.kind(of: value))
        self = try value.read(as: form)
        self.name = name
        recipe.data.nameMeasured()
        guard kind == .finetune else {
            points = [Point(settings: [], recipe: recipe)]
            return
        }
        let own = try source.value(at: value.path + ["sweep"]).map(SweptKey.read) ?? []
        let keys = common.filter { key in !own.contains { $0.path == key.path } } + own
        sweep = keys.map(\.sweep)
        if let first = keys.first {
            try first.value.require(
                !recipe.data.dev.isEmpty || keys.allSatisfy { $0.nodes.count == 1 },
                expected: "data.dev in task \(name), by which the best values are found",
                found: "none", remedy: "Name a development set, or remove the sweep.")
        }
        points = try SweptKey.combinations(keys).map { combination in
            var changed = source
            for (key, place) in combination {
                try changed.put(key.nodes[place], at: value.path + key.path)
            }
            var task = try changed.value(at: value.path)?.read(as: form) ?? self
            task.recipe.data.nameMeasured()
            return Point(
                settings: combination.map { ($0.key.sweep.key, $0.key.sweep.values[$0.place]) },
                recipe: task.recipe)
        }
    }

    /// The kind that a task says that it is, itself or by its preset.
    private static func kind(of value: RecipeValue) -> Kind {
        func text(_ key: String) -> String? {
            value.source.value(at: value.path + [key])?.text
        }
        let preset = text("preset").flatMap(VectorTaskPreset.init(named:))
        return text("kind").flatMap(Kind.init(rawValue:)) ?? preset?.kind ?? .finetune
    }

    /// A task of a kind as YAML.
    static func form(of kind: Kind) -> Form<SuiteTask> {
        kind.measuresVectors ? vectorForm(kind) : form
    }

    /// `start_from`.
    static var startKey: Key<SuiteTask> {
        Key(
            "start_from", \.startsFrom,
            Form<String>.text(
                expected: "the name of another task", remedy: "Write it as the suite has it."
            ).optional)
    }

    /// `language`.
    static var languageKey: Key<SuiteTask> {
        Key(
            "language", \.language,
            Form<String>.text(
                expected: "the name of a language",
                remedy: "Write it as the names of the files have it."
            ).optional)
    }

    /// A task as YAML: the keys of a fine-tuning recipe, but for name, model and seed, and a few of
    /// its own.
    static var form: Form<SuiteTask> {
        var familiar = FinetuneRecipe.familiarKeys
        for key in ["dev", "test"] { familiar[key] = "Write data: {\(key): FILE}." }
        familiar["model"] = "Models are named above the tasks."
        familiar["seed"] = "Seeds are named above the tasks."
        return .section("a task", new: SuiteTask(), familiar: familiar) {
            FinetuneRecipe.preset.inside(\.recipe)
            Key("kind", \.kind, .choice)
            startKey
            languageKey
            FinetuneRecipe.taskKey.inside(\.recipe)
            FinetuneRecipe.learningKeys.map { $0.inside(\.recipe) }
            Key(
                names: ["sweep"], read: { _, _, _ in },
                write: { $0.sweep.isEmpty ? [] : .member("sweep", SweptKey.tree($0.sweep)) })
        } check: { task, fields in
            try task.check(fields)
        }
    }

    /// What holds only together.
    private func check(_ fields: RecipeFields) throws {
        let data = fields["data"] ?? fields.value
        if kind == .measure {
            try fields.value.require(
                startsFrom != nil, expected: "start_from, whose model is measured", found: "none",
                remedy: "Name the task.")
            try data.require(
                recipe.data.train.isEmpty, expected: "no data.train, since nothing is trained",
                found: "a file", remedy: "Remove it, or write kind: finetune.")
        } else {
            try data.require(
                !recipe.data.train.isEmpty, expected: "data.train, a file to learn from",
                found: "none", remedy: "Write data: {train: FILE}.")
        }
        try data.require(
            !recipe.data.dev.isEmpty || !recipe.data.test.isEmpty,
            expected: "data.dev or data.test, files to measure", found: "none",
            remedy: "Write data: {dev: FILE}.")
        if kind == .probe {
            try (fields["task"] ?? fields.value).require(
                (recipe.task == .text || recipe.task == .pair) && recipe.objective == .oneLabel,
                expected: "texts or pairs with a class each for kind: probe",
                remedy: "Write task: text or task: pair, or kind: finetune.")
        }
        if kind != .finetune, let sweep = fields["sweep"] {
            try sweep.refuse(
                expected: "no sweep, since nothing is trained", remedy: "Remove it.")
        }
        try recipe.check(fields)
    }
}
