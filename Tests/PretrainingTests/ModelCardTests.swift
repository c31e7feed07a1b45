import Foundation
import Pretraining
import Recipes
import Runs
import Testing

@Suite("The model's card")
struct ModelCardTests {
    private static let recipe = """
        name: mine
        model: {preset: mmbert-small, vocabulary: 32_768}
        tokenizer: /elsewhere/private/tokenizer
        final_precision: bf16
        evaluate: {mask_ratio: 0.15}
        phases:
          - name: pretrain
            tokens: 200M
            context: 1024
            rope_theta: {global: 10_000, local: 10_000}
            mask: {ratio: 0.30}
            data: {manifest: /elsewhere/private/shards/first.yaml, temperature: 0.7}
            learning_rate: {peak: 8e-4}
            batch: {tokens: 128k, microbatch: 8k}
          - name: decay
            tokens: 20M
            context: 1024
            mask: {from: 0.15, to: 0.05, shape: linear}
            data: {manifest: /elsewhere/private/shards/second.yaml, temperature: 0.3}
            learning_rate: {peak: 4e-4, shape: linear, decay: rest}
            batch: {tokens: 128k, microbatch: 8k}
        """

    private let card: String
    private let losses = LossTable(
        groups: [.init(name: "pretrain", languages: ["eng_Latn", "nno_Latn"])],
        evaluations: [
            EvaluationRecord(
                stage: "decay", step: 80, tokens: 9000, isStageEnd: true,
                losses: ["eng_Latn": 2.25, "nno_Latn": 3.25])
        ])

    init() throws {
        card =
            ModelCard(
                recipe: try Recipe(resolved: Self.recipe, path: "recipe.yaml"),
                readings: [
                    StageRecord(
                        stage: "pretrain", steps: 1600, tokens: 200_000_123,
                        tokensByLanguage: ["eng_Latn": 150_000_000, "nno_Latn": 50_000_123]),
                    StageRecord(
                        stage: "decay", steps: 160, tokens: 20_000_000,
                        tokensByLanguage: [
                            "eng_Latn": 9_000_000, "no_Latn": 10_999_000, "Code": 1000,
                            "sme_Latn": 0,
                        ]),
                ], losses: losses
            ).markdown
    }

    @Test("begins with what model hubs read, and leaves the licence to its owner")
    func frontMatter() throws {
        let parts = card.components(separatedBy: "---\n")
        #expect(parts.first == "")
        #expect(
            parts[1] == """
                language:
                - eng
                - nno
                - "no"
                # license: add the licence under which you publish the model
                library_name: transformers
                pipeline_tag: fill-mask
                tags:
                - modernbert
                - masked-lm
                - feature-extraction
                - sentence-transformers
                - mmbert

                """)
    }

    @Test("has what was trained, tokens of every language and stage, and every loss")
    func tables() {
        let lines = card.components(separatedBy: "\n")
        for line in [
            "| pretrain | 200M | 1,024 | 10000 | 30 % | 8e-4 constant | 128,000 | 0.7 | 2 |",
            "| decay | 20M | 1,024 | 10000 | 15 % → 5 % | 4e-4 linear | 128,000 | 0.3 | 3 |",
            "| language | pretrain | decay | together |",
            "| eng_Latn | 150,000,000 | 9,000,000 | 159,000,000 |",
            "| Code | 0 | 1,000 | 1,000 |",
            "| **all 4** | 200,000,123 | 20,000,000 | 220,000,123 |",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!card.contains("| sme_Latn"))
        #expect(card.contains(losses.markdown.trimmingCharacters(in: .newlines)))
        #expect(card.contains("Weights are stored in bf16."))
    }

    @Test("has the recipe without the folders of the machine")
    func recipe() {
        #expect(card.contains("manifest: shards/second.yaml"))
        #expect(card.contains("tokenizer: private/tokenizer"))
        #expect(!card.contains("/elsewhere"))
    }
}
