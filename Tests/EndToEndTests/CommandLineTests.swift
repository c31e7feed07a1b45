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
