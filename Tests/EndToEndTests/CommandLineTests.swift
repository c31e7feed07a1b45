import Testing

@Suite("The command line")
struct CommandLineTests {
    @Test(
        "A mistake is told in one voice: what is wrong, and where help is",
        arguments: [
            (
                ["plan"],
                "missing expected argument '<recipe>', a YAML file. See mmbert plan --help."
            ),
            (["plan", "a", "--recipe", "b"], "two recipes, a and b: name one. See mmbert plan"),
            (["tokeniser"], "unexpected argument 'tokeniser'. See mmbert --help."),
            (["data", "build"], "'--input <path> ...'. See mmbert data build --help.\n  --input"),
            (["plan", "x", "--machines", "0"], "--machines 0: give 1 or more. See mmbert plan"),
            (
                ["merge", "--method", "average", "--density", "0.3", "--output", "x", "m"],
                "--density: it is for --method ties."
            ),
            (
                ["measure", "--metric", "squad", "--references", "a", "--at", "5"]
                    + ["--predictions", "b"], "--at: it is for --metric ranking."
            ),
            (
                ["measure", "--metric", "bitext", "--references", "a", "--threshold", "1"]
                    + ["--predictions", "b"],
                "--threshold: it is for --metric multilabel and --metric mined-pairs."
            ),
            (
                ["data", "synthesize", "--languages", "5", "--like", "m", "--output", "x"],
                "--languages and --like: give one of them."
            ),
            (["finetune", "--preset", "glue/rte", "--train", "f"], "give --model FOLDER"),
            (["train", "--recipe", "x"], "Type mmbert-train --recipe x"),
        ])
    func mistakes(arguments: [String], message: String) throws {
        let ending = try Program.mmbert.run(arguments)
        #expect(ending.exitCode == 2)
        #expect(ending.output.isEmpty)
        #expect(ending.messages.hasPrefix("error: "), "\(ending.messages)")
        #expect(ending.messages.contains(message), "\(ending.messages)")
        #expect(!ending.messages.contains("Usage:") && !ending.messages.contains("Error:"))
    }

    @Test(
        "What is no command is refused, also where its help is asked for, and the nearest is named",
        arguments: [
            ("plann", "unexpected argument 'plann'. See mmbert --help. Did you mean plan?"),
            ("plann my.yaml --json", "'plann'. See mmbert --help. Did you mean plan?"),
            ("--help plann", "'plann'. See mmbert --help. Did you mean plan?"),
            ("trian", "unexpected argument 'trian'. See mmbert --help. Did you mean train?"),
            ("zzzzzz", "unexpected argument 'zzzzzz'. See mmbert --help."),
            ("bench kernls", "'kernls'. See mmbert bench --help. Did you mean kernels?"),
            ("bench kernls --help", "'kernls'. See mmbert bench --help. Did you mean kernels?"),
            ("data bild --input x", "'bild'. See mmbert data --help. Did you mean build?"),
            ("help plann", "there is no command 'plann'. See mmbert --help. Did you mean plan?"),
            ("help zzzzzz", "there is no command 'zzzzzz'. See mmbert --help."),
            (
                "help bench kernls",
                "no command 'bench kernls'. See mmbert bench --help. Did you mean kernels?"
            ),
            ("help plan extra", "there is no command 'plan extra'. See mmbert plan --help."),
        ])
    func unknownCommand(line: String, message: String) throws {
        let ending = try Program.mmbert.run(line.split(separator: " ").map { String($0) })
        #expect(ending.exitCode == 2 && ending.output.isEmpty)
        #expect(ending.messages.hasPrefix("error: "), "\(ending.messages)")
        #expect(ending.messages.hasSuffix("\(message)\n"), "\(ending.messages)")
    }

    @Test(
        "Help of a command that there is is printed",
        arguments: ["help", "help help", "help bench", "help bench kernels", "help train", "bench"])
    func help(line: String) throws {
        let ending = try Program.mmbert.run(line.split(separator: " ").map { String($0) })
        #expect(ending.exitCode == 0 && ending.messages.isEmpty, "\(ending.messages)")
        #expect(ending.output.hasPrefix("OVERVIEW: "), "\(ending.output)")
    }

