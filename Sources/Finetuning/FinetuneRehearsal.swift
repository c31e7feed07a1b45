import Recipes
import Reporting
import TensorCore

/// What a start of a run reads and checks, without training: `--dry-run`.
public struct FinetuneRehearsal {
    /// What is to be told.
    public let lines: [String]

    /// Reads the model's folder and every labelled file.
    ///
    /// - Throws: `InputError` for whatever a person can put right.
    public init(_ recipe: FinetuneRecipe, threads: Int) throws {
        let parallel = Parallel(threads: threads)
        let setup = try FinetuneSetup(recipe, parallel: parallel)
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
                """
            ]
    }
}
