import Host
import Runs

/// What the command line says beside the recipe.
public struct FinetuneOptions: Sendable {
    /// The run folder; `runs/NAME` if nil.
    public var runFolder: String?
    /// Worker threads; the number never changes a result.
    public var threads: Int
    /// Whether to print nothing but warnings and scores.
    public var isQuiet = false
    /// Who hears what the run tells; nil for standard error.
    package var listener: FinetuneListener?
    /// The signals that end the run; nil for none.
    public var stopSignal: StopSignal?
    /// How many steps this process takes at the most; nil for all.
    public var stopAfter: Int?
    /// The command line, for the run's record.
    public var commandLine: [String] = []

    /// Options for so many threads.
    public init(threads: Int) { self.threads = threads }

    /// The precision in which is computed.
    func precision(_ wanted: Precision) -> Precision {
        wanted == .bf16 && Processor.current.supports(.bf16) ? .bf16 : .fp32
    }
}
