import Recipes
import Reporting
import Runs
import TensorCore

/// What a start of a run reads and checks, without training: `--dry-run`.
public struct FinetuneRehearsal {
    /// What is to be told.
    public let lines: [String]

    /// Reads the model's folder and every labelled file, and looks at the run's folder, in which
    /// nothing is changed.
    ///
    /// - Parameter runFolder: `runs/NAME` if nil.
    /// - Throws: `InputError` for whatever a person can put right.
    public init(_ recipe: FinetuneRecipe, threads: Int, runFolder: String? = nil) throws {
        let folder = RunFolder(path: runFolder ?? "runs/\(recipe.name)")
        try folder.check()
        let parallel = Parallel(threads: threads)
        let setup = try FinetuneSetup(recipe, parallel: parallel)
        let resumed = try Self.checkpoint(in: folder, of: recipe, setup)
        let weights = try FinetuneWeights(setup, parallel: parallel)
        let examples = setup.train.flatMap(\.examples)
        let tokens = examples.reduce(0) { $0 + $1.tokenCount }
        let steps = setup.plan.total
        lines =
            setup.notices.map { ($0.isWarning ? "warning: " : "") + $0.text } + [
                """
                \(counted(examples.count, "example")) of \(grouped(tokens)) tokens, \
                \(counted(steps, "step")), of which \
                \(recipe.learningRate.warmupSteps(of: steps)) warm up; \
                \(shortCount(weights.trained.reduce(0) { $0 + $1.count })) numbers are trained
                """,
                "run folder: \(folder.path), "
                    + (resumed.map { "resumes from \($0)" } ?? "the run begins there"),
            ]
    }

    /// The name of the checkpoint from which the run goes on; nil for none.
    ///
    /// - Throws: `InputError` for that of another recipe.
    private static func checkpoint(
        in folder: RunFolder, of recipe: FinetuneRecipe, _ setup: FinetuneSetup
    ) throws -> String? {
        let store = FinetuneStore(reading: folder.checkpoints)
        guard let checkpoint = try store.newest().checkpoint else { return nil }
        let wanted = FinetuneState(
            recipe: recipe.resolvedYAML(), hashes: setup.hashes, origin: try setup.originHash())
        try FinetuneRun.check(store.state(of: checkpoint), against: wanted, in: folder.path)
        return checkpoint.name
    }
}
