import Diagnostics
import Finetuning
import Formats
import Foundation
import Inference
import Recipes
import TestSupport
import Testing

/// Runs that train vectors.
@Suite struct VectorRunTests {
    private let tasks: MadeUpTasks
    private let train: String
    private let dev: String

    init() throws {
        tasks = try MadeUpTasks()
        train = try tasks.translations(90, seed: 1, negatives: 1)
        dev = try tasks.translations(30, seed: 2, negatives: 1)
    }

    private func recipe(_ settings: String...) throws -> FinetuneRecipe {
        try FinetuneRecipe(
            settings: [
                "name=run", "task=embedding", "model=\(tasks.model)", "data.train=\(train)",
                "data.dev=\(dev)", "length=32", "batch.examples=16", "epochs=2.5",
                "learning_rate.peak=1e-3", "dropout.attention=0.1", "evaluate.keep=best",
                "evaluate.every_steps=4", "batch.microbatch=60", "loss.dimensions=[32, 8]",
            ] + settings)
    }

    private func run(
        _ recipe: FinetuneRecipe, _ folder: String, threads: Int = 2, stopAfter: Int? = nil
    ) throws -> FinetuneRun.Outcome {
        var options = FinetuneOptions(threads: threads)
        (options.runFolder, options.isQuiet) = (tasks.folder.path(folder), true)
        options.stopAfter = stopAfter
        return try FinetuneRun(recipe, options).run()
    }

    private func results(_ folder: String) throws -> [[UInt8]] {
        try ["model/model.safetensors", "predictions/dev.jsonl", "scores.json"].map {
            try FileContents.read(tasks.folder.path("\(folder)/\($0)"))
        }
    }

    @Test func `a run that is stopped and goes on, on one thread or two, has the same bytes`()
        throws
    {
        #expect(try run(recipe(), "whole") == .finished)
        var outcomes: [FinetuneRun.Outcome] = []
        repeat {
            outcomes.append(
                try run(
                    recipe(), "parts", threads: outcomes.count % 2 + 1,
                    stopAfter: 1 + outcomes.count % 3))
        } while outcomes.last != .finished && outcomes.count < 40
        #expect(outcomes.count > 4)
        #expect(try results("whole") == results("parts"))
        let again = try FinetuneRecipe.read(tasks.folder.path("whole/recipe.yaml"))
        #expect(again == (try recipe()))
    }

    @Test func `the folder gives vectors as they were trained`() throws {
        let settings = try recipe("normalize=true", #"prompts.query="who ""#, "pooling=cls")
        #expect(try run(settings, "vectors") == .finished)
        let model = try EncoderModel(
            folder: tasks.folder.path("vectors/model"), precision: .fp32)
        #expect(model.embeddingOptions == EmbeddingOptions(pooling: .cls, usesLayers: true))
        let rows = try text(at: dev).split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t").map(String.init)
        }
        let anchors = try model.embed(rows.map { "who " + $0[0] })
        let positives = try model.embed(rows.map { $0[1] })
        let length = positives[0].reduce(0) { $0 + Double($1 * $1) }
        #expect(abs(length - 1) < 1e-5)
        let found = try text(at: tasks.folder.path("vectors/predictions/dev.jsonl"))
            .split(separator: "\n").map {
                try JSONDecoder().decode(Score.self, from: Data($0.utf8)).score
            }
        for row in rows.indices {
            let cosine = zip(anchors[row], positives[row]).reduce(0) { $0 + Double($1.0 * $1.1) }
            #expect(abs(cosine - found[row]) < 1e-5)
        }
        let prompts = try text(
            at:
                tasks.folder.path("vectors/model/config_sentence_transformers.json"))
        #expect(prompts.contains(#""query": "who ""#))
    }

    private func text(at path: String) throws -> String {
        String(decoding: try FileContents.read(path), as: UTF8.self)
    }

    private struct Score: Decodable { let score: Double }

    @Test(arguments: [
        (["loss.name=cosent"], "expected a column “score”"),
        (["loss.name=cosent", "loss.symmetric=true"], "loss.symmetric: expected no symmetric"),
        (["loss.dimensions=[64]"], "loss.dimensions: expected at most the 32 numbers"),
        (["metric=accuracy"], "metric: expected one of"),
        (["task=pair"], "expected no loss for task pair"),
        (["train=head"], "train: expected a part of the encoder"),
        (["labels=[a, b]"], "labels: expected no labels for task embedding"),
        (["data.format=squad"], "expected"),
        (["data.format=triples"], "data.corpus: expected the folder with the texts"),
    ])
    func `what cannot be is refused before a step`(settings: [String], message: String) throws {
        let error = #expect(throws: InputError.self) {
            let base = [
                "name=run", "task=embedding", "model=\(tasks.model)", "data.train=\(train)",
                "data.dev=\(dev)", "length=32", "loss.scale=20",
            ]
            _ = try run(FinetuneRecipe(settings: base + settings), "refused")
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        #expect(try !Folder.exists(tasks.folder.path("refused/metrics.jsonl")))
    }

    @Test func `files with unequal numbers of negatives are refused together`() throws {
        let path = try tasks.folder.write(
            "{\"query\": \"mira\", \"pos\": [\"pano\"]}\n", to: "pairs.jsonl")
        let error = #expect(throws: InputError.self) {
            _ = try run(recipe("data.train=[\(train), \(path)]"), "mixed")
        }
        #expect(
            error?.description.contains("pairs.jsonl:1: expected 1 negatives, as \(train) has")
                == true)
    }

    @Test func `rows with fewer negatives are refused, or repeat their own where told to`() throws {
        let path = try tasks.folder.write(
            """
            {"query": "mira", "pos": ["pano"], "neg": ["reki", "dula"]}
            {"query": "tolo", "pos": ["reki"], "neg": ["pano"]}
            """, to: "unequal.jsonl")
        let error = #expect(throws: InputError.self) {
            _ = try run(recipe("data.train=\(path)"), "unequal")
        }
        #expect(
            error?.description.contains("unequal.jsonl:2: expected 2 negatives, as the first row")
                == true)
        let set = try FinetuneSetup(
            recipe("data.train=\(path)", "negatives=2"), parallel: .init(threads: 1))
        #expect(set.train[0].source.repeatedNegatives == 1)
        #expect(set.train[0].examples.map(\.sequences.count) == [4, 4])
    }
}
