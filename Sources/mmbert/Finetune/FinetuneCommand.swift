import ArgumentParser
import Diagnostics
import Finetuning
import Formats
import Foundation
import Programs
import Recipes
import Reporting
import Runs

/// `mmbert finetune`.
struct FinetuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Train a model for a task on labelled data: a head with it, or its vectors.",
        discussion: """
            Texts or pairs are classified or scored, words tagged, questions answered, choices \
            made: what GLUE, XTREME and question answering need; or texts that belong together \
            get vectors that are near, for search and comparison. A recipe says how; without \
            one, options do, and the run's folder gets the recipe that they make up.

              mmbert finetune --preset glue/rte --model runs/mine/model \\
                --train RTE/train.tsv --dev RTE/dev.tsv --output runs/rte
              mmbert finetune rte.yaml --set learning_rate.peak=5e-5 --seed 2
              mmbert finetune --task embedding --model runs/mine/model \\
                --train pairs.jsonl --dev dev.jsonl --output runs/vectors

            Presets are the published settings: \(FinetuneRecipe.presets.joined(separator: ", ")). \
            Files are those of the benchmarks, TSV, CSV or JSON lines with names of columns, \
            CoNLL, CoNLL-U, SQuAD's JSON; plain, .gz or .zst.

            The run's folder has checkpoints, from which the same command goes on after it was \
            stopped or killed, to the same bytes; model/, which mmbert predict or embed and \
            transformers load; predictions/ and scores.json of the development and test files, by the task's \
            metrics; metrics.jsonl and tensorboard/. The number of threads changes no result.

            docs/finetune.md explains every key.
            """)

    @Argument(help: .init("The recipe, a YAML file.", valueName: "recipe"))
    var recipe: String?
    @OptionGroup var short: ShortRecipe
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: .init(
            "Change a key of the recipe, such as learning_rate.peak=3e-5. Repeatable.",
            valueName: "key=value"))
    var overrides: [String] = []
    @Option(
        name: .customLong("run"),
        help: .init("The run's folder. (default: runs/NAME)", valueName: "folder"))
    var folder: String?
    @Option(help: .init("Seed of everything random.", valueName: "number")) var seed: UInt64?
    @Option(
        name: .customLong("stop-after"),
        help: .init("End after so many steps, saved, to go on later.", valueName: "steps"))
    var stopAfter: Int?
    @Flag(
        name: .customLong("dry-run"),
        help: "Read and check everything, print the recipe, train nothing.")
    var isDryRun = false
    @Flag(help: "Print nothing but warnings and scores.") var quiet = false
    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard recipe == nil || short.settings.isEmpty else {
            throw ValidationError(
                "A recipe and \(short.names[0]): change the recipe's keys with --set.")
        }
        guard recipe != nil || !short.settings.isEmpty else {
            throw ValidationError(
                "Missing expected argument '<recipe>', a YAML file, or --model and --train.")
        }
        if let folder, let output = short.output, folder != output {
            throw ValidationError("--output \(output) and --run \(folder): give one of them.")
        }
        if recipe == nil { try validateShort() }
        if let stopAfter { try checkAtLeast([("--stop-after", stopAfter, 1)]) }
    }

    /// Throws where the options leave out what no preset says.
    private func validateShort() throws {
        func isSet(_ key: String) -> Bool { overrides.contains { $0.hasPrefix("\(key)=") } }
        guard short.model != nil || isSet("model") else {
            throw ValidationError("Give --model FOLDER, the model to start from.")
        }
        guard short.model != nil || short.output != nil || isSet("name") else {
            throw ValidationError("Give --output FOLDER, the run's folder.")
        }
    }

    func run() throws {
        var overrides = overrides
        if let seed { overrides.append("seed=\(seed)") }
        let settings: FinetuneRecipe
        if let recipe {
            settings = try FinetuneRecipe.read(recipe, overrides: overrides)
        } else {
            settings = try FinetuneRecipe(settings: short.settings + overrides)
        }
        if isDryRun { return try rehearse(settings) }
        threads.tellWarnings(for: settings.precision)
        var options = FinetuneOptions(threads: threads.count)
        options.runFolder = folder ?? short.output
        options.isQuiet = quiet
        options.stopSignal = StopSignal()
        options.stopAfter = stopAfter
        options.commandLine = CommandLine.arguments
        let outcome = try FinetuneRun(settings, options).run()
        if case .stopped(let signal) = outcome { throw ExitCode(128 + signal) }
    }

    private func rehearse(_ recipe: FinetuneRecipe) throws {
        let rehearsal = try FinetuneRehearsal(
            recipe, threads: threads.count, runFolder: folder ?? short.output)
        for line in rehearsal.lines { tell(line) }
        try StandardOutput.print(recipe.resolvedYAML())
    }
}

/// A recipe in the options of the command line.
struct ShortRecipe: ParsableArguments {
    @Option(help: .init("Published settings to begin with, such as glue/rte.", valueName: "name"))
    var preset: String?
    @Option(help: .init("text, pair, choice, tokens, qa or embedding.", valueName: "task"))
    var task: String?
    @Option(help: .init("The folder of the model to start from.", valueName: "folder"))
    var model: String?
    @Option(help: .init("The labelled file to learn from.", valueName: "file")) var train: String?
    @Option(
        help: .init(
            "The development set; {lang} in the path stands for any name.", valueName: "file"))
    var dev: String?
    @Option(help: .init("What the finished model is measured on; likewise.", valueName: "file"))
    var test: String?
    @Option(help: .init("The run's folder; its name is the run's.", valueName: "folder"))
    var output: String?

    /// The options as settings of a recipe.
    var settings: [String] {
        let name = output.map { Folder.name(of: $0) } ?? (model == nil ? nil : "finetune")
        let members = [
            ("preset", preset), ("task", task), ("model", model), ("data.train", train),
            ("data.dev", dev), ("data.test", test), ("name", name),
        ]
        return members.compactMap { key, value in value.map { "\(key)=\(Self.quoted($0))" } }
    }

    /// A text as a scalar of YAML, in which `{`, `#` and the like are letters as others.
    private static func quoted(_ text: String) -> String {
        text.isEmpty ? "" : "'" + text.replacing("'", with: "''") + "'"
    }

    /// The options that are given.
    var names: [String] {
        let members = [
            ("--preset", preset), ("--task", task), ("--model", model), ("--train", train),
            ("--dev", dev), ("--test", test), ("--output", output),
        ]
        return members.filter { $0.1 != nil }.map(\.0)
    }
}
