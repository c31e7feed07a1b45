import Host

/// Everything that decides what a run computes: the model, the data, the phases, the merge.
///
/// Read from YAML with `Recipe.read`. A recipe as read has every default filled in and every path
/// made absolute; `resolvedYAML()` writes that down, and reads back equal.
public struct Recipe: Sendable, Equatable {
    /// Name of the run, and of its folder.
    public var name = ""
    /// Seed of everything random.
    public var seed: UInt64 = 21
    /// The encoder.
    public var model = ModelRecipe()
    /// Tokenizer: a folder with `tokenizer.model` or `tokenizer.json`, or such a file itself.
    public var tokenizer = ""
    /// Arithmetic of the training step.
    public var precision = Precision.fp32
    /// What the final model's weights are stored in; a checkpoint's are fp32 in any case.
    public var finalPrecision = Precision.fp32
    /// Whether each layer's activations are computed again on the way back instead of being kept.
    public var activationCheckpointing = false
    /// How gradients become updates.
    public var optimizer = OptimizerRecipe()
    /// When the run saves itself.
    public var checkpoint = CheckpointRecipe()
    /// When held-out loss is measured, and on what.
    public var evaluate = EvaluationRecipe()
    /// When numbers are logged.
    public var log = LogRecipe()
    /// Where shards of web servers are kept.
    public var cache = CacheRecipe()
    /// Independent lanes of the data stream.
    public var lanes = 1
    /// Phases in order.
    public var phases: [PhaseRecipe] = []
    /// How the variants of the last phase become one model.
    public var merge: MergeRecipe?
}

extension Recipe {
    /// The recipe as YAML.
    static var form: Form<Recipe> {
        .section("a recipe", new: Recipe()) {
            Key("name", \.name, .name, required: "The run's folder is named after it.")
            Key("seed", \.seed, .seed)
            Key("model", \.model, ModelRecipe.form, required: "Write {preset: mmbert-base}.")
            Key(
                "tokenizer", \.tokenizer, .path(to: "a tokenizer"), required: "Name its folder.")
            Key("precision", \.precision, .choice)
            Key("final_precision", \.finalPrecision, .choice)
            Key("activation_checkpointing", \.activationCheckpointing, .boolean)
            Key("optimizer", \.optimizer, OptimizerRecipe.form)
            Key("checkpoint", \.checkpoint, CheckpointRecipe.form)
            Key("evaluate", \.evaluate, EvaluationRecipe.form)
            Key("log", \.log, LogRecipe.form)
            Key("cache", \.cache, CacheRecipe.form)
            Key("lanes", \.lanes, .count(of: "lanes", upTo: 1024))
            Key("phases", \.phases, required: "A run has at least one phase.") {
                .phases(model: $0.model, weightDecay: $0.optimizer.weightDecay)
            }
            Key("merge", \.merge) {
                MergeRecipe.form(variants: $0.phases.flatMap(\.variants).map(\.name)).optional
            }
        } check: { recipe, fields in
            recipe.fillIntervals()
            try recipe.requireCheckpoints(in: fields["merge"])
            if recipe.evaluate.manifest.isEmpty, let last = recipe.phases.last {
                let data = last.variants.last?.data ?? last.data
                recipe.evaluate.manifest = data.groups[0].manifest
            }
        }
    }

    /// Checks that a variant has as many checkpoints as the merge takes of it.
    private func requireCheckpoints(in value: RecipeValue?) throws {
        guard let value, let merge, merge.checkpoints > 1, let last = phases.last else { return }
        let start = phases.dropLast().reduce(0) { $0 + $1.tokens }
        let saved = checkpoint.count(from: start, to: start + last.tokens)
        let place = value.source.value(at: value.path + ["checkpoints"]) ?? value
        try place.require(
            merge.checkpoints <= saved,
            expected: """
                at most the \(saved) checkpoint\(saved == 1 ? "" : "s") that a variant of \
                \(Quantity.text(last.tokens)) tokens has
                """,
            found: String(merge.checkpoints), remedy: "Lower it, or checkpoint.every.")
    }
}

extension Form<UInt64> {
    /// A seed of everything random.
    static var seed: Form {
        scalar(
            expected: "a whole number from 0 on", remedy: "Write any, such as 21.",
            write: { .plain(String($0)) },
            parse: { Quantity.integer($0).flatMap { UInt64(exactly: $0) } })
    }
}
