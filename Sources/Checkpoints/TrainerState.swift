import Curriculum
import Diagnostics
import Formats
import Streaming

/// What a trainer needs besides weights and optimizer to continue to the bit: `trainer/state.json`.
public struct TrainerState: Codable, Sendable, Equatable {
    /// A stage that was trained to its end.
    public struct CompletedStage: Codable, Sendable, Equatable {
        /// The stage's name: a phase, or a variant of one.
        public let name: String
        /// The checkpoint that holds its last step.
        public let checkpoint: String

        /// The stage `name`, which ended with `checkpoint`.
        public init(name: String, checkpoint: String) {
            self.name = name
            self.checkpoint = checkpoint
        }
    }

    /// The place of the present stage among the recipe's stages, from 0.
    public var stage = 0
    /// Steps and tokens, of the run and of the present stage.
    public var clock = TokenClock()
    /// The cursors of every lane; nil where the stage has not begun.
    public var lanes: [LaneState]?
    /// Tokens read of each of the stage's sources.
    public var tokensBySource: [Int] = []
    /// The checkpoint of the weights before the first step, where the run begins with variants.
    public var initialCheckpoint: String?
    /// The stages before the present one.
    public var completedStages: [CompletedStage] = []
    /// Checkpoints on the way through the stage whose last ones the merge takes, oldest first; nil
    /// where there are none yet.
    public var mergedCheckpoints: [String]?
    /// True where the evaluation after the last step is still to be made, because a signal came;
    /// otherwise nil.
    public var isEvaluationDue: Bool?
    /// Length of `metrics.jsonl`: what was written after this checkpoint is cut off when the run
    /// continues from it.
    public var metricsBytes = 0
    /// The recipe as resolved, which must not change between stopping and continuing.
    public let recipe: String
    /// What else decides on the last bit: processor, kernels, versions, by name.
    public let environment: [String: String]

    /// The state at the beginning of a run.
    public init(recipe: String, environment: [String: String]) {
        self.recipe = recipe
        self.environment = environment
    }

    /// Reads the state from the file at `path`; an `InputError` says what is wrong with it.
    public init(contentsOf path: String) throws {
        guard try Folder.exists(path) else {
            throw InputError(
                at: path, expected: "the state of a trainer", found: "no such file",
                remedy: "Name a checkpoint of a run; a model folder alone cannot be resumed.")
        }
        self = try JSONFile.read(path)
        try validate(at: path)
    }

    /// Writes the state to the file at `path`, in a checkpoint's folder.
    public func write(to path: String) throws {
        try JSONFile.write(self, to: path, synchronized: false)
    }
}
