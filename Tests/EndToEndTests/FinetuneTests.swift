import Formats
import Foundation
import TestSupport
import Testing

/// `mmbert finetune` and `mmbert predict`, from labelled files to predictions.
@Suite struct FinetuneTests {
    private let used: UsedModel

    init() throws { used = try UsedModel() }

    /// Labelled texts whose label is a word of theirs.
    private func texts(_ count: Int, from first: Int = 0) -> String {
        let rows = (first..<first + count).map { number in
            let isEnd = number * 7 % 5 < 2
            return "\(isEnd ? "the end" : "two words") of number \(number)\t"
                + (isEnd ? "end" : "words")
        }
        return "text\tlabel\n" + rows.joined(separator: "\n") + "\n"
    }

    private func finetune(_ options: [String]) -> [String] {
        [
            "finetune", "--task", "text", "--model", used.model, "--threads", "2",
            "--set", "length=32", "--set", "batch.examples=16", "--set", "epochs=6",
            "--set", "learning_rate.peak=3e-3",
        ] + options
    }

    /// The files of a run's folder that must not depend on how it got there.
    private func results(_ run: String) throws -> [[UInt8]] {
        try ["model/model.safetensors", "predictions/dev.jsonl", "scores.json"].map {
            try FileContents.read(used.folder.path("\(run)/\($0)"))
        }
    }

    @Test func `texts are learned, predicted, measured and used in Swift`() throws {
        try used.folder.write(texts(200), to: "train.tsv")
        try used.folder.write(texts(50, from: 200), to: "dev.tsv")
        let run = try Program.mmbert.run(
            finetune(["--train", "train.tsv", "--dev", "dev.tsv", "--output", "run"]),
            in: used.folder.path)
        try #require(run.exitCode == 0, "\(run.messages)")
        #expect(run.messages.contains("a new classifier of 2 labels"))

        let predicted = try Program.mmbert.run(
            [
                "predict", "--model", "run/model", "--input", "dev.tsv", "--output", "p.jsonl",
                "--json",
            ], in: used.folder.path)
        try #require(predicted.exitCode == 0, "\(predicted.messages)")
        #expect(
            try FileContents.read(used.folder.path("p.jsonl"))
                == FileContents.read(used.folder.path("run/predictions/dev.jsonl")))
        #expect(predicted.output.contains("\"accuracy\":1"))

        let one = try Program.mmbert.run(
            ["predict", "--model", "run/model", "--text", "the end of number 9"],
            in: used.folder.path)
        #expect(one.output.contains("end"))

        for (options, message) in [
            (["--text", "a", "--question", "b"], "--question"),
            (["--text", "a", "--pair", "b"], "Leave --pair out."),
            (["--input", "dev.tsv", "--format", "squad"], "--format squad"),
            (["--input", "dev.tsv", "--output", "run"], "a folder"),
            (["--input", "dev.tsv", "--output", "absent/p"], "absent/p"),
        ] {
            let refused = try Program.mmbert.run(
                ["predict", "--model", "run/model"] + options, in: used.folder.path)
            #expect(refused.exitCode == 2, "\(options)")
            #expect(refused.messages.contains(message), "\(refused.messages)")
            #expect(!refused.messages.contains("50 examples"), "\(options)")
        }
        for (options, message) in [
            (["--output", "dev.tsv"], "a folder that can be written"),
            (["--output", "run", "--set", "epochs=7"], "the recipe with which this run began"),
            (["--output", "run", "--run", "other"], "give one of them"),
        ] {
            let refused = try Program.mmbert.run(
                finetune(["--train", "train.tsv", "--dev", "dev.tsv", "--dry-run"] + options),
                in: used.folder.path)
            #expect(refused.exitCode == 2, "\(options)")
            #expect(refused.messages.contains(message), "\(refused.messages)")
        }

