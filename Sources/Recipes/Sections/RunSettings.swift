/// When checkpoints are written, and how many stay.
public struct CheckpointRecipe: Sendable, Equatable {
    /// A checkpoint each time the run's tokens pass a multiple of this; mmBERT's by default.
    public var everyTokens = 10_000_000_000
    /// Checkpoints kept, the ends of stages not counted.
    public var keep = 10

    /// How many are written of a stage that goes from token `start` of the run to token `end`:
    /// at the multiples of `everyTokens` in it, and at its end.
    public func count(from start: Int, to end: Int) -> Int {
        (end - 1) / everyTokens - start / everyTokens + 1
    }

    static var form: Form<CheckpointRecipe> {
        .section("checkpoints", new: CheckpointRecipe()) {
            Key("every", \.everyTokens, .tokens().scaled(RunScale.interval))
            Key("keep", \.keep, .count(of: "checkpoints"))
        }
    }
}

/// When held-out masked-LM loss is measured, and on what.
public struct EvaluationRecipe: Sendable, Equatable {
    /// An evaluation each time the run's tokens pass a multiple of this.
    public var everyTokens = 10_000_000_000
    /// Share of tokens masked, the same for every stage.
    public var maskRatio = 0.15
    /// Most tokens read per language.
    public var tokensPerLanguage = 16_384
    /// Manifest whose held-out samples are used; that of the last phase's first group by default.
    public var manifest = ""
    /// Languages that are evaluated.
    public var languages = LanguageSelection.all

    static var form: Form<EvaluationRecipe> {
        .section("evaluation", new: EvaluationRecipe()) {
            Key("every", \.everyTokens, .tokens().scaled(RunScale.interval))
            Key("data", \.self, heldOut)
            Key("mask_ratio", \.maskRatio, .maskRatio)
            Key("tokens_per_language", \.tokensPerLanguage, .tokens().scaled(RunScale.amount))
        }
    }

    private static var heldOut: Form<EvaluationRecipe> {
        .section("held-out data", new: EvaluationRecipe()) {
            Key("manifest", \.manifest, .path(to: "a manifest"))
            Key("languages", \.languages, .languages)
        }
    }
}

/// When numbers are logged.
public struct LogRecipe: Sendable, Equatable {
    /// A line each time this many steps are done.
    public var everySteps = 10

    static var form: Form<LogRecipe> {
        .section("logging", new: LogRecipe()) {
            Key("every_steps", \.everySteps, .count(of: "steps").scaled(RunScale.steps))
        }
    }
}
