import ArgumentParser
import Formats
import Host
import Planning
import Programs
import Recipes
import Reporting

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
    @Option(help: "Write the plan as a page with pictures to this file.") var html: String?
    @Option(help: "How many machines like this one share the work.") var machines = 1
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
        try result.print(plan, text: plan.text)
    }

    private func calibrate(_ recipe: Recipe) throws -> Calibration {
        let status = StatusLine()
        defer { status.finish() }
        return try Calibration(recipe, threads: threads.count) { status.show($0) }
    }
}