    @Test(
        "A mistake that the parser takes for another one is told as what it is",
        arguments: [
            (["plan", "x", "--halp"], "unknown option '--halp'. Did you mean '--help'? See"),
            (["plan", "x", "--foo"], "unknown option '--foo'. See mmbert plan --help."),
            (["plan", "x", "--machine", "2"], "'--machine'. Did you mean '--machines'? See"),
            (
                ["plan", "x", "--threads", "-1"],
                "missing value for '--threads <count>': write --threads=-1 for a number below 0."
            ),
            (
                ["plan", "x", "--threads", "-1", "--threads", "2"],
                "missing value for '--threads <count>': write --threads=-1 for a number below 0."
            ),
            (["plan", "x", "--threads=-1"], "--threads -1: give 1 or more. See mmbert plan"),
            (["finetune", "x", "--preset", "glue/rte"], "error: a recipe and --preset: change"),
        ])
    func otherMistake(arguments: [String], message: String) throws {
        let ending = try Program.mmbert.run(arguments)
        #expect(ending.exitCode == 2 && ending.output.isEmpty)
        #expect(ending.messages.contains(message), "\(ending.messages)")
    }

    @Test(
        "A parameter of a merge is told as the option that sets it",
        arguments: [
            ("ties", "--base: expected the common ancestor of the models, found"),
            ("ties --base m --density 5", "--density: expected a share above 0"),
            ("ties --base m --lambda nan", "--lambda: expected a finite number"),
            ("average --weights 1,2", "--weights: expected 1 number, one per model"),
            ("ema --decay 0", "--decay: expected a number above 0"),
        ])
    func mergeParameters(line: String, message: String) throws {
        let ending = try Program.mmbert.run(
            ["merge", "m", "--output", "x", "--method"]
                + line.split(separator: " ").map { String($0) })
        #expect(ending.exitCode == 2 && ending.output.isEmpty)
        #expect(ending.messages.hasPrefix("error: \(message)"), "\(ending.messages)")
    }

    @Test("The program that trains says in one line that it lacks a recipe")
    func noRecipe() throws {
        let ending = try Program.trainer.run([])
        #expect(ending.exitCode == 2 && ending.output.isEmpty)
        #expect(
            ending.messages == """
                error: missing expected argument '<recipe>', a YAML file. See mmbert-train --help.

                """)
    }

    @Test("--version names the program and its version")
    func version() throws {
        for (program, arguments) in [
            (Program.mmbert, ["--version"]), (.mmbert, ["version"]), (.trainer, ["--version"]),
        ] {
            let ending = try program.run(arguments)
            #expect(ending.exitCode == 0)
            #expect(ending.output.wholeMatch(of: /mmbert(-train)? \d+\.\d+\.\d+\n/) != nil)
        }
    }

    @Test("Completions are printed for bash, zsh and fish", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        for program in [Program.mmbert, .trainer] {
            let ending = try program.run(["--generate-completion-script", shell])
            #expect(ending.exitCode == 0)
            #expect(ending.output.contains(program.name))
        }
    }

    @Test("A recipe may be named without --recipe by both programs")
    func recipe() throws {
        let data = try SmallData.shared()
        let plan = try Program.mmbert.run(["plan", "--recipe", data.recipe, "--no-calibration"])
        #expect(plan.exitCode == 0, "\(plan.messages)")
        let run = try Program.trainer.run([data.recipe, "--dry-run", "--threads", "2"])
        #expect(run.exitCode == 0, "\(run.messages)")
    }

    @Test("A folder without a model is told from that of a run, and from a name on the Hub")
    func models() throws {
        let run = try SmallRun.reference()
        func message(for model: String) throws -> String {
            try Program.mmbert.run(["fill-mask", "--model", model, "--text", "a"]).messages
        }
        #expect(try message(for: run.folder).contains("final model is in \(run.folder)/model."))
        let hub = try message(for: "answerdotai/ModernBERT-base")
        #expect(hub.contains("hf download answerdotai/ModernBERT-base --local-dir"), "\(hub)")
    }
}
