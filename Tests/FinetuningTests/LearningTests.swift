import Diagnostics
import Encoders
import Finetuning
import Foundation
import Formats
import Inference
import Recipes
import TestSupport
import Testing

/// Tasks of a made-up language, whose answers are known, are learned in seconds.
@Suite struct LearningTests {
    private static let settings = [
        "epochs=8", "batch.examples=16", "length=32", "learning_rate.peak=3e-3",
        "learning_rate.warmup=10%", "checkpoint.minutes=none",
    ]

    /// The scores of a run on these files.
    private func scores(
        _ tasks: MadeUpTasks, _ settings: [String], train: String, dev: String
    ) throws -> FinetuneScores {
        let recipe = try FinetuneRecipe(
            settings: ["name=made-up", "model=\(tasks.model)", "data.train=\(train)"]
                + ["data.dev=\(dev)"] + Self.settings + settings)
        var options = FinetuneOptions(threads: 2)
        (options.runFolder, options.isQuiet) = (tasks.folder.path("run"), true)
        #expect(try FinetuneRun(recipe, options).run() == .finished)
        return try JSONFile.read(tasks.folder.path("run/scores.json"))
    }

    @Test func `texts are classified by a word`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=text"], train: try tasks.texts(400, seed: 1),
            dev: try tasks.texts(100, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["accuracy"]) >= 0.95)
        #expect(scores.labels == ["blue", "red"])
    }

    @Test func `texts get any number of labels`() throws {
        let tasks = try MadeUpTasks()
        let dev = try tasks.colours(100, seed: 2)
        let scores = try scores(
            tasks, ["task=text", "objective=multilabel"], train: try tasks.colours(400, seed: 1),
            dev: dev)
        let found = try #require(scores.files["dev"])
        #expect(try #require(found.metrics["exact_match"]) >= 0.95)
        #expect(try #require(found.metrics["f1_macro"]) >= 0.95)
        #expect(scores.labels == ["blue", "red"])
        #expect(!found.isCollapsed)

        // The written head gives the same labels, none and both among them.
        let model = try FineTunedModel(folder: tasks.folder.path("run/model"))
        var data = LabelledData()
        data.format = .json
        let predicted = try PredictedFile(dev, data, by: model)
        #expect(predicted.metrics == found.metrics)
        try predicted.write(to: tasks.folder.path("predictions.jsonl"))
        let written = try String(
            contentsOfFile: tasks.folder.path("predictions.jsonl"), encoding: .utf8)
        for labels in [#"[]"#, #"["blue"]"#, #"["red"]"#, #"["blue","red"]"#] {
            #expect(written.contains(#""labels":\#(labels),"scores":{"blue":"#))
        }
    }

    @Test func `formats of one label are refused for several`() throws {
        let tasks = try MadeUpTasks()
        let error = #expect(throws: InputError.self) {
            _ = try scores(
                tasks, ["task=text", "objective=multilabel", "data.format=glue", "data.task=sst2"],
                train: try tasks.texts(40, seed: 1), dev: try tasks.texts(10, seed: 2))
        }
        #expect(error?.description.contains("found task sst2") == true)
    }

    @Test(arguments: ["cls", "mean"])
    func `pairs are classified, by the first token and by the mean`(pooling: String) throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=pair", "pooling=\(pooling)"], train: try tasks.pairs(400, seed: 1),
            dev: try tasks.pairs(100, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["accuracy"]) >= 0.95)
        #expect(scores.pooling == pooling)
    }

    @Test(arguments: [EncoderFamily.xlmRoBERTa, .roBERTa, .bert], ["text", "pair", "choice"])
    func `older encoders learn, too`(family: EncoderFamily, task: String) throws {
        let tasks = try MadeUpTasks(family)
        let (train, dev) =
            switch task {
            case "text": (try tasks.texts(400, seed: 1), try tasks.texts(100, seed: 2))
            case "pair": (try tasks.pairs(400, seed: 1), try tasks.pairs(100, seed: 2))
            default: (try tasks.choices(400, seed: 1), try tasks.choices(100, seed: 2))
            }
        let scores = try scores(tasks, ["task=\(task)"], train: train, dev: dev)
        #expect(try #require(scores.files["dev"]?.metrics["accuracy"]) >= 0.95)
    }

    @Test func `a mean of an older encoder is refused, since no head takes it`() throws {
        let tasks = try MadeUpTasks(.bert)
        let error = #expect(throws: InputError.self) {
            _ = try scores(
                tasks, ["task=pair", "pooling=mean"], train: try tasks.pairs(40, seed: 1),
                dev: try tasks.pairs(10, seed: 2))
        }
        #expect(error?.location == "pooling")
    }

    @Test func `texts are scored`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=text", "objective=score", "data.columns.text=text"],
            train: try tasks.scores(600, seed: 1), dev: try tasks.scores(100, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["pearson"]) >= 0.95)
    }

    @Test func `words are tagged`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=tokens", "data.format=conll"], train: try tasks.tags(300, seed: 1),
            dev: try tasks.tags(100, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["f1"]) >= 0.95)
    }

    @Test func `answers are found, also in windows`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=qa", "length=16", "stride=4"],
            train: try tasks.questions(400, seed: 1), dev: try tasks.questions(100, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["exact_match"]) >= 0.95)
    }

    @Test func `choices are made`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=choice"], train: try tasks.choices(300, seed: 1),
            dev: try tasks.choices(100, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["accuracy"]) >= 0.95)
    }

    @Test(arguments: [0, 2])
    func `texts find their translations`(negatives: Int) throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=embedding", "loss.symmetric=true", "epochs=12"],
            train: try tasks.translations(400, seed: 1, negatives: negatives),
            dev: try tasks.translations(60, seed: 2, negatives: negatives))
        let dev = try #require(scores.files["dev"])
        #expect(try #require(dev.metrics["ndcg_at_10"]) >= 0.95)
        #expect(dev.metrics["triplet_accuracy"].map { $0 >= 0.95 } == (negatives > 0 ? true : nil))
        #expect(scores.pooling == "mean")
    }

    @Test func `cosines follow scores`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=embedding", "loss.name=cosent", "epochs=20"],
            train: try tasks.similarities(600, seed: 1), dev: try tasks.similarities(200, seed: 2))
        #expect(try #require(scores.files["dev"]?.metrics["spearman"]) >= 0.9)
    }

    @Test func `a head alone learns less than the whole, and leaves the encoder as it is`() throws {
        let tasks = try MadeUpTasks()
        let scores = try scores(
            tasks, ["task=text", "train=head"], train: try tasks.texts(200, seed: 1),
            dev: try tasks.texts(50, seed: 2))
        #expect(scores.files["dev"]?.scored == 50)
        let before = try SafetensorsFile(path: tasks.model + "/model.safetensors")
        let after = try SafetensorsFile(
            path: tasks.folder.path("run/model/model.safetensors"))
        var (was, now) = ([Float](), [Float]())
        for name in ["model.layers.1.attn.Wqkv.weight", "model.embeddings.tok_embeddings.weight"] {
            was = try before.floats(name)
            now = try after.floats(name)
            #expect(was == now)
        }
    }
}
