import Curriculum
import Host
import TensorCore

/// Everything that decides what a run computes: the model, the data, the phases, the merge.
///
/// Read from YAML with `Recipe.read`. A recipe as read has every default filled in and every path
/// made absolute; `resolvedYAML()` writes that down, and reads back equal.
public struct Recipe: Sendable, Equatable {
    /// Name of the run, and of its folder.
    public var name: String
    /// Seed of everything random.
    public var seed: UInt64
    /// The encoder.
    public var model: ModelRecipe
    /// Tokenizer: a folder with `tokenizer.model` or `tokenizer.json`, or such a file itself.
    public var tokenizer: String
    /// Arithmetic of the training step.
    public var precision: Precision
    /// What the final model's weights are stored in; a checkpoint's are fp32 in any case.
    public var finalPrecision: Precision
    /// Whether each layer's activations are computed again on the way back instead of being kept.
    public var activationCheckpointing: Bool
    /// How gradients become updates.
    public var optimizer: OptimizerRecipe
    /// When the run saves itself.
    public var checkpoint: CheckpointRecipe
    /// When held-out loss is measured, and on what.
    public var evaluate: EvaluationRecipe
    /// When numbers are logged.
    public var log: LogRecipe
    /// Where shards of web servers are kept.
    public var cache: CacheRecipe
    /// Independent lanes of the data stream.
    public var lanes: Int
    /// Phases in order.
    public var phases: [PhaseRecipe]
    /// How the variants of the last phase become one model.
    public var merge: MergeRecipe?
}

/// When checkpoints are written, and how many stay.
public struct CheckpointRecipe: Sendable, Equatable {
    /// A checkpoint each time the run's tokens pass a multiple of this.
    public var everyTokens: Int
    /// Checkpoints kept, the ends of stages not counted.
    public var keep: Int

    /// How many are written of a stage that goes from token `start` of the run to token `end`:
    /// at the multiples of `everyTokens` in it, and at its end.
    public func count(from start: Int, to end: Int) -> Int {
        (end - 1) / everyTokens - start / everyTokens + 1
    }
}

/// When held-out masked-LM loss is measured, and on what.
public struct EvaluationRecipe: Sendable, Equatable {
    /// An evaluation each time the run's tokens pass a multiple of this.
    public var everyTokens: Int
    /// Share of tokens masked, the same for every stage.
    public var maskRatio: Double
    /// Most tokens read per language.
    public var tokensPerLanguage: Int
    /// Manifest whose held-out samples are used.
    public var manifest: String
    /// Languages that are evaluated.
    public var languages: LanguageSelection
}

/// When numbers are logged.
public struct LogRecipe: Sendable, Equatable {
    /// A line each time this many steps are done.
    public var everySteps: Int
}
