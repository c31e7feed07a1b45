import Curriculum
import Foundation
import Recipes
import TestSupport
import Testing

@Suite("Recipes at a smaller scale")
struct ScaledRecipeTests {
    private func read(_ name: String, scale: Double) throws -> Recipe {
        try Recipe.read(
            RecipeDocument.path("recipes/\(name).yaml"), scale: scale, checksInputs: false)
    }

    @Test("At a millionth, tokens are a millionth and batches a thousandth, but a whole sequence")
    func millionth() throws {
        let recipe = try read("mmbert-small", scale: 1e-6)
        #expect(recipe.phases.map(\.tokens) == [2_300_000, 600_000, 100_000])
        #expect(recipe.phases.map(\.context) == [1024, 8192, 8192])
        #expect(recipe.phases.map(\.batch.microbatchTokens) == [1024, 8192, 8192])
        // 4,718,592 / 1000 is 4.6 sequences of 1024 tokens, and less than one of 8192.
        #expect(recipe.phases.map(\.batch.size.tokens) == [5120, 8192, 8192])
        #expect(recipe.phases[0].batch.size.dwells.map(\.end) == [10_000, 30_000, 60_000, 100_000])
        let rate = recipe.phases[0].learningRate
        #expect(rate.warmupTokens == 4000)
        #expect(rate.drop == .init(atTokens: 1_200_000, factor: 0.5))
        #expect(rate.peak == 8e-4)
        #expect(
            recipe.phases[0].mask.ratio == .switching(at: 1_200_000, from: 0.3, to: 0.2))
        #expect(recipe.checkpoint.everyTokens == 10_000)
        #expect(recipe.evaluate.everyTokens == 100_000)
        #expect(recipe.evaluate.tokensPerLanguage == 1)
        #expect(recipe.log.everySteps == 1)
        #expect(recipe.merge == (try read("mmbert-small", scale: 1)).merge)
    }

    @Test("At a thousandth, a batch warm-up has all its sizes at the same parts of the phase")
    func thousandth() throws {
        let (full, scaled) = (
            try read("mmbert-base", scale: 1), try read("mmbert-base", scale: 1e-3)
        )
        let dwells = zip(full.phases[0].batch.size.dwells, scaled.phases[0].batch.size.dwells)
        #expect(scaled.phases[0].batch.size.dwells.count == 11)
        for (full, scaled) in dwells {
            #expect(abs(Double(scaled.end) - Double(full.end) / 1000) <= 0.5)
            let ratio = Double(scaled.batchTokens) / Double(full.batchTokens)
            #expect(abs(ratio / 1e-3.squareRoot() - 1) < 0.001)
        }
    }

    @Test(
        "The rate, the ratio and the decay have the same values at the same parts of a phase",
        arguments: ["mmbert-base", "mmbert-small", "modernbert-base"], [1e-3, 1e-5, 1e-7])
    func sameCurves(name: String, scale: Double) throws {
        let stages = (try read(name, scale: 1).stages(), try read(name, scale: scale).stages())
        for (full, scaled) in zip(stages.0, stages.1) {
            #expect(scaled.phase.tokens >= 10 * scaled.phase.batch.size.tokens)
            for part in [0.0, 0.1, 0.52, 0.53, 0.9, 1] {
                func settings(_ stage: Stage) -> StepSettings {
                    stage.settings(at: Int(part * Double(stage.phase.tokens)))
                }
                let (a, b) = (settings(full), settings(scaled))
                #expect(abs(a.learningRate - b.learningRate) < 1e-3 * a.learningRate + 1e-12)
                #expect(a.batch.maskRatio == b.batch.maskRatio)
            }
        }
    }

    @Test("A phase has at least ten steps, and intervals at least a batch")
    func least() throws {
        let recipe = try read("mmbert-base", scale: 1e-12)
        #expect(recipe.phases.map(\.tokens) == [10_240, 81_920, 81_920])
        #expect(recipe.checkpoint.everyTokens == 8192)
        #expect(recipe.evaluate.everyTokens == 8192)
        for stage in recipe.stages() {
            #expect(stage.phase.learningRate.warmupTokens <= stage.phase.tokens)
        }
    }

    @Test("Languages enter, and temperatures switch, at the same parts of a phase")
    func mixtures() throws {
        let folder = try RecipeFolder()
        let recipe = try folder.read(overrides: [
            "phases.0.data.temperature={from: 0.7, to: 0.3, shape: switch, at: 500k}",
            "phases.0.data.entry={first: 2, from: 200k, until: 1M}",
        ]).scaled(by: 0.1)
        let group = recipe.phases[0].data.groups[0]
        #expect(recipe.phases[0].tokens == 200_000)
        #expect(group.sampling == .temperature(.switching(at: 50_000, from: 0.7, to: 0.3)))
        #expect(group.entry == .init(first: 2, fromTokens: 20_000, untilTokens: 100_000))
    }

    @Test("A scaled recipe reads back equal, and one at full scale is as written")
    func readsBack() throws {
        let folder = try RecipeFolder()
        let recipe = try folder.read()
        #expect(recipe.scaled(by: 1) == recipe)
        let scaled = recipe.scaled(by: 0.01)
        let copy = try RecipeFolder(scaled.resolvedYAML())
        #expect(try copy.read(checksInputs: false) == scaled)
    }
}
