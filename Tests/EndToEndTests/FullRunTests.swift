import Formats
import Foundation
import TestSupport
import Testing

@Suite("A run to its end")
struct FullRunTests {
    @Test("leaves the model, metrics, events, losses, the recipe and its record")
    func files() throws {
        let run = try SmallRun.reference()
        for file in [
            "model/model.safetensors", "model/config.json", "model/tokenizer.json",
            "model/tokenizer.model", "model/modules.json", "model/1_Pooling/config.json",
            "model/README.md", "losses.md", "recipe.yaml", "run.json", "metrics.jsonl",
            "checkpoints/latest",
        ] {
            #expect(try Folder.exists(run.path(file)), "\(file)")
        }
        #expect(try !Folder.contents(of: run.path("tensorboard")).isEmpty)
        let losses = try String(contentsOfFile: run.path("losses.md"), encoding: .utf8)
        #expect(losses.contains("| start | pretrain | midtrain | decay-large |"))
        #expect(losses.contains("| **all 6** |"))
        let card = try String(contentsOfFile: run.path("model/README.md"), encoding: .utf8)
        #expect(card.contains(losses.trimmingCharacters(in: .newlines)))
        #expect(card.contains("| language | pretrain | midtrain | decay-large |"))
        #expect(!card.contains(run.data.folder))
        let stages = try run.checkpoints().filter(\.record.isProtected).map(\.name)
        #expect(
            stages.map { $0.prefix { !$0.isNumber }.dropLast() }
                == ["pretrain", "midtrain", "decay-large", "decay-continued", "decay-all"])
    }

    @Test("lowers the held-out loss of every language")
    func learns() throws {
        let run = try SmallRun.reference()
        let evaluations = try run.metrics().filter { $0["type"] as? String == "evaluation" }
        let first = try #require(evaluations.first?["losses"] as? [String: Double])
        let last = try #require(evaluations.last?["losses"] as? [String: Double])
        #expect(first.count == 6 && last.count == 6)
        for (language, loss) in first {
            #expect(try #require(last[language]) < loss - 0.2, "\(language)")
        }
    }

    @Test("trains to the same bytes from the resolved recipe")
    func resolvedRecipe() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let recipe = folder.path("resolved.yaml")
        try FileManager.default.copyItem(atPath: reference.path("recipe.yaml"), toPath: recipe)
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let ending = try Program.trainer.run(["--recipe", recipe, "--run", run.folder])
        #expect(ending.exitCode == 0, "\(ending.messages)")
        try run.expectEqual(to: reference)
        #expect(
            FileManager.default.contentsEqual(
                atPath: run.path("recipe.yaml"), andPath: reference.path("recipe.yaml")))
    }

    @Test("ends with the same bytes on any number of threads", arguments: [1, 3])
    func threads(count: Int) throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let ending = try run.train("--threads", "\(count)")
        #expect(ending.exitCode == 0, "\(ending.messages)")
        try run.expectEqual(to: reference)
    }

    @Test("changes nothing when it is started again, and prints the table of losses")
    func again() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        try FileManager.default.copyItem(atPath: reference.folder, toPath: run.folder)
        let ending = try run.train("--quiet")
        #expect(ending.exitCode == 0)
        #expect(!ending.messages.contains("final model"))
        #expect(ending.output.contains("held-out loss"))
        #expect(ending.output.contains("merge"))
        try run.expectEqual(to: reference)
    }
}
