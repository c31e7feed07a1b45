import Curriculum
import Recipes
import Streaming
import Testing

@Suite("Reading recipes")
struct RecipeReadingTests {
    @Test(
        "Checkpoints and evaluations that are not timed come at twentieths, rounded down",
        arguments: [
            (tokens: "19", every: 1), ("400", 20), ("999k", 20_000), ("1M", 50_000),
            ("3.3B", 100_000_000),
        ])
    func intervals(tokens: String, every: Int) throws {
        let recipe = try RecipeFolder().read(overrides: [
            "phases.0.tokens=\(tokens)", "phases.1.tokens=1", "checkpoint={minutes: none}",
        ])
        #expect(recipe.checkpoint.everyTokens == every)
        #expect(recipe.checkpoint.minutes == nil)
        #expect(recipe.evaluate.everyTokens == every)
    }

    @Test("A batch larger than its phase, and a rate far above all that learn, are doubted")
    func doubts() throws {
        let folder = try RecipeFolder()
        #expect(try folder.read().doubts == [])
        let odd = try folder.read(overrides: [
            "phases.0.batch.tokens=4M",
            "phases.1.variants.0={name: english, learning_rate: {peak: 20}}",
        ])
        #expect(
            odd.doubts == [
                """
                pretrain: batch.tokens: a batch of 4M tokens is more than the 2M of the phase: it \
                is one step, and reads more than the phase is to read. Lower it.
                """,
                """
                decay-english: learning_rate.peak: 20 is above 0.01, with which encoders of this \
                kind hardly ever learn; mmBERT's is 8e-4.
                """,
            ])
    }

    @Test("What a recipe leaves out has its documented default")
    func defaults() throws {
        let folder = try RecipeFolder()
        let recipe = try folder.read()
        #expect(recipe.seed == 21)
        #expect(recipe.precision == .fp32)
        #expect(!recipe.activationCheckpointing)
        #expect(recipe.lanes == 1)
        #expect(recipe.optimizer.beta1 == 0.9)
        #expect(recipe.optimizer.beta2 == 0.95)
        #expect(recipe.optimizer.epsilon == 1e-8)
        #expect(recipe.optimizer.weightDecay == 8e-5)
        #expect(recipe.checkpoint.everyTokens == 100_000)
        #expect(recipe.checkpoint.minutes == 30)
        #expect(recipe.checkpoint.keep == 10)
        #expect(recipe.evaluate.everyTokens == 100_000)
        #expect(recipe.evaluate.maskRatio == 0.15)
        #expect(recipe.evaluate.manifest == folder.path + "/data.yaml")
        #expect(recipe.tokenizer == folder.path + "/tokenizer")
        let phase = recipe.phases[0]
        #expect(phase.tokens == 2_000_000)
        #expect(phase.rotaryBases == RotaryBases(global: 10_000, local: 10_000))
        #expect(phase.mask.ratio == .constant(0.3))
        #expect(phase.mask.replacement == TokenMasker.Replacement(mask: 0.8, random: 0.1))
        #expect(!phase.mask.scoresSpecialTokens)
        #expect(phase.data.groups[0].languages == .all)
        #expect(phase.data.groups[0].sampling == .temperature(.constant(1)))
        #expect(phase.data.groups[0].maxEpochs == nil)
        #expect(phase.learningRate == LearningRateSchedule(peak: 8e-4))
        #expect(phase.batch.size == BatchSizeSchedule(tokens: 4000))
        #expect(phase.batch.microbatchTokens == 1000)
        let merge = try #require(recipe.merge)
        #expect(merge.inputs == ["english", "all-languages"])
    }

    @Test("Phases follow each other, and variants branch from the last one's parent")
    func stages() throws {
        let stages = try RecipeFolder().read().stages()
        #expect(stages.map(\.name) == ["pretrain", "decay-english", "decay-all-languages"])
        #expect(stages.map(\.parent) == [nil, 0, 0])
        #expect(stages.map(\.index) == [0, 1, 2])
        #expect(stages.map(\.variant) == [nil, "english", "all-languages"])
        #expect(stages.map(\.phase.data.groups[0].maxEpochs) == [nil, nil, 3])
        #expect(
            stages.map { $0.phase.data.groups[0].sampling.temperature(at: 0, of: 1) }
                == [1, 0.3, 0.3])
        #expect(stages.allSatisfy { $0.phase.variants.isEmpty })
    }

    @Test("A variant changes the keys it names and keeps the others")
    func variantInheritance() throws {
        let variant = """
            [{name: a, mask: {from: 0.1, to: 0.05, shape: steps, steps: 3}, \
            learning_rate: {shape: linear}, data: {languages: [deu_Latn], temperature: 0}}]
            """
        let recipe = try RecipeFolder().read(overrides: [
            "phases.decay.variants=" + variant, "merge.inputs=[a]",
        ])
        let read = recipe.phases[1].variants[0]
        #expect(read.mask.ratio == .steps(3, from: 0.1, to: 0.05))
        #expect(read.mask.replacement == recipe.phases[1].mask.replacement)
        #expect(read.learningRate == LearningRateSchedule(peak: 8e-4, shape: .linear))
        #expect(read.data.groups[0].languages == .listed(["deu_Latn"]))
        #expect(read.data.groups[0].manifest == recipe.phases[1].data.groups[0].manifest)
    }

    @Test("A rate may drop, and masking switch, in the middle of a phase")
    func drop() throws {
        let recipe = try RecipeFolder().read(overrides: [
            "phases.0.learning_rate.drop={at: 1.2M, factor: 0.5}",
            "phases.0.mask={from: 0.3, to: 0.2, shape: switch, at: 1.2M}",
        ])
        let stage = recipe.stages()[0]
        let settings = [1_199_999, 1_200_000].map(stage.settings)
        #expect(settings.map(\.learningRate) == [8e-4, 4e-4])
        #expect(settings.map(\.batch.maskRatio) == [0.3, 0.2])
    }

    @Test("Weight decay is the optimizer's, or a phase's own")
    func weightDecay() throws {
        let recipe = try RecipeFolder().read(overrides: [
            "optimizer={weight_decay: 1e-5}", "phases.decay.weight_decay=4e-5",
        ])
        #expect(recipe.stages().map(\.phase.weightDecay) == [1e-5, 4e-5, 4e-5])
    }

    @Test("A preset is a starting point that other keys change")
    func preset() throws {
        let model = "model={preset: mmbert-small, layers: 4, vocabulary: 5_12, dropout: 0}"
        let configuration = try RecipeFolder().read(overrides: [model]).model.configuration
        #expect(configuration.hiddenSize == 384)
        #expect(configuration.layerCount == 4)
        #expect(configuration.vocabularySize == 512)
        #expect(configuration.attentionOutputDropout == 0)
        #expect(configuration.globalRotaryBase == 160_000)
    }

    @Test("Rotary bases carry over to the phases after")
    func rotaryBases() throws {
        let recipe = try RecipeFolder().read(overrides: [
            "phases.0.rope_theta={global: 160_000, local: 20_000}"
        ])
        #expect(recipe.phases[1].rotaryBases == RotaryBases(global: 160_000, local: 20_000))
    }

    @Test("Languages may be all, the largest, listed, or in a file")
    func languages() throws {
        let folder = try RecipeFolder()
        try folder.write("# three of them\ndeu_Latn\n\n fao_Latn # small\neng_Latn", to: "list.txt")
        func languages(_ text: String) throws -> LanguageSelection {
            let overrides = ["phases.0.data.languages=" + text]
            return try folder.read(overrides: overrides, checksInputs: false)
                .phases[0].data.groups[0].languages
        }
        #expect(try languages("all") == .all)
        #expect(try languages("{largest: 12}") == .largest(12))
        #expect(try languages("[deu_Latn, no_Latn]") == .listed(["deu_Latn", "no_Latn"]))
        #expect(try languages("list.txt") == .listed(["deu_Latn", "fao_Latn", "eng_Latn"]))
    }

    @Test("Line ends and a byte order mark change neither a recipe nor its lists and manifest")
    func lineEnds() throws {
        let folder = try RecipeFolder()
        let overrides = ["phases.0.data.languages=list.txt"]
        let list = "# two\ndeu_Latn\neng_Latn # large\n"
        try folder.write(list, to: "list.txt")
        let expected = try folder.read(overrides: overrides)
        let manifest = try String(contentsOfFile: folder.path + "/data.yaml", encoding: .utf8)
        for (mark, end) in [("", "\r\n"), ("", "\r"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")] {
            func rewritten(_ text: String) -> String { mark + text.replacing("\n", with: end) }
            try folder.write(rewritten(list), to: "list.txt")
            try folder.write(rewritten(manifest), to: "data.yaml")
            try folder.write(rewritten(RecipeFolder.small), to: "recipe.yaml")
            let recipe = try folder.read(overrides: overrides)
            #expect(recipe == expected, "\(mark.unicodeScalars) \(end.unicodeScalars)")
            try folder.write(rewritten("seeds: 1\n"), to: "recipe.yaml")
            #expect(folder.message().hasPrefix("…/recipe.yaml:1: seeds"))
        }
    }

    @Test("An override goes where its path says, by number or by name")
    func overrides() throws {
        let folder = try RecipeFolder()
        let recipe = try folder.read(overrides: [
            "phases.0.mask.ratio=0.2", "phases.decay.tokens=3M", "evaluate.every=1k", "seed=5",
        ])
        #expect(recipe.phases[0].mask.ratio == .constant(0.2))
        #expect(recipe.phases[1].tokens == 3_000_000)
        #expect(recipe.evaluate.everyTokens == 1000)
        #expect(recipe.seed == 5)
    }
}
