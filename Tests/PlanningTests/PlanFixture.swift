import Formats
import Recipes
import TestSupport

import Planning

/// A temporary folder with a recipe and manifests whose shards do not exist.
struct PlanFixture {
    let folder: TemporaryFolder

    init(_ recipe: String = PlanFixture.base, vocabulary: Int = 256_000) throws {
        folder = try TemporaryFolder()
        let languages = [
            ("eng_Latn", 4_000_000_000_000), ("rus_Cyrl", 1_600_000_000_000),
            ("deu_Latn", 640_000_000_000), ("fao_Latn", 60_000_000), ("pcm_Latn", 600_000),
        ]
        let sources = languages.map { language, tokens in
            DataManifest.Source(
                language: language, folder: language, documents: tokens / 1000,
                samples: tokens / 500, tokens: tokens, bytes: 4 * tokens)
        }
        try DataManifest(
            tokenizer: "tokenizer", vocabulary: vocabulary, context: 8192, sources: sources
        ).write(to: folder.path("data.yaml"))
        try folder.write(recipe, to: "recipe.yaml")
    }

    func recipe(_ overrides: String...) throws -> Recipe {
        try Recipe.read(folder.path("recipe.yaml"), overrides: overrides, needsData: false)
    }

    func plan(
        _ overrides: String..., machines: Int = 1, ranks: PlannedRanks? = nil,
        calibration: Calibration? = nil
    ) throws -> Plan {
        let recipe = try Recipe.read(
            folder.path("recipe.yaml"), overrides: overrides, needsData: false)
        return try Plan(recipe, machines: machines, ranks: ranks, calibration: calibration)
    }

    /// A machine with round numbers.
    static let calibration = Calibration(
        processor: "a processor", threads: 2, precision: .bf16,
        encoder: [
            .init(context: 1024, tokens: 2048, operationsPerSecond: 5e11),
            .init(context: 8192, tokens: 8192, operationsPerSecond: 4e11),
        ], headOperationsPerSecond: 4e11, parametersPerSecond: 5e8)

    /// mmBERT base's phases over five languages.
    static let base = """
        name: base
        model: {preset: mmbert-base}
        tokenizer: nowhere
        precision: bf16
        phases:
          - name: pretrain
            tokens: 2.3T
            context: 1024
            rope_theta: {global: 10_000, local: 10_000}
            mask: {ratio: 0.30}
            data: {manifest: data.yaml, languages: {largest: 3}, temperature: 0.7}
            learning_rate: {peak: 8e-4, warmup: 3B}
            batch: {tokens: 4_718_592, from: 393_216, warmup: 60B, microbatch: 49_152}
          - name: midtrain
            tokens: 600B
            context: 8192
            rope_theta: {global: 160_000, local: 160_000}
            mask: {ratio: 0.15}
            data: {manifest: data.yaml, languages: {largest: 4}, temperature: 0.5, max_epochs: 5}
            learning_rate: {peak: 8e-4}
            batch: {tokens: 4_718_592, microbatch: 49_152}
          - name: decay
            tokens: 100B
            context: 8192
            mask: {ratio: 0.05}
            data: {manifest: data.yaml, languages: {largest: 4}, temperature: 0.3, max_epochs: 5}
            learning_rate: {peak: 8e-4, shape: one-minus-sqrt, final_factor: 0.02}
            batch: {tokens: 4_718_592, microbatch: 49_152}
            variants: [continued, {name: all, data: {languages: all}}]
        merge: {method: ties}

        """
}
