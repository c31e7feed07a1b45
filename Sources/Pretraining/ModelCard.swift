import Encoders
import Foundation
import Recipes
import Reporting
import Runs
import TensorCore

/// The final model's `README.md`, as model hubs show it: what the model is, how it is loaded, how
/// it was trained, on what, and how well it predicts.
///
/// It names no licence: whoever publishes the model chooses one.
package struct ModelCard {
    let recipe: Recipe
    let stages: [Stage]
    /// What each finished stage read.
    let readings: [StageRecord]
    private let losses: LossTable

    /// The card of a run of `recipe` whose stages read `readings`.
    package init(recipe: Recipe, readings: [StageRecord], losses: LossTable) {
        self.recipe = recipe
        stages = recipe.stages()
        self.readings = readings
        self.losses = losses
    }

    /// The whole file.
    package var markdown: String {
        [
            frontMatter, "# \(recipe.name)", introduction, "## How to load it", loading,
            "## How it was trained", training, stageTable, resolvedRecipe, "## Data", data,
            languageTable, "## Evaluation", evaluation,
        ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var frontMatter: String {
        let codes = languageCodes
        return """
            ---
            \(codes.isEmpty ? "" : "language:\n" + codes.map { "- \($0)\n" }.joined())\
            # license: add the licence under which you publish the model
            library_name: transformers
            pipeline_tag: fill-mask
            tags:
            - modernbert
            - masked-lm
            - feature-extraction
            - sentence-transformers
            - mmbert
            ---
            """
    }

    private var introduction: String {
        let shape = recipe.model.configuration
        let global = (0..<shape.layerCount).filter(shape.isGlobal).count
        return """
            A ModernBERT encoder of \(grouped(shape.parameterCount)) parameters with its masked-LM \
            head: \(shape.layerCount) layers of \(shape.hiddenSize) columns and \
            \(shape.headCount) heads, \(global) of them global and \(shape.layerCount - global) \
            with a window of ± \(shape.localAttention / 2) tokens; a vocabulary of \
            \(grouped(shape.vocabularySize)); up to \(grouped(shape.maximumPositions)) tokens. \
            Weights are stored in \(recipe.finalPrecision.rawValue). It was made with mmbert \
            \(frameworkVersion).
            """
    }

    private var loading: String {
        """
        ```python
        from transformers import pipeline
        fill = pipeline("fill-mask", model="path/to/\(recipe.name)")
        print(fill("… <mask> …"))

        from sentence_transformers import SentenceTransformer
        model = SentenceTransformer("path/to/\(recipe.name)")
        vectors = model.encode(["…", "…"])
        ```

        ```
        mmbert fill-mask --model path/to/\(recipe.name) --text "… <mask> …"
        mmbert embed --model path/to/\(recipe.name) --input texts.txt
        ```

        Vectors are means over the tokens of an encoder that was trained to fill masks. Train it \
        further for what you compare them for.
        """
    }

    private var training: String {
        let merge = recipe.merge.map {
            " The variants \(Reporting.markdown($0.inputs.joined(separator: ", "))) were merged."
        }
        return """
            Masked-language modelling with StableAdamW in \(counted(stages.count, "stage")), seed \
            \(recipe.seed), in \(recipe.precision.rawValue).\(merge ?? "")
            """
    }

    private var data: String {
        let manifests = stages.flatMap { $0.phase.data.groups.map(\.manifest) }
        let names = Set(manifests.map(Self.shortened)).sorted().map(markdownCode)
        return """
            Read from \(names.joined(separator: ", ")). Tokens read of each language in each \
            stage, special tokens included:
            """
    }

    private var evaluation: String {
        """
        Masked-LM loss on held-out text, in nats per masked token, \
        \(percent(recipe.evaluate.maskRatio, upTo: 3)) of the tokens masked:

        \(losses.markdown.trimmingCharacters(in: .newlines))
        """
    }

    /// The recipe in full, its paths without folders that have no meaning on other machines.
    private var resolvedRecipe: String {
        let paths =
            [recipe.tokenizer, recipe.evaluate.manifest, recipe.cache.folder]
            + (recipe.model.initializeFrom.map { [$0] } ?? [])
            + stages.flatMap { $0.phase.data.groups.map(\.manifest) }
        // Longer ones first: one may be the beginning of another.
        let text = Set(paths).sorted { ($0.count, $0) > ($1.count, $1) }
            .reduce(recipe.resolvedYAML()) { $0.replacing($1, with: Self.shortened($1)) }
        // Where there is a `<`, YAML stands in double quotes: written so, no reader takes it for
        // HTML.
        return """
            <details><summary>The recipe with every default</summary>

            ```yaml
            \(text.trimmingCharacters(in: .newlines).replacing("<", with: "\\x3C"))
            ```

            </details>
            """
    }

    /// The last two parts of a path.
    private static func shortened(_ path: String) -> String {
        path.split(separator: "/").suffix(2).joined(separator: "/")
    }
}
