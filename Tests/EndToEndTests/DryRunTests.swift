import Formats
import Foundation
import TestSupport
import Testing

@Suite("--dry-run")
struct DryRunTests {
    @Test("checks, takes a step, and leaves nothing behind")
    func fresh() throws {
        let folder = try TemporaryFolder()
        let data = try SmallData.shared()
        let run = SmallRun(data: data, folder: folder.path("runs/new"))
        let before = try Self.files(in: data.folder)
        let ending = try run.train("--dry-run")
        #expect(ending.exitCode == 0, "\(ending.messages)")
        for part in [
            "recipe: 5 stages", "tokenizer: 640 pieces", "the run begins there", "disk: ",
            "memory: a step takes about", "evaluation: 6 languages, ",
            "data: 6 sources, shards as their indexes' hashes say",
            "step: pretrain, loss ", "nothing is in the way of this run",
        ] {
            #expect(ending.messages.contains(part), "lacks \(part): \(ending.messages)")
        }
        #expect(try !Folder.exists(folder.path("runs")))
        #expect(try Self.files(in: data.folder) == before)
    }

    @Test("takes the step from which a run would resume, and changes nothing in its folder")
    func paused() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let before = try Self.files(in: run.folder)
        let ending = try run.train("--dry-run")
        #expect(ending.exitCode == 0, "\(ending.messages)")
        let newest = try #require(try run.checkpoints().last?.name)
        #expect(ending.messages.contains("resumes from \(newest)"))
        #expect(try Self.files(in: run.folder) == before)
        #expect(try run.train("--dry-run", "--resume", "never").exitCode == 2)
        #expect(
            try run.train("--dry-run", "--set", "phases.1.tokens=30k").messages
                .contains("phases.1.tokens: expected 20k, as in"))
        #expect(try Self.files(in: run.folder) == before)
    }

    @Test("takes the step that the run takes")
    func sameStep() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        #expect(
            try run.train("--stop-after", "1steps", "--set", "log.every_steps=1").exitCode == 0)
        let step = try #require(run.metrics().first { $0["type"] as? String == "step" })
        let loss = String(format: "%.3f", try #require(step["loss"] as? Double))
        let rehearsal = SmallRun(data: reference.data, folder: folder.path("other"))
        #expect(try rehearsal.train("--dry-run").messages.contains("loss \(loss),"))
    }

    @Test("takes a later variant's first step from where the variants part")
    func laterVariant() throws {
        let reference = try SmallRun.reference()
        let stages = try reference.metrics().filter { $0["type"] as? String == "stage" }
        let steps = try ["pretrain", "midtrain", "decay-large"].reduce(0) { sum, name in
            let stage = try #require(stages.first { $0["stage"] as? String == name })
            return try sum + #require(stage["steps"] as? Int)
        }
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let logged = ["--set", "log.every_steps=1"]
        let first = run.arguments(logged + ["--stop-after", "\(steps)steps"])
        #expect(try Program.trainer.run(first).exitCode == 0)
        let rehearsal = try Program.trainer.run(run.arguments(logged + ["--dry-run"]))
        let next = run.arguments(logged + ["--stop-after", "1steps"])
        #expect(try Program.trainer.run(next).exitCode == 0)
        let step = try #require(run.metrics().last { $0["type"] as? String == "step" })
        #expect(step["stage"] as? String == "decay-continued")
        let loss = String(format: "%.3f", try #require(step["loss"] as? Double))
        #expect(
            rehearsal.messages.contains("step: decay-continued, loss \(loss),"),
            "\(loss): \(rehearsal.messages)")
    }

    @Test("takes the step with the phase's weight decay")
    func weightDecay() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        // With weights of 10¹⁸ the loss is not a number.
        let ending = try run.train(
            "--dry-run", "--set", "phases.0.learning_rate.warmup=0",
            "--set", "phases.0.weight_decay=1e20")
        #expect(ending.exitCode == 1)
        #expect(ending.messages.contains("the held-out loss became"), "\(ending.messages)")
    }

    @Test("finds a changed byte in a shard that only the last variant reads")
    func damagedShard() throws {
        let folder = try TemporaryFolder()
        let data = try SmallData.shared().copy(into: folder.path)
        let shard = data.shard("qaf_Latn")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: shard))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: shard))
        let run = SmallRun(data: data, folder: folder.path("run"))
        expectMistake(try run.train("--dry-run"), [shard, "as the index says"])
    }

    @Test("tells a step that no memory of this machine holds")
    func tooLarge() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        for options in [["--dry-run"], []] {
            let ending = try Program.trainer.run(
                run.arguments(
                    options + [
                        "--set", "phases.0.tokens=1T",
                        "--set", "phases.0.batch={tokens: 16M, microbatch: 16M}",
                    ]))
            expectMistake(
                ending, ["expected a step that fits into", "GiB", "activation_checkpointing"])
        }
    }

    /// Every file below a folder with its size and time of change.
    private static func files(in folder: String) throws -> [String: [String]] {
        var files: [String: [String]] = [:]
        let names = FileManager.default.enumerator(atPath: folder)
        while let name = names?.nextObject() as? String {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            files[name] = [
                "\(attributes[.size] ?? 0)", "\(attributes[.modificationDate] ?? Date())",
            ]
        }
        return files
    }
}
