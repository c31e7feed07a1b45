import ArgumentParser
import Formats
import Foundation
import Logging
import Pretraining
import Programs
import Ranks
import Recipes
import Runs
import Reporting

/// Only flags: the module Pretraining does the work.
@main
struct MmbertTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert-train",
        abstract: "Pre-train a multilingual encoder as a recipe says.",
        discussion: """
            The run's folder (runs/NAME) receives the resolved recipe, metrics.jsonl, TensorBoard \
            event files, report.html with curves of it all, checkpoints and finally model/, which \
            Hugging Face transformers loads.

            Run the same command again to resume after a stop: checkpoints are complete or \
            absent, and a resumed run ends with the same bits as one that was never stopped.

            --extend makes a run longer, finished or not: raise the tokens of its last phase or \
            add phases in the recipe, and give the same command with it. Optimizer, data and clock \
            go on, and the bits are those of a run that had the longer recipe from its start. \
            What would have changed the steps that were taken is an error that names the key.

            Examples:
              mmbert-train --recipe recipes/quickstart.yaml
              mmbert-train --recipe my.yaml --set phases.0.mask.ratio=0.2 --run runs/mask-20
              mmbert-train --recipe my.yaml --dry-run
              mmbert-train --recipe my.yaml --stop-after 2M
              mmbert-train --recipe my.yaml --extend
              mmbert-train --recipe recipes/mmbert-small.yaml --scale 1e-6 --set …
              mpirun -n 4 mmbert-train --recipe my.yaml
              srun mmbert-train --recipe my.yaml

            Under mpirun or srun several ranks train together, to the same bits as one: the \
            recipe's lanes bound their number, docs/clusters.md says how.

            Ctrl-C, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 and SIGXCPU save a checkpoint and end the \
            run, however many come; Ctrl-\\ ends it at once. For Slurm: --signal=USR1@120.

            Exit codes: 0 done, 2 the input is wrong (the message says what and where), 128 + the \
            signal's number when stopped after saving (130 Ctrl-C, 143 SIGTERM, 129 SIGHUP, 138 \
            SIGUSR1), 1 anything else.
            """,
        version: "mmbert-train \(frameworkVersion)")

    @OptionGroup var recipe: RecipeFile

    @Option(
        name: .customLong("run"),
        help: .init("The run's folder. (default: runs/NAME)", valueName: "folder"))
    var runFolder: String?

    @Option(
        help: .init(
            "Resume from: auto (the run's newest checkpoint), never, or a checkpoint.",
            valueName: "from"))
    var resume = "auto"

    @Flag(help: "Go on with more phases, or more tokens of the last one, than the run had.")
    var extend = false

    @OptionGroup var changes: RecipeOptions

    @Option(
        help: .init(
            "Save and stop after this much in this process, such as 2M (tokens) or 500steps.",
            valueName: "amount"))
    var stopAfter: TrainingOptions.StopPoint?

    @OptionGroup var threads: ThreadOptions

    @Option(
        help: .init(
            "How long ranks wait for one that does not answer, such as 90s, 30m or 2h.",
            valueName: "time"))
    var patience = Patience.usual

    @Flag(
        help: "Check all that a start checks, and every hash; take one step, and write nothing.")
    var dryRun = false

    @Flag(help: "Print only warnings, errors and the final table.")
    var quiet = false

    func run() throws {
        let ranks = try RankGroup.join(
            environment: ProcessInfo.processInfo.environment, patience: patience.duration)
        let speaker = ranks.isFirst ? "" : "[\(ranks.name(of: ranks.rank))] "
        let logger = Logger(label: "mmbert-train") { _ in MessageHandler(speaker: speaker) }
        var options = options
        (options.ranks, options.threads) = (ranks, threads.asked ?? ranks.threads)
        if ranks.isFirst {
            for warning in ranks.coreWarnings(threads: threads.asked) {
                logger.warning("\(warning)")
            }
        }
        // A rehearsal has nothing to save: a signal ends it as any program.
        let stopSignal = dryRun ? nil : StopSignal()
        let code = try ranks.run {
            guard let stopSignal else { return try rehearse(options, logger) }
            return try train(options, stopSignal, logger)
        } follow: {
            try Follower.run(options: options, stopSignal: stopSignal, logger: logger) {
                try changes.recipe(at: recipe.path)
            }
        }
        if code != 0 { throw ExitCode(code) }
    }

    private func train(
        _ options: TrainingOptions, _ stopSignal: StopSignal, _ logger: Logger
    ) throws -> Int32 {
        let trainer = try Trainer(
            recipe: changes.recipe(at: recipe.path), options: options, stopSignal: stopSignal,
            logger: logger)
        switch try trainer.run() {
        case .finished: try StandardOutput.print(trainer.lossTable().text())
        case .paused: break
        case .stopped(let signal): return 128 + signal
        }
        return 0
    }

    private var options: TrainingOptions {
        var options = TrainingOptions(threads: threads.count)
        options.runFolder = runFolder
        options.extends = extend
        options.stopAfter = stopAfter
        options.quiet = quiet
        options.commandLine = CommandLine.arguments
        options.resume =
            switch resume {
            case "auto": .automatic
            case "never": .never
            default: .checkpoint(resume)
            }
        return options
    }

    /// Prints what was found on standard error, and on a terminal how far the work is.
    private func rehearse(_ options: TrainingOptions, _ logger: Logger) throws -> Int32 {
        let isQuiet = quiet
        let status = StatusLine(StandardError.isTerminal && !isQuiet ? .terminal : .silent)
        try Rehearsal(
            recipe: try changes.recipe(at: recipe.path), options: options, logger: logger
        ) { line in
            if !isQuiet { tell(line) }
        } progress: { line in
            status.show(line)
        }.run()
        return 0
    }

    static func main() {
        // What is wrong with a command line is wrong on all ranks: the first one says it.
        let environment = ProcessInfo.processInfo.environment
        let rank = environment["MMBERT_MPI"] == "off" ? 0 : Launch(environment: environment)?.rank
        runAsProgram(isSilent: (rank ?? 0) > 0)
    }
}
