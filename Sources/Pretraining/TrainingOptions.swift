import Host
import Ranks
import TensorCore

/// What the command line of `mmbert-train` says beside the recipe.
public struct TrainingOptions {
    /// Where a run takes up its work.
    public enum Resume: Sendable, Equatable {
        /// From the newest checkpoint in the run folder; from the beginning where there is none.
        case automatic
        /// From the beginning; a run folder with checkpoints is an error.
        case never
        /// From this checkpoint folder.
        case checkpoint(String)
    }

    /// When this process ends, though the run has not.
    public enum StopPoint: Sendable, Equatable {
        /// After at least this many tokens in this process.
        case tokens(Int)
        /// After this many optimizer steps in this process.
        case steps(Int)
    }

    /// The run folder; `runs/NAME` if nil.
    public var runFolder: String?
    /// Where to take up the work.
    public var resume = Resume.automatic
    /// Whether the recipe may make the run longer than the one that its checkpoints were made with.
    public var extends = false
    /// When to end early, after saving a checkpoint.
    public var stopAfter: StopPoint?
    /// Worker threads; the number never changes a result.
    public var threads: Int
    /// Whether to print nothing but errors and the final table.
    public var quiet = false
    /// Who trains together; this process alone by default.
    package var ranks = RankGroup.alone()
    /// What decides whether the recipe's precision is used. Tests name processors that have bf16
    /// products, which are then computed from widened operands.
    package var processor = Processor.current
    /// The command line, for the run's record.
    public var commandLine: [String] = []

    /// Options for `threads` worker threads, everything else as by default.
    public init(threads: Int) {
        self.threads = threads
    }
}
