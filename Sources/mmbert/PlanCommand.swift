import ArgumentParser
import Formats
import Foundation
import Host
import Planning
import Programs
import Recipes
import TensorCore

/// `mmbert plan`: what a run will do and cost, before it is paid for.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a recipe will do and cost, before it is paid for.",
        discussion: """
            Reads the recipe and the counts in its manifests; shards, tokenizer and weights need \
            not be there. Prints steps, batches and schedules, what every language gives in each \
            phase, floating-point operations, memory, and days on this machine. Stages, schedules \
            and mixtures are computed by the code that trains.

            For the days, a slice of the encoder is trained for some seconds; --no-calibration \
            leaves that out.

            Examples:
              mmbert plan recipes/quickstart.yaml
              mmbert plan recipes/mmbert-base.yaml --machines 64
              mmbert plan recipes/mmbert-base.yaml --html plan.html
              mmbert plan recipes/mmbert-base.yaml --json --no-calibration
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: "Change a key of the recipe, such as phases.0.mask.ratio=0.2. Repeatable.")
    var overrides: [String] = []

    @Option(help: "The plan of a smaller run: as mmbert-train takes it.")
    var scale = Scale.one

    @Flag(help: "Print the plan as one JSON object on standard output.") var json = false
    @Option(help: "Write the plan as a page with pictures to this file.") var html: String?
    @Option(help: "How many machines like this one share the work.") var machines = 1
    @Flag(inversion: .prefixedNo, help: "Whether this machine is measured, for the days.")
    var calibration = true
    @Option(help: "Worker threads of the measurement. (default: all cores)")
    var threads: Int = Cores.usable

    func validate() throws {
        for (name, count) in [("--machines", machines), ("--threads", threads)] where count < 1 {
            throw ValidationError("\(name) expects a count of at least 1, found \(count).")
        }
    }

    func run() throws {
        let recipe = try Recipe.read(
            recipe, overrides: overrides, scale: scale.factor, needsData: false)
        let plan = try Plan(
            recipe, precision: recipe.precision(on: .current), machines: machines,
            calibration: calibration ? try calibrate(recipe) : nil)
        if let html {
            try AtomicFile.write(plan.page, to: html)
            tell("The page is in \(html).")
        }
        if json {
            try printJSON(plan)
        } else {
            print(plan.text)
        }
    }

    private func calibrate(_ recipe: Recipe) throws -> Calibration {
        let status = StatusLine()
        defer { status.finish() }
        return try Calibration(recipe, threads: threads) { status.show($0) }
    }
}
