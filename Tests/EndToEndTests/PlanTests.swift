import Curriculum
import Foundation
import Recipes
import TestSupport
import Testing

@Suite("mmbert plan")
struct PlanTests {
    private func plan(_ arguments: String...) throws -> NSDictionary {
        let ending = try Program.mmbert.run(["plan"] + arguments)
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        return try #require(object as? NSDictionary)
    }

    @Test("says what the run then does: rates, ratios, batches, steps, languages")
    func planned() throws {
        let run = try SmallRun.reference()
        let stages = try Recipe.read(run.data.recipe).stages()
        let plan = try #require(
            plan(run.data.recipe, "--json", "--no-calibration")["stages"] as? [NSDictionary])
        #expect(plan.count == stages.count)
        let metrics = try run.metrics()
        for (stage, plan) in zip(stages, plan) {
            #expect(plan["name"] as? String == stage.name)
            let records = metrics.filter { $0["stage"] as? String == stage.name }
            for record in records where record["type"] as? String == "step" {
                let batch = try #require(record["batch_tokens"] as? Int)
                let settings = stage.settings(
                    at: try #require(record["stage_tokens"] as? Int) - batch)
                let rate = try #require(record["learning_rate"] as? Double)
                // Foundation reads decimals to within a few units in the last place.
                #expect(abs(rate / settings.learningRate - 1) < 1e-14)
                #expect(record["mask_ratio"] as? Double == settings.batch.maskRatio)
                #expect(record["context"] as? Int == plan["context"] as? Int)
                #expect(batch <= settings.batch.tokens)
            }
            let end = try #require(records.first { $0["type"] as? String == "stage" })
            try expectLanguages(of: plan, in: end, context: stage.phase.context)
            let steps = try #require(plan["steps"] as? Int)
            let taken = try #require(end["steps"] as? Int)
            // Packing leaves some room in microbatches this small.
            #expect((steps...(steps + steps / 5 + 1)).contains(taken), "\(stage.name)")
        }
    }

    private func expectLanguages(
        of plan: NSDictionary, in record: NSDictionary, context: Int
    ) throws {
        let read = try #require(record["tokens_by_language"] as? [String: Int])
        let languages = try #require(plan["languages"] as? [NSDictionary])
        #expect(Set(languages.compactMap { $0["language"] as? String }) == Set(read.keys))
        let all = read.values.reduce(0, +)
        for language in languages {
            let code = try #require(language["language"] as? String)
            let share = try #require(language["share"] as? Double)
            // Quotas are exact in whole blocks of draws; these stages are shorter than one, where a
            // share varies no more than that of independent draws.
            let draws = Double(all / context)
            let deviation = (share * (1 - share) / draws).squareRoot()
            let found = Double(read[code] ?? 0) / Double(all)
            #expect(abs(found - share) < 4 * deviation, "\(code): \(found), planned \(share)")
        }
    }

    @Test("measures the machine, and prints tables")
    func calibrated() throws {
        let data = try SmallData.shared()
        let ending = try Program.mmbert.run(["plan", data.recipe, "--machines", "2"])
        #expect(ending.exitCode == 0, "\(ending.messages)")
        for part in ["Phases\n", "Languages\n", "Memory\n", "Time\n", "2 machines"] {
            #expect(ending.output.contains(part), "lacks \(part)")
        }
        #expect(ending.messages.contains("measuring the head"))
    }

    @Test("needs no shards and no tokenizer, but the manifests' counts")
    func withoutData() throws {
        let data = try SmallData.shared()
        let folder = ProcessFolder.path("plan-without-data")
        try FileManager.default.createDirectory(
            atPath: "\(folder)/shards", withIntermediateDirectories: true)
        for name in ["recipe.yaml", "shards/manifest.yaml"] {
            try FileManager.default.copyItem(
                atPath: "\(data.folder)/\(name)", toPath: "\(folder)/\(name)")
        }
        let recipe = "\(folder)/recipe.yaml"
        #expect(
            try plan(recipe, "--json", "--no-calibration")["name"] as? String == "small")
        try FileManager.default.removeItem(atPath: "\(folder)/shards/manifest.yaml")
        expectMistake(
            try Program.mmbert.run(["plan", recipe]), ["recipe.yaml:", "expected a manifest"])
    }

    @Test(
        "docs/fidelity.md has the tables that the plan of mmBERT base gives",
        .enabled(if: python != nil, "needs python3"))
    func fidelity() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let folder = try TemporaryFolder()
        let planned = try Program.mmbert.run([
            "plan", "\(root)/recipes/mmbert-base.yaml", "--json", "--no-calibration",
        ])
        let plan = try folder.write(planned.output, to: "plan.json")
        let check = try RunningProgram(
            Self.python ?? "", ["-B", "\(root)/scripts/fidelity.py", plan, "--check"], in: nil
        ).wait()
        #expect(check.exitCode == 0, "\(check.messages)")
    }

    private static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first(where: FileManager.default.isExecutableFile)

    @Test("tells mistakes with exit code 2")
    func mistakes() throws {
        let recipe = try SmallData.shared().recipe
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--machines", "0"]),
            ["--machines 0: give 1 or more"])
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--ranks", "0"]), ["--ranks 0: give 1 or more"])
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--ranks", "2", "--machines", "3"]),
            ["--ranks 2 --machines 3: give a rank or more for each machine"])
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--ranks", "1000"]),
            ["lanes: expected at least as many lanes as ranks, 1000, found"])
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--network", "fast"]), ["--network <rate>"])
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--exchange", "nowhere.json"]),
            ["nowhere.json"])
        expectMistake(
            try Program.mmbert.run(
                ["plan", recipe, "--network", "1G", "--exchange", "nowhere.json"]),
            ["--network and --exchange: give one of the two"])
        expectMistake(
            try Program.mmbert.run(["plan", recipe, "--set", "phases.0.mask.ratio=3"]),
            ["phases.0.mask.ratio", "expected a ratio"])
    }
}
