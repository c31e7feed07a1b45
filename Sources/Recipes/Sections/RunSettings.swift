/// When checkpoints are written, and how many stay.
public struct CheckpointRecipe: Sendable, Equatable {
    /// A checkpoint each time the run's tokens pass a multiple of this; by default about a
    /// twentieth of the run.
    public var everyTokens = 0
    /// A checkpoint as well after this many minutes without one; nil for none.
    public var minutes: Double? = 30
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
            Key("minutes", \.minutes, Form<Double>.minutes.or("none"))
            Key("keep", \.keep, .count(of: "checkpoints"))
        }
    }
}

/// When held-out masked-LM loss is measured, and on what.
public struct EvaluationRecipe: Sendable, Equatable {
    /// An evaluation each time the run's tokens pass a multiple of this; by default about a
    /// twentieth of the run.
    public var everyTokens = 0
    /// Share of tokens masked, the same for every stage.
    public var maskRatio = 0.15
    /// Most tokens read per language.
    public var tokensPerLanguage = 16_384
    /// Manifest whose held-out samples are used; that of the last phase's first group by default.
    public var manifest = ""
    /// Languages that are evaluated.
    public var languages = LanguageSelection.all
    /// Small tasks that are measured as well.
    public var probes: [ProbeRecipe] = []

    static var form: Form<EvaluationRecipe> {
        .section("evaluation", new: EvaluationRecipe()) {
            Key("every", \.everyTokens, .tokens().scaled(RunScale.interval))
            Key("data", \.self, heldOut)
            Key("mask_ratio", \.maskRatio, .maskRatio)
            Key("tokens_per_language", \.tokensPerLanguage, .tokens().scaled(RunScale.amount))
            Key("suite", \.probes, .probes)
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

extension Recipe {
    /// Gives the intervals that the recipe leaves out a length that fits the run's: a twentieth of
    /// its tokens, rounded down to 1, 2 or 5 times a power of ten.
    mutating func fillIntervals() {
        let interval = roundInterval(phases.reduce(0) { $0 + $1.tokens } / 20)
        if checkpoint.everyTokens == 0 { checkpoint.everyTokens = interval }
        if evaluate.everyTokens == 0 { evaluate.everyTokens = interval }
    }
}

/// The largest of 1, 2, 5, 10, 20, 50, … up to `limit`; 1 at the least.
private func roundInterval(_ limit: Int) -> Int {
    var power = 1
    while power <= limit / 10 { power *= 10 }
    return power * ([5, 2].first { $0 * power <= limit } ?? 1)
}

extension Form<Double> {
    /// Minutes between two events of the run.
    fileprivate static var minutes: Form {
        positive("a number of minutes above 0", remedy: "Write it like 30, or none.")
    }
}
