import Foundation
import Recipes
import Testing

@Suite("Resolved recipes")
struct ResolvedRecipeTests {
    @Test("A resolved recipe reads back equal, from any folder", arguments: variations)
    func roundTrip(overrides: [String]) throws {
        let folder = try RecipeFolder()
        try folder.write((0..<300).map { "l\($0)_Latn\n" }.joined(), to: "list.txt")
        let recipe = try folder.read(overrides: overrides, checksInputs: false)
        let elsewhere = try RecipeFolder(recipe.resolvedYAML())
        let again = try elsewhere.read(checksInputs: false)
        #expect(again == recipe)
        #expect(again.resolvedYAML() == recipe.resolvedYAML())
        #expect(recipe.differences(from: again).isEmpty)
        #expect(recipe.resolvedYAML().split(separator: "\n").allSatisfy { $0.count <= 150 })
    }

    static let variations: [[String]] = [
        [],
        ["model={preset: mmbert-base, norm_eps: 1e-6}", "name=null"],
        ["phases.0.data.languages=list.txt", "phases.0.data.missing_languages=skip"],
        ["phases.0.data.proportions={eng_Latn: 0.3451, \"a: b\": 0.05}"],
        ["phases.0.data.languages={largest: 3}", "evaluate.data.languages=[a_Latn]"],
        ["phases.0.data={manifest: a, sources: [x, \"y: z\"], verify_hashes: false}"],
        [
            """
            phases.0.data={max_epochs: 2.5, groups: [{name: a, share: 60.2, manifest: m.yaml, \
            sources: [x, y]}, {name: b-c, share: 1.9T, manifest: n.yaml, temperature: 0.7, \
            languages: list.txt}]}
            """
        ],
        [
            "phases.1.data={manifest: m, groups: [{name: a, share: 1, max_epochs: 3}]}",
            "phases.1.variants.1.data={max_epochs: 7}", "evaluate.data.manifest=n.yaml",
        ],
        ["phases.0.data.temperature={from: 0.7, to: 0.3, shape: steps, steps: 4}"],
        ["phases.0.data.temperature={from: 0.7, to: 0.3, shape: switch, at: 1M}"],
        ["phases.0.data={manifest: m, sampling: unimax, max_epochs: 4}"],
        [
            "phases.1.data.temperature={from: 0.5, to: 0.3}",
            "phases.1.data.entry={first: 2, from: 100k, until: 500k, order: listed}",
            "phases.1.variants.1.data={entry: none, sampling: temperature}",
        ],
        ["phases.0.mask={from: 0.3, to: 0.05, replace: {mask: 0.7, random: 0.1, keep: 0.2}}"],
        ["phases.1.mask={from: 0.3, to: 0.05, shape: steps, steps: 4}"],
        ["phases.1.mask={from: 0.3, to: 0.2, shape: switch, at: 123_456}"],
        ["phases.0.learning_rate.drop={at: 1.2M, factor: 0.5}", "phases.1.weight_decay=4e-5"],
        ["phases.1.mask={ratio: 0.1, score_special_tokens: true}"],
        ["phases.1.mask={ratio: 0.1, random_tokens: up-to-largest-present}"],
        ["phases.0.learning_rate={peak: 1e-3, warmup: 10k, shape: linear, decay: 100k}"],
        ["phases.0.learning_rate={peak: 1.5e-4, shape: cosine, final_factor: 0}"],
        ["phases.0.batch={tokens: 40k, from: 2048, warmup: 1M, increment: 4_000}"],
        ["merge={method: ema, decay: 0.9, inputs: [all-languages], weights: [2]}"],
        [
            "merge={method: average, embeddings: false}", "lanes=4", "precision=bf16",
            "final_precision=bf16",
            "activation_checkpointing=true",
        ],
        ["cache={folder: elsewhere, limit: 1.5T}"], ["cache.limit=4718592"],
        ["model.initialize_from=\"a folder: with # signs\""],
        ["model.layer_types=[full_attention, sliding_attention, full_attention, full_attention]"],
        ["model.initialize_from=base", "model.initialize_by=tile-from-middle"],
        ["model.initialize_from=base", "model.initialize_tokens=mean-of-pieces"],
        ["merge={method: ema, inputs: [english], checkpoints: 3}", "checkpoint.every=100k"],
    ]

    @Test("A resolved recipe writes every value in a fixed order")
    func text() throws {
        let folder = try RecipeFolder()
        var recipe = try folder.read()
        #expect(recipe.cache.folder.hasSuffix("/mmbert/shards"))
        recipe.cache.folder = "/caches/mmbert/shards"
        let text = recipe.resolvedYAML().replacingOccurrences(of: folder.path, with: "/r")
        #expect(text == Self.expected)
    }

