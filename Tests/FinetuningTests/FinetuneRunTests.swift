import Diagnostics
import Encoders
import Finetuning
import Formats
import Foundation
import Recipes
import TestSupport
import Testing

/// A fine-tuning run ends with the same bytes however it came to its end.
@Suite struct FinetuneRunTests {
    private let tasks: MadeUpTasks
    private let train: String
    private let dev: String

    init() throws { try self.init(.modernBERT) }

    private init(_ family: EncoderFamily) throws {
        tasks = try MadeUpTasks(family)
        train = try tasks.pairs(90, seed: 1)
        dev = try tasks.pairs(30, seed: 2)
    }

    private func recipe(_ settings: String...) throws -> FinetuneRecipe {
        try FinetuneRecipe(
            settings: [
                "name=run", "task=pair", "model=\(tasks.model)", "data.train=\(train)",
                "data.dev=\(dev)", "length=32", "batch.examples=16", "epochs=2.5",
                "learning_rate.peak=1e-3", "optimizer.weight_decay=0.01", "dropout.attention=0.1",
                "dropout.classifier=0.1", "evaluate.keep=best", "evaluate.every_steps=4",
            ] + settings)
    }

    private func options(_ folder: String, threads: Int = 2) -> FinetuneOptions {
        var options = FinetuneOptions(threads: threads)
        (options.runFolder, options.isQuiet) = (tasks.folder.path(folder), true)
        return options
    }

    /// What a run's folder holds that must not depend on how it got there.
    private func results(_ folder: String) throws -> [String: [UInt8]] {
        let files = ["model/model.safetensors", "predictions/dev.jsonl", "scores.json"]
        var results: [String: [UInt8]] = [:]
        for file in files {
            results[file] = try FileContents.read(tasks.folder.path("\(folder)/\(file)"))
        }
        return results
    }

    @Test func `a run that ends after every few steps and goes on has the same bytes`() throws {
        #expect(try FinetuneRun(recipe(), options("whole")).run() == .finished)
        var outcomes: [FinetuneRun.Outcome] = []
        repeat {
            var options = options("parts", threads: outcomes.count % 2 + 1)
            options.stopAfter = 1 + outcomes.count % 3
            outcomes.append(try FinetuneRun(recipe(), options).run())
        } while outcomes.last != .finished && outcomes.count < 30
        #expect(outcomes.count > 4)
        #expect(try results("whole") == results("parts"))
    }

    @Test(arguments: [EncoderFamily.xlmRoBERTa, .bert])
    func `so does one of an older encoder, on one thread or two`(family: EncoderFamily) throws {
        let other = try Self(family)
        #expect(try FinetuneRun(other.recipe(), other.options("whole")).run() == .finished)
        var outcomes: [FinetuneRun.Outcome] = []
        repeat {
            var options = other.options("parts", threads: outcomes.count % 2 + 1)
            options.stopAfter = 2 + outcomes.count % 3
            outcomes.append(try FinetuneRun(other.recipe(), options).run())
        } while outcomes.last != .finished && outcomes.count < 30
        #expect(outcomes.count > 3)
        #expect(try other.results("whole") == other.results("parts"))
    }

    @Test func `one thread gives the bytes of two`() throws {
        #expect(try FinetuneRun(recipe(), options("one", threads: 1)).run() == .finished)
        #expect(try FinetuneRun(recipe(), options("two", threads: 2)).run() == .finished)
        #expect(try results("one") == results("two"))
    }

    @Test func `the resolved recipe gives the same run`() throws {
        #expect(try FinetuneRun(recipe(), options("first")).run() == .finished)
        let again = try FinetuneRecipe.read(tasks.folder.path("first/recipe.yaml"))
        #expect(again == (try recipe()))
        #expect(try FinetuneRun(again, options("second")).run() == .finished)
        #expect(try results("first") == results("second"))
    }

    @Test func `a folder of another recipe is refused`() throws {
        var options = options("changed")
        options.stopAfter = 4
        #expect(try FinetuneRun(recipe(), options).run() == .paused)
        let error = #expect(throws: InputError.self) {
            try FinetuneRun(recipe("learning_rate.peak=2e-3"), options)
        }
        #expect(error?.description.contains("learning_rate.peak: 0.002, there 0.001") == true)
    }

    @Test func `a run without patience left ends early`() throws {
        let run = try FinetuneRun(
            recipe("evaluate.patience=1", "epochs=40", "evaluate.every_steps=1"),
            options("patience"))
        #expect(try run.run() == .finished)
        let scores: FinetuneScores = try JSONFile.read(tasks.folder.path("patience/scores.json"))
        #expect(scores.steps < 240)
        #expect(scores.keptStep < scores.steps)
    }
}
