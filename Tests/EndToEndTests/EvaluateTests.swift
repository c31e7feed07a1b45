import Formats
import Foundation
import ModelFolders
import TestSupport
import Testing
import Tokenization

@Suite("mmbert evaluate")
struct EvaluateTests {
    private let folder = Result { try TemporaryFolder() }

    /// A tiny model, made-up texts, and a suite of both.
    private func makeSuite() throws -> TemporaryFolder {
        let folder = try folder.get()
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/tiny.model"))
        try Folder.create(folder.path("model"))
        try ModelFolder.write(
            TinyModel.make(seed: 1, vocabularySize: tokenizer.vocabularySize),
            tokenizer: HuggingFaceTokenizer(tokenizer, maximumLength: 64),
            into: folder.path("model"))
        for (name, count) in [("train", 400), ("dev", 20)] {
            let lines = (0..<count).map { row in
                "{\"text\": \"a \(row % 2 == 0 ? "up" : "down") home \(row)\", "
                    + "\"label\": \"\(row % 2 == 0 ? "x" : "y")\"}\n"
            }
            try folder.write(lines.joined(), to: "\(name).jsonl")
        }
        try folder.write(
            """
            name: small
            seeds: [1, 2]
            tasks:
              topic: {task: text, data: {train: train.jsonl, dev: dev.jsonl}, length: 32,
                epochs: 4, batch: {examples: 8}, checkpoint: {minutes: none}}
            """, to: "suite.yaml")
        return folder
    }

    private static let arguments = [
        "evaluate", "suite.yaml", "--model", "m=model", "--threads", "1",
    ]

    @Test("stopped by a signal goes on with the same command, to the same scores")
    func signal() throws {
        let folder = try makeSuite()
        let whole = try Program.mmbert.run(
            Self.arguments + ["--run", "whole", "--json"], in: folder.path)
        #expect(whole.exitCode == 0, "\(whole.messages)")
        let program = try Program.mmbert.start(
            Self.arguments + ["--run", "parts"], in: folder.path)
        program.waitFor("seed 1 · step")
        program.send(SIGTERM)
        let stopped = program.wait()
        #expect(stopped.exitCode == 128 + SIGTERM, "\(stopped.messages)")
        #expect(stopped.messages.contains("Stopped by SIGTERM. Saved. The same command goes on"))
        let rest = try Program.mmbert.run(
            Self.arguments + ["--run", "parts", "--json"], in: folder.path)
        #expect(rest.exitCode == 0, "\(rest.messages)")
        #expect(
            rest.output.replacing("/parts/", with: "/whole/") == whole.output, "\(rest.output)")
        let again = try Program.mmbert.run(Self.arguments + ["--run", "parts"], in: folder.path)
        #expect(again.exitCode == 0 && again.output.contains("topic, accuracy"))
        #expect(!again.messages.contains("begins"), "\(again.messages)")
    }

    @Test("tells what is read without running, and what is wrong with exit codes")
    func outcomes() throws {
        let folder = try makeSuite()
        let rehearsal = try Program.mmbert.run(Self.arguments + ["--dry-run"], in: folder.path)
        #expect(rehearsal.exitCode == 0, "\(rehearsal.messages)")
        #expect(rehearsal.output.contains("labels of train: x 200, y 200"))
        #expect(rehearsal.output.contains("200 steps, 50 an epoch"))
        #expect(try !Folder.exists(folder.path("runs")))
        let wrong = try Program.mmbert.run(
            Self.arguments + ["--set", "tasks.topic.epoch=1"], in: folder.path)
        #expect(wrong.exitCode == 2 && wrong.messages.contains("Did you mean epochs?"))
        let failed = try Program.mmbert.run(
            Self.arguments + ["--set", "tasks.topic.metric=bleu", "--set", "seeds=[1]"],
            in: folder.path)
        #expect(failed.exitCode == 1, "\(failed.messages)")
        #expect(failed.messages.contains("1 run failed:\n  topic · m · seed 1"))
    }
}
