import ArgumentParser
import Foundation
import Host
import Logging
import Pretraining
import Programs
import Recipes

/// Flags only: what is done stands in the module Pretraining.
@main
struct MmbertTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert-train",
        abstract: "Pre-train a multilingual encoder as a recipe says.",
        discussion: """
            The run's folder (runs/NAME) gets the recipe as resolved, metrics.jsonl, TensorBoard \
            event files, checkpoints and in the end model/, which Hugging Face transformers loads.

            Run the same command again to go on after a stop: checkpoints are complete or absent, \
            and a resumed run ends with the same bits as one that was never stopped.

            Examples:
              mmbert-train --recipe recipes/quickstart.yaml
              mmbert-train --recipe my.yaml --set phases.0.mask.ratio=0.2 --run runs/mask-20
              mmbert-train --recipe my.yaml --dry-run
              mmbert-train --recipe my.yaml --stop-after 2M
              mmbert-train --recipe recipes/mmbert-small.yaml --scale 1e-6 --set …

            Exit codes: 0 done, 2 the input is wrong (the message says what and where), 143 stopped \
            by SIGTERM after saving, 130 by Ctrl-C after saving, 1 anything else.
            """)

    @Option(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(name: .customLong("run"), help: "The run's folder. (default: runs/NAME)")
    var runFolder: String?

    @Option(help: "Where to go on: auto (the run's newest checkpoint), never, or a checkpoint.")
    var resume = "auto"

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: "Change a key of the recipe, such as phases.0.mask.ratio=0.2. Repeatable.")
    var overrides: [String] = []

    @Option(help: "A smaller run of the same form: tokens times this, batches times its root.")
    var scale = Scale.one

    @Option(help: "Save and stop after this much in this process, such as 2M (tokens) or 500steps.")
    var stopAfter: StopPoint?

    @Option(help: "Worker threads; never changes a result. (default: all cores)")
    var threads: Int = Cores.usable

    @Flag(
        help: "Check everything a start checks and every hash, take one step, and write nothing.")
    var dryRun = false

    @Flag(help: "Print nothing but warnings, errors and the final table.")
    var quiet = false

    func validate() throws {
        guard threads > 0 else {
            throw ValidationError("--threads expects a count of at least 1, found \(threads).")
        }
    }

    func run() throws {
        let stopSignal = StopSignal()
        var options = TrainingOptions(threads: threads)
        options.runFolder = runFolder
        options.stopAfter = stopAfter?.point
        options.quiet = quiet
        options.commandLine = CommandLine.arguments
        options.resume =
            switch resume {
            case "auto": .automatic
            case "never": .never
            default: .checkpoint(resume)
            }
        let recipe = try Recipe.read(recipe, overrides: overrides, scale: scale.factor)
        let logger = Logger(label: "mmbert-train") { _ in MessageHandler() }
        if dryRun { return try rehearse(recipe, options, logger) }
        let trainer = try Trainer(
            recipe: recipe, options: options, stopSignal: stopSignal, logger: logger)
        switch try trainer.run() {
        case .finished: print(try trainer.lossTable().text())
        case .paused: break
        case .stopped(let signal): throw ExitCode(128 + signal)
        }
    }

    /// Tells what was found on standard error, and on a terminal how far it is.
    private func rehearse(
        _ recipe: Recipe, _ options: TrainingOptions, _ logger: Logger
    ) throws {
        let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
        func tell(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
        let isQuiet = quiet
        try Rehearsal(recipe: recipe, options: options, logger: logger) { line in
            if !isQuiet { tell((isTerminal ? "\r\u{1B}[K" : "") + line + "\n") }
        } progress: { line in
            if isTerminal, !isQuiet { tell("\r\u{1B}[K" + line) }
        }.run()
    }

    static func main() async {
        await runAsProgram()
    }
}

/// `2M`: tokens; `500steps`: optimizer steps.
struct StopPoint: ExpressibleByArgument {
    let point: TrainingOptions.StopPoint

    init?(argument: String) {
        let isSteps = argument.hasSuffix("steps")
        guard
            let count = Quantity.integer(isSteps ? String(argument.dropLast(5)) : argument),
            count > 0
        else { return nil }
        point = isSteps ? .steps(count) : .tokens(count)
    }
}