    @Test("Differences name the key and both values")
    func differences() throws {
        let folder = try RecipeFolder()
        let differences = try folder.read().differences(
            from: folder.read(overrides: ["phases.0.mask.ratio=0.2", "merge.lambda=0.5"]))
        #expect(differences.map(\.path) == ["phases.0.mask.ratio", "merge.lambda"])
        #expect(differences.map(\.here) == ["0.3", "1"])
        #expect(differences.map(\.there) == ["0.2", "0.5"])
    }

    static let expected = """
        name: small
        seed: 21
        model:
          vocabulary: 512
          hidden: 32
          intermediate: 48
          layers: 4
          heads: 2
          max_positions: 8192
          global_every: 3
          local_attention: 128
          rope_theta: {global: 10000, local: 10000}
          norm_eps: 1e-5
          dropout: 0.1
          initializer_range: 0.02
          initializer_cutoff: 2
          special_tokens: {pad: 0, eos: 1, bos: 2, unknown: 3, mask: 4, cls: 2, sep: 1}
        tokenizer: /r/tokenizer
        precision: fp32
        final_precision: fp32
        activation_checkpointing: false
        optimizer: {name: stable-adamw, betas: [0.9, 0.95], eps: 1e-8, weight_decay: 8e-5}
        checkpoint: {every: 100k, minutes: 30, keep: 10}
        evaluate:
          every: 100k
          data: {manifest: /r/data.yaml, languages: all}
          mask_ratio: 0.15
          tokens_per_language: 16384
        log: {every_steps: 10}
        cache: {folder: /caches/mmbert/shards, limit: 100G}
        lanes: 1
        phases:
          - name: pretrain
            tokens: 2M
            context: 64
            rope_theta: {global: 10000, local: 10000}
            mask:
              ratio: 0.3
              replace: {mask: 0.8, random: 0.1, keep: 0.1}
              score_special_tokens: false
              random_tokens: vocabulary
            data:
              manifest: /r/data.yaml
              languages: all
              missing_languages: error
              sampling: temperature
              temperature: 1
              max_epochs: unlimited
              entry: none
              proportions: {}
              verify_hashes: true
            learning_rate: {peak: 8e-4, warmup: 0, shape: constant}
            weight_decay: 8e-5
            batch: {tokens: 4k, from: 4k, warmup: 0, increment: 4k, microbatch: 1k}
          - name: decay
            tokens: 1M
            context: 128
            rope_theta: {global: 10000, local: 10000}
            mask:
              ratio: 0.05
              replace: {mask: 0.8, random: 0.1, keep: 0.1}
              score_special_tokens: false
              random_tokens: vocabulary
            data:
              manifest: /r/data.yaml
              languages: all
              missing_languages: error
              sampling: temperature
              temperature: 0.3
              max_epochs: unlimited
              entry: none
              proportions: {}
              verify_hashes: true
            learning_rate: {peak: 8e-4, warmup: 0, shape: one-minus-sqrt, decay: rest, \
        final_factor: 0.02}
            weight_decay: 8e-5
            batch: {tokens: 4k, from: 4k, warmup: 0, increment: 4k, microbatch: 1k}
            variants:
              - name: english
                data:
                  manifest: /r/data.yaml
                  languages: all
                  missing_languages: error
                  sampling: temperature
                  temperature: 0.3
                  max_epochs: unlimited
                  entry: none
                  proportions: {}
                  verify_hashes: true
                mask:
                  ratio: 0.05
                  replace: {mask: 0.8, random: 0.1, keep: 0.1}
                  score_special_tokens: false
                  random_tokens: vocabulary
                learning_rate:
                  peak: 8e-4
                  warmup: 0
                  shape: one-minus-sqrt
                  decay: rest
                  final_factor: 0.02
              - name: all-languages
                data:
                  manifest: /r/data.yaml
                  languages: all
                  missing_languages: error
                  sampling: temperature
                  temperature: 0.3
                  max_epochs: 3
                  entry: none
                  proportions: {}
                  verify_hashes: true
                mask:
                  ratio: 0.05
                  replace: {mask: 0.8, random: 0.1, keep: 0.1}
                  score_special_tokens: false
                  random_tokens: vocabulary
                learning_rate:
                  peak: 8e-4
                  warmup: 0
                  shape: one-minus-sqrt
                  decay: rest
                  final_factor: 0.02
        merge:
          method: ties
          density: 0.2
          lambda: 1
          scope: tensor
          weights: []
          embeddings: true
          inputs: [english, all-languages]
          checkpoints: 1

        """
}
