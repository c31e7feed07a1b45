import Diagnostics
import Foundation
import LabelledText
import Recipes
import TestSupport
import Testing

@Suite struct FinetuneRecipeTests {
    private static let least = ["name=run", "model=/m", "data.train=/t.tsv", "data.dev=/d.tsv"]

    @Test(arguments: FinetuneRecipe.presets)
    func `a resolved recipe reads back equal, with every preset`(preset: String) throws {
        let recipe = try FinetuneRecipe(settings: ["preset=\(preset)"] + Self.least)
        let text = recipe.resolvedYAML()
        #expect(try FinetuneRecipe(resolved: text, path: "recipe.yaml") == recipe)
        #expect(!text.contains("preset"))
    }

    @Test func `a recipe of another kind is told by its command`() throws {
        let folder = try TemporaryFolder()
        let phases = try folder.write("name: a\nphases: []\n", to: "phases.yaml")
        let task = try folder.write("name: a\ntask: text\n", to: "task.yaml")
        let suite = try folder.write("name: a\ntasks: {}\n", to: "suite.yaml")
        for path in [phases, suite] {
            let error = #expect(throws: InputError.self) { try FinetuneRecipe.read(path) }
            #expect(error?.remedy.hasPrefix("Type mmbert") == true)
        }
        let trained = #expect(throws: InputError.self) { try Recipe.read(task) }
        #expect(trained?.remedy == "Type mmbert finetune \(task).")
        let evaluated = #expect(throws: InputError.self) { try SuiteRecipe.read(phases) }
        #expect(evaluated?.remedy == "Type mmbert-train --recipe \(phases).")
        let reported = #expect(throws: InputError.self) {
            try Recipe(resolved: "name: a\ntask: text\n", path: "recipe.yaml")
        }
        #expect(reported?.remedy.contains("that mmbert-train made") == true)
    }

    @Test func `presets are the published settings`() throws {
        let rte = try FinetuneRecipe(settings: ["preset=glue/rte"] + Self.least)
        #expect(rte.task == .pair && rte.text.length == 128 && rte.epochs == 3)
        #expect(rte.learningRate.peak == 2e-5 && rte.batch.examples == 32)
        #expect(rte.optimizer.clip == 1 && rte.optimizer.weightDecay == 0)
        let squad = try FinetuneRecipe(settings: ["preset=xtreme/squad"] + Self.least)
        #expect(squad.text.length == 384 && squad.text.stride == 128)
        #expect(squad.learningRate.peak == 3e-5 && squad.optimizer.weightDecay == 1e-4)
        let tags = try FinetuneRecipe(
            settings: ["preset=xtreme/panx", "epochs=4"] + Self.least)
        #expect(tags.task == .tokens && tags.epochs == 4)
    }

    @Test func `rates are those of transformers' linear schedule`() throws {
        func schedule(_ warmup: String) throws -> StepSchedule {
            try FinetuneRecipe(
                settings: Self.least + ["learning_rate={peak: 1, warmup: \(warmup)}"]
            ).learningRate
        }
        // ceil(0.06 · 100) = 6 steps of warm-up.
        let share = try schedule("6%")
        let rates = [0, 3, 6, 53, 99].map { share.rate(at: $0, of: 100) }
        for (rate, expected) in zip(rates, [0, 0.5, 1, 0.5, 1.0 / 94]) {
            #expect(abs(rate - expected) < 1e-12)
        }
        #expect(try schedule("500").warmupSteps(of: 100) == 100)
    }

    @Test func `files are one, several, named, or all of a form`() throws {
        let folder = try TemporaryFolder()
        for name in ["dev-de.tsv", "dev-sw.tsv", "dev.tsv", "other-de.tsv"] {
            try folder.write("", to: name)
        }
        func files(_ test: String) throws -> [LabelledData.File] {
            try FinetuneRecipe(settings: Self.least + ["data.test=\(test)"]).data.test
        }
        let path = folder.path("")
        #expect(try files("/a.tsv") == [.init(path: "/a.tsv")])
        #expect(try files("[/a, /b]") == [.init(path: "/a"), .init(path: "/b")])
        #expect(try files("{x: /a}") == [.init(name: "x", path: "/a")])
        #expect(
            try files("\"\(path)/dev-{lang}.tsv\"") == [
                .init(name: "de", path: folder.path("dev-de.tsv")),
                .init(name: "sw", path: folder.path("dev-sw.tsv")),
            ])
        #expect(throws: InputError.self) { try files("\"\(path)/none-{lang}.tsv\"") }
    }

    @Test(arguments: TagScheme.allCases)
    func `a scheme of tags reads back`(scheme: TagScheme) throws {
        let recipe = try FinetuneRecipe(
            settings: ["task=tokens", "data.scheme=\(scheme.rawValue)"] + Self.least)
        #expect(recipe.data.scheme == scheme)
        #expect(
            try FinetuneRecipe(resolved: recipe.resolvedYAML(), path: "recipe.yaml") == recipe)
    }

    private static let mistakes: [(settings: [String], says: String)] = [
        (["num_train_epochs=3"], "Did you mean epochs?"),
        (["learning_rate.warmup_ratio=0.1"], "Write warmup: 6%."),
        (["optimizer.max_grad_norm=1"], "Did you mean clip?"),
        (["task=qa", "length=64", "stride=64"], "a stride below the length of 64"),
        (["labels=[a, a]"], "every label once"),
        (["objective=score", "labels=[a, b]"], "no labels for a score"),
        (["train=layer 3"], "layers 12-"),
        (["learning_rate.warmup=106%"], "Write it like 6% or 500."),
        (["preset=glue/rtee"], "Did you mean glue/rte?"),
        (["epochs=0"], "a number above 0"),
        (["data.scheme=IOB3"], "one of plain, IOB1, IOB2, BIOES, BILOU"),
    ]

    @Test(arguments: mistakes.indices)
    func `mistakes are told with the key and a remedy`(number: Int) {
        let mistake = Self.mistakes[number]
        let error = #expect(throws: InputError.self) {
            try FinetuneRecipe(settings: Self.least + mistake.settings)
        }
        #expect(error?.description.contains(mistake.says) == true, "\(error?.description ?? "")")
    }

    @Test func `the best model needs a development set`() {
        #expect(throws: InputError.self) {
            try FinetuneRecipe(
                settings: ["name=run", "model=/m", "data.train=/t.tsv", "evaluate.keep=best"])
        }
    }

    @Test func `the page explains every key that a recipe has`() throws {
        let page = try String(
            contentsOfFile: RecipeDocument.path("docs/finetune.md"), encoding: .utf8)
        let settings = [
            ["task=pair"], ["task=qa"], ["task=tokens"], ["labels=[a, b]", "pooling=mean"],
            ["dropout.classifier=0.1", "metric=f1"], ["task=tokens", "data.scheme=IOB1"],
        ]
        for settings in settings {
            let text = try FinetuneRecipe(settings: Self.least + settings).resolvedYAML()
            for match in text.matches(of: #/(?:\n|[ {])([a-z_]+): /#) {
                #expect(page.contains(String(match.1)), "\(match.1)")
            }
        }
        for preset in FinetuneRecipe.presets {
            let name = preset.split(separator: "/").last.map(String.init) ?? preset
            #expect(page.contains(name), "\(preset)")
        }
    }
}
