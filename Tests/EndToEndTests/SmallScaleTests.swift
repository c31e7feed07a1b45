import Formats
import Foundation
import Recipes
import TestSupport
import Testing

@Suite("The published recipes at a small scale, on made-up text of as many languages")
struct SmallScaleTests {
    @Test("mmBERT small: all phases, variants and the merge, with the planned schedules")
    func small() throws {
        let folder = try TemporaryFolder()
        let manifests = ["pretrain", "midtrain", "decay-all"].map {
            Self.path("data-manifests/\($0).yaml")
        }
        let tokenizer = Folder.join(try SmallData.shared().folder, "tokenizer")
        for command in [
            ["data", "synthesize", "--bytes", "3M", "--output", "text", "--like"] + manifests,
            ["data", "build", "--input", "text", "--tokenizer", tokenizer, "--held-out", "0.02"]
                + ["--output", "shards"],
        ] {
            let ending = try Program.mmbert.run(command, in: folder.path)
            try #require(ending.exitCode == 0, "\(ending.messages)")
        }
        let manifest = folder.path("shards/manifest.yaml")
        let data =
            ["pretrain", "midtrain", "decay"] + [
                "decay.variants.english", "decay.variants.all-languages",
            ]
        let changes =
            data.map { "phases.\($0).data.manifest=\(manifest)" } + [
                "model={vocabulary: 640, hidden: 16, intermediate: 16, layers: 4, heads: 2}",
                "tokenizer=\(tokenizer)", "precision=fp32", "evaluate.data.languages=[deu_Latn]",
            ]
        let recipe = Self.path("recipes/mmbert-small.yaml")
        let run = folder.path("run")
        let ending = try Program.trainer.run(
            ["--recipe", recipe, "--run", run, "--scale", "1e-8"]
                + changes.flatMap { ["--set", $0] })
        try #require(ending.exitCode == 0, "\(ending.messages)")
        #expect(try Folder.exists("\(run)/model/model.safetensors"))

        let planned = try Recipe.read(recipe, overrides: changes, scale: 1e-8).stages()
        #expect(planned.count == 5)
        let records = try String(contentsOfFile: "\(run)/metrics.jsonl", encoding: .utf8)
            .split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return try #require(object as? [String: Any])
            }
        for stage in planned {
            let own = records.filter { $0["stage"] as? String == stage.name }
            let steps = own.filter { $0["type"] as? String == "step" }
            #expect(steps.count >= 10)
            for step in steps {
                let batch = try #require(step["batch_tokens"] as? Int)
                let settings = stage.settings(
                    at: try #require(step["stage_tokens"] as? Int) - batch)
                let rate = try #require(step["learning_rate"] as? Double)
                #expect(abs(rate - settings.learningRate) <= 1e-14 * settings.learningRate)
                #expect(step["mask_ratio"] as? Double == settings.batch.maskRatio)
                #expect(batch <= settings.batch.tokens)
            }
            let end = try #require(own.first { $0["type"] as? String == "stage" })
            let languages = try #require(end["tokens_by_language"] as? [String: Int])
            let counts = ["pretrain": 69, "midtrain": 119, "decay-all-languages": 1898]
            #expect(languages.count == counts[stage.name] ?? 117)
        }
    }

    private static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(name).path
    }
}
