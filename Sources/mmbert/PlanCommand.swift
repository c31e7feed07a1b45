import ArgumentParser
import Formats
import Host
import ModelFolders
import Planning
import Programs
import Recipes
import Reporting
import Tokenization

/// `mmbert plan`: what a run will do and cost.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Predict what a recipe will do and cost.",
        discussion: """
            Reads the recipe and the counts in its manifests; shards, tokenizer and weights need \
            not exist. Prints steps, batches and schedules, the share of every language in each \
            phase, floating-point operations, memory, and days on this machine. Stages, schedules \
            and mixtures are computed by the code that trains.

            For the days, a slice of the encoder is trained for a few seconds; --no-calibration \
            skips that.

            Examples:
              mmbert plan recipes/quickstart.yaml
              mmbert plan recipes/mmbert-base.yaml --machines 64
              mmbert plan recipes/mmbert-base.yaml --html plan.html
              mmbert plan recipes/mmbert-base.yaml --json --no-calibration
            """)

    @OptionGroup var recipe: RecipeFile
    @OptionGroup var changes: RecipeOptions
    @OptionGroup var result: ResultOptions
    @Option(
        help: .init("Write the plan as a page with pictures to this file.", valueName: "file"))
    var html: String?
    @Option(help: .init("How many machines like this one share the work.", valueName: "count"))
    var machines = 1
    @Flag(inversion: .prefixedNo, help: "Whether this machine is measured, for the days.")
    var calibration = true
    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        try checkAtLeast([("--machines", machines, 1)])
    }

    func run() throws {
        let recipe = try changes.recipe(at: recipe.path, needsData: false)
        for doubt in recipe.doubts { tell("warning: \(doubt)") }
        var plan = try Plan(
            recipe, precision: recipe.precision(on: .current), machines: machines,
            calibration: calibration ? try calibrate(recipe) : nil)
        if calibration, recipe.precision == .fp32, Processor.current.supports(.bf16) {
            var other = recipe
            other.precision = .bf16
            plan.bf16Days =
                try Plan(other, precision: .bf16, calibration: calibrate(other)).days
        }
        if let html {
            try AtomicFile.write(plan.page, to: html)
            tell("The page is in \(html).")
        }
        if let line = try initialTokens(of: recipe) { tell(line) }
        try result.print(plan, text: plan.text)
    }

    /// How many pieces begin as what of a folder whose tokenizer is another one; nil where that is
    /// not so, or one of the two is not there.
    private func initialTokens(of recipe: Recipe) throws -> String? {
        let model = recipe.model
        guard let origin = model.initializeFrom, model.hasNewVocabulary, try Folder.exists(origin),
            try Folder.exists(TokenizerFolder.file(in: recipe.tokenizer)),
            let old = try ModelFolder(path: origin).tokenizer
        else { return nil }
        let map = VocabularyMap(from: old, to: try Tokenizer(path: recipe.tokenizer))
        let summary = map.summary(
            averaging: model.initializeTokens == .meanOfPieces,
            rows: model.configuration.vocabularySize)
        return "tokens from \(origin): \(summary)"
    }

    private func calibrate(_ recipe: Recipe) throws -> Calibration {
        let status = StatusLine()
        defer { status.finish() }
        return try Calibration(recipe, threads: threads.count) { status.show($0) }
    }
}
