import Diagnostics

extension Recipe {
    /// Keys of a recipe.
    enum Key: String, CaseIterable {
        case name, seed, model, tokenizer, precision
        case finalPrecision = "final_precision"
        case activationCheckpointing = "activation_checkpointing"
        case optimizer, checkpoint, evaluate, log, cache, lanes, phases, merge
    }

    /// Reads and checks a recipe.
    ///
    /// - Parameters:
    ///   - path: the YAML file; relative paths in it are relative to its folder.
    ///   - overrides: `phases.0.mask.ratio=0.2` and the like, applied in order.
    ///   - scale: what the run's tokens are multiplied by (`scaled(by:)`), after the overrides.
    ///   - checksInputs: whether the files that the recipe names are opened: that they are there,
    ///     that manifests have its languages, its vocabulary and enough tokens.
    ///   - needsData: whether tokenizer and shards must be there too; a plan needs the manifests'
    ///     counts alone.
    /// - Throws: `InputError` naming file, line, key, what was expected and what was found.
    public static func read(
        _ path: String, overrides: [String] = [], scale: Double = 1, checksInputs: Bool = true,
        needsData: Bool = true
    ) throws -> Recipe {
        var source = try RecipeSource(file: path)
        for override in overrides { try source.override(override) }
        let recipe = try Recipe(source.value).scaled(by: scale)
        if checksInputs {
            try InputCheck(recipe: recipe, source: source, needsData: needsData).run()
        }
        return recipe
    }

    /// Reads what `resolvedYAML()` wrote, without looking at the files it names; `path` is for
    /// messages.
    public init(resolved text: String, path: String) throws {
        self = try Recipe(RecipeSource(text: text, file: path).value)
    }

    init(_ value: RecipeValue) throws {
        let fields = try value.fields(Key.self, of: "a recipe")
        name = try fields.required(.name, remedy: "The run's folder is named after it.").name()
        seed = UInt64(
            try fields[.seed]?.integer(
                expected: "a whole number from 0 on", remedy: "Write any, such as 21.", atLeast: 0)
                ?? 21)
        model = try ModelRecipe(fields.required(.model, remedy: "Write {preset: mmbert-base}."))
        tokenizer = try fields.required(.tokenizer, remedy: "Name its folder.")
            .path(to: "a tokenizer")
        precision = try fields[.precision]?.choice() ?? .fp32
        finalPrecision = try fields[.finalPrecision]?.choice() ?? .fp32
        activationCheckpointing = try fields[.activationCheckpointing]?.boolean() ?? false
        optimizer = try OptimizerRecipe(fields[.optimizer])
        checkpoint = try CheckpointRecipe(fields[.checkpoint])
        log = try LogRecipe(fields[.log])
        cache = try CacheRecipe(fields[.cache])
        lanes = try fields[.lanes]?.count(of: "lanes") ?? 1
        let list = try fields.required(.phases, remedy: "A run has at least one phase.")
        phases = try Self.phases(list, model: model, weightDecay: optimizer.weightDecay)
        evaluate = try EvaluationRecipe(fields[.evaluate], lastPhase: phases[phases.count - 1])
        let variants = phases.flatMap(\.variants).map(\.name)
        merge = try fields[.merge].map { try MergeRecipe($0, variants: variants) }
        try requireCheckpoints(in: fields[.merge])
    }

    private static func phases(
        _ list: RecipeValue, model: ModelRecipe, weightDecay: Double
    ) throws -> [PhaseRecipe] {
        let elements = try list.list(of: "phases")
        guard !elements.isEmpty else {
            throw list.error(expected: "at least one phase", remedy: "Add a phase with a name.")
        }
        let configuration = model.configuration
        var bases = RotaryBases(
            global: configuration.globalRotaryBase, local: configuration.localRotaryBase)
        var phases: [PhaseRecipe] = []
        for element in elements {
            if let previous = phases.last, !previous.variants.isEmpty {
                throw element.error(
                    expected: "no phase after \(previous.name), which has variants",
                    found: "another phase",
                    remedy: "Only the last phase branches; what follows would have several parents."
                )
            }
            let phase = try PhaseRecipe(
                element, model: configuration, bases: bases, weightDecay: weightDecay)
            bases = phase.rotaryBases
            phases.append(phase)
        }
        try requireDistinctNames(phases, in: list)
        return phases
    }

    /// Checks that a variant has as many checkpoints as the merge takes of it.
    private func requireCheckpoints(in value: RecipeValue?) throws {
        guard let value, let merge, merge.checkpoints > 1, let last = phases.last else { return }
        let start = phases.dropLast().reduce(0) { $0 + $1.tokens }
        let saved = checkpoint.count(from: start, to: start + last.tokens)
        guard merge.checkpoints > saved else { return }
        throw (value.source.value(at: value.path + ["checkpoints"]) ?? value).error(
            expected: """
                at most the \(saved) checkpoints that a variant of \(Quantity.text(last.tokens)) \
                tokens has
                """,
            found: String(merge.checkpoints), remedy: "Lower it, or checkpoint.every.")
    }

    /// Checks that phases differ in name, and so do all the stages they unfold into.
    private static func requireDistinctNames(
        _ phases: [PhaseRecipe], in list: RecipeValue
    ) throws {
        var seen = Set<String>()
        for (index, phase) in phases.enumerated() {
            let names = [phase.name] + phase.variants.map { "\(phase.name)-\($0.name)" }
            for name in names where !seen.insert(name).inserted {
                let path = list.path + [String(index), name == phase.name ? "name" : "variants"]
                throw (list.source.value(at: path) ?? list).error(
                    expected: "a different name for every phase and variant",
                    found: "\(name) twice", remedy: "Rename one: checkpoints are named after them.")
            }
        }
    }
}
