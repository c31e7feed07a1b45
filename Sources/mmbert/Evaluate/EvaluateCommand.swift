import ArgumentParser
import Diagnostics
import Formats
import Foundation
import Host
import Inference
import Programs
import Recipes
import Reporting
import Runs
import Suites

/// `mmbert evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Train and measure models on the tasks of a suite, with several seeds.",
        discussion: """
            A suite is a YAML file with models, tasks, seeds and tables. Each task is a recipe of \
            mmbert finetune, a probe of vectors, the model of another task measured as it is, or \
            a measure of vectors as in MTEB (retrieval, similarity, mining, …); it may start from the model of another task. Keys may be swept: the best by the mean \
            over seeds on the development files is reported.

              mmbert evaluate recipes/suites/glue.yaml --data GLUE --model mine=runs/mine/model
              mmbert evaluate recipes/suites/vectors.yaml --data FOLDER --model mine=runs/mine/model
              mmbert evaluate recipes/suites/xtreme.yaml --data XTREME --only panx --dry-run

            The suite's folder, runs/NAME, gets a folder for each run in cells/, and results.json, \
            tables.md and report.html, which are written anew after every run. What is finished \
            is not run again; what was stopped or killed goes on, by the same command. A run that \
            fails leaves its place empty, and the exit code is 1 in the end.

            docs/evaluate.md explains every key.
            """)

    @Argument(help: .init("The suite, a YAML file.", valueName: "suite"))
    var suite: String
    @Option(
        name: .customLong("model"), parsing: .singleValue,
        help: .init(
            "A model in place of the suite's. Repeatable.", valueName: "name=folder"))
    var models: [String] = []
    @Option(
        name: .customLong("data"),
        help: .init("Where the paths of labelled files start.", valueName: "folder"))
    var data: String?
    @Option(
        name: .customLong("only"), parsing: .singleValue,
        help: .init(
            "Run this task alone, with what it starts from. Repeatable.", valueName: "task"))
    var only: [String] = []
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: .init(
            "Change a key of the suite, such as seeds=[1] or tasks.rte.epochs=5. Repeatable.",
            valueName: "key=value"))
    var overrides: [String] = []
    @Option(
        name: .customLong("run"),
        help: .init("The suite's folder. (default: runs/NAME)", valueName: "folder"))
    var folder: String?
    @Flag(
        name: .customLong("dry-run"),
        help: "Read and count everything, list the runs, train nothing.")
    var isDryRun = false
    @OptionGroup var result: ResultOptions
    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        for model in models where model.split(separator: "=", maxSplits: 1).count != 2 {
            throw ValidationError("--model \(model): write it like mine=runs/mine/model.")
        }
    }

    func run() throws {
        var changes = SuiteRecipe.Changes()
        changes.overrides = overrides
        changes.only = only
        changes.dataFolder = data.map(Self.absolute)
        changes.models = models.map { model in
            let parts = model.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], Self.absolute(parts[1]))
        }
        let recipe = try SuiteRecipe.read(suite, changes: changes)
        var options = SuiteOptions(threads: threads.count)
        options.folder = folder
        options.commandLine = CommandLine.arguments
        if isDryRun {
            let rehearsal = try SuiteRehearsal(recipe, options)
            return try result.print(rehearsal, text: rehearsal.text)
        }
        options.stopSignal = StopSignal()
        threads.tellWarnings(for: Processor.current.supports(.bf16) ? .bf16 : .fp32)
        let run = try SuiteRun(recipe, options)
        let outcome = try run.run()
        let results = try run.results()
        try result.print(results, text: results.text)
        switch outcome {
        case .stopped(let signal): throw ExitCode(128 + signal)
        case .finished(let failures):
            tell("Tables and pictures are in \(run.folder)/report.html")
            guard failures.isEmpty else {
                tell("\(counted(failures.count, "run")) failed:")
                for failure in failures { tell("  \(failure)") }
                throw ExitCode(1)
            }
        }
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
