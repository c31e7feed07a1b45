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

    /// Where a stage stood when it ended, from where a longer one goes on.
    public struct StageEnd: Codable, Sendable, Equatable {
        /// Steps and tokens, of the run and of the stage.
        public let clock: TokenClock
        /// The cursors of every lane.
        public let lanes: [LaneState]
        /// Length of `metrics.jsonl` before what was written of the end.
        public let metricsBytes: Int
        /// Whether an evaluation was due, had the stage gone on.
        public let isEvaluationDue: Bool

        /// The end of the stage that has come to `clock` with the lanes at `lanes`.
        public init(
            clock: TokenClock, lanes: [LaneState], metricsBytes: Int, isEvaluationDue: Bool
        ) {
            (self.clock, self.lanes) = (clock, lanes)
            (self.metricsBytes, self.isEvaluationDue) = (metricsBytes, isEvaluationDue)
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
    /// How the stage before the present one ended; nil once the present one has begun.
    public var stageEnd: StageEnd?
    /// Checkpoints on the way through the stage whose last ones the merge takes, oldest first; nil
    /// where there are none yet.
    public var mergedCheckpoints: [String]?
    /// True where the evaluation after the last step is still to be made, because a signal came;
    /// otherwise nil.
    public var isEvaluationDue: Bool?
    /// Length of `metrics.jsonl`: what was written after this checkpoint is cut off when the run
    /// continues from it.
    public var metricsBytes = 0
    /// The recipe as resolved, which must not change between stopping and continuing, unless it
    /// makes the run longer.
    public var recipe: String
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
                remedy: "Name a checkpoint of pre-training, or another run's folder; a model "
                    + "folder alone cannot be resumed.")
        }
        self = try JSONFile.read(path)
        try validate(at: path)
    }

    /// Goes back to the moment before the last completed stage ended, so that it goes on.
    ///
    /// - Returns: false where the state does not say how it ended.
    public mutating func reopenStage() -> Bool {
        guard let stageEnd, !completedStages.isEmpty, stage > 0 else { return false }
        completedStages.removeLast()
        stage -= 1
        (clock, lanes, metricsBytes) = (stageEnd.clock, stageEnd.lanes, stageEnd.metricsBytes)
        isEvaluationDue = stageEnd.isEvaluationDue ? true : nil
        self.stageEnd = nil
        return true
    }

    /// Writes the state to the file at `path`, in a checkpoint's folder.
    public func write(to path: String) throws {
        try JSONFile.write(self, to: path, synchronized: false)
    }
}