        try used.folder.write("the end of number 7\ntwo words of number 8\n", to: "lines")
        let example = try Program(name: "TopicLabels").run(
            behind: "exec < lines", [used.folder.path("run/model")], in: used.folder.path)
        try #require(example.exitCode == 0, "\(example.messages)")
        #expect(
            example.output.split(separator: "\n").map { $0.prefix { $0 != "\t" } }
                == ["end", "words"])

        let masks = try Program.mmbert.run(
            ["fill-mask", "--model", "run/model", "--text", "<mask>"], in: used.folder.path)
        #expect(masks.exitCode == 2)
        #expect(masks.messages.contains("mmbert predict"))
    }

    @Test func `the example of the documentation is the one that is compiled`() throws {
        let root = URL(filePath: Fixtures.path("")).appending(path: "../..").standardized
        func text(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        let source = try text("Examples/TopicLabels/Sources/TopicLabels/main.swift")
        let page = try text("Sources/Inference/Documentation.docc/FineTunedModels.md")
        #expect(page.contains("```swift\n\(source)```\n"))
    }

    @Test func `a run of pre-training is no run to go on with`() throws {
        try used.folder.write(texts(20), to: "train.tsv")
        try used.folder.write(texts(10, from: 20), to: "dev.tsv")
        let other = try SmallRun.paused(copiedInto: used.folder.path("other"))
        let options = ["--train", "train.tsv", "--dev", "dev.tsv", "--run", other.folder]
        for dryRun in [["--dry-run"], []] {
            expectMistake(
                try Program.mmbert.run(finetune(options + dryRun), in: used.folder.path),
                [other.folder, "expected a checkpoint of fine-tuning", "Name another folder"])
        }
    }

    @Test func `paths in options may have any letters`() throws {
        let folder = "a #1: [x] 'y'"
        try used.folder.write(texts(20), to: "sets/\(folder)/train.tsv")
        try used.folder.write(texts(10, from: 20), to: "sets/de/dev.tsv")
        let run = try Program.mmbert.run(
            finetune(["--train", "\(folder)/train.tsv", "--dev", "{lang}/dev.tsv", "--dry-run"]),
            in: used.folder.path("sets"))
        #expect(run.exitCode == 0, "\(run.messages)")
        #expect(run.output.contains("/sets/de/dev.tsv"))
    }

    /// `MMBERT_KILLS=20` for a thorough look.
    @Test func `a run killed at random moments ends with the same bytes`() throws {
        try used.folder.write(texts(200), to: "train.tsv")
        try used.folder.write(texts(50, from: 200), to: "dev.tsv")
        let options = [
            "--train", "train.tsv", "--dev", "dev.tsv", "--set", "checkpoint.minutes=1e-6",
            "--set", "evaluate.keep=best", "--set", "name=run",
        ]
        func arguments(_ run: String) -> [String] { finetune(options + ["--run", run]) }
        let whole = try Program.mmbert.run(arguments("whole"), in: used.folder.path)
        try #require(whole.exitCode == 0, "\(whole.messages)")
        var killed = 0
        var draws = testIndices(400, below: 400, seed: 17)
        var runs = 1
        while killed < InterruptionTests.kills, let delay = draws.popLast() {
            let program = try Program.mmbert.start(arguments("run-\(runs)"), in: used.folder.path)
            usleep(50_000 + UInt32(delay) * 1000)
            program.send(SIGKILL)
            let ending = program.wait()
            if ending.exitCode == nil {
                killed += 1
                continue
            }
            #expect(ending.exitCode == 0, "\(ending.messages)")
            #expect(try results("whole") == results("run-\(runs)"))
            runs += 1
        }
        #expect(killed == InterruptionTests.kills)
        let last = try Program.mmbert.run(arguments("run-\(runs)"), in: used.folder.path)
        #expect(last.exitCode == 0, "\(last.messages)")
        #expect(try results("whole") == results("run-\(runs)"))
    }

    private static let mistakes: [(name: String, train: String, settings: [String], says: String)] =
        [
            ("no label", "text\tlabel\na\t\nb\tx\n", [], "train.tsv:2"),
            ("one label", "text\tlabel\na\tx\nb\tx\n", [], "two labels or more"),
            ("unequal columns", "text\tlabel\na\tx\nb\n", [], "train.tsv:3"),
            ("no such column", "sentence_a\tlabel\na\tx\n", [], "a column “text”"),
            ("empty", "", [], "train.tsv"),
            ("too long", "text\tlabel\na\tx\nb\ty\n", ["length=4096"], "positions of the model"),
            ("layers", "text\tlabel\na\tx\nb\ty\n", ["train=layers 40-"], "a layer from 0 to"),
            ("metric", "text\tlabel\na\tx\nb\ty\n", ["metric=bleu"], "metric"),
            ("key", "text\tlabel\na\tx\nb\ty\n", ["max_length=9"], "Did you mean length?"),
            ("format", "text\tlabel\na\tx\nb\ty\n", ["data.format=squad"], "data.format"),
        ]

    @Test(arguments: mistakes.map(\.name))
    func `what is wrong is told before anything is computed`(name: String) throws {
        let mistake = try #require(Self.mistakes.first { $0.name == name })
        try used.folder.write(mistake.train, to: "train.tsv")
        try used.folder.write("text\tlabel\na\tx\nb\ty\n", to: "dev.tsv")
        let ending = try Program.mmbert.run(
            finetune(
                ["--train", "train.tsv", "--dev", "dev.tsv", "--output", "run"]
                    + mistake.settings.flatMap { ["--set", $0] }), in: used.folder.path)
        #expect(ending.exitCode == 2, "\(ending.messages)")
        #expect(ending.messages.contains(mistake.says), "\(ending.messages)")
        #expect(!ending.messages.contains("step 1"))
    }
}
