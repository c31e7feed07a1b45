import Formats
import Foundation
import TestSupport

/// A folder with runs and a manifest, written without training.
struct RunFixture {
    let folder = Result { try TemporaryFolder() }

    /// Languages and their tokens in the manifest.
    static let languages = [("deu_Latn", 400_000), ("fra_Latn", 200_000), ("swh_Latn", 10_000)]

    /// The recipe of two phases, the last with variants; `changes` replaces text in it.
    static func recipe(_ changes: [String: String] = [:]) -> String {
        changes.reduce(
            """
            name: fixture
            model: {vocabulary: 640, hidden: 48, intermediate: 64, layers: 4, heads: 2,
              max_positions: 64}
            tokenizer: ../tokenizer
            evaluate: {mask_ratio: 0.15}
            phases:
              - name: pretrain
                tokens: 1000
                context: 32
                mask: {ratio: 0.3}
                data: {manifest: ../data.yaml, languages: {largest: 2}, temperature: 1}
                learning_rate: {peak: 3e-3}
                batch: {tokens: 100, microbatch: 50}
              - name: decay
                tokens: 500
                context: 32
                mask: {ratio: 0.05}
                data: {manifest: ../data.yaml, temperature: 0.5}
                learning_rate: {peak: 3e-3}
                batch: {tokens: 100, microbatch: 50}
                variants: [continued, {name: two, data: {languages: {largest: 2}}}]
            merge: {method: ties}

            """
        ) { $0.replacing($1.key, with: $1.value) }
    }

    /// The manifest, beside the runs.
    func writeManifest() throws {
        let sources = Self.languages.map { language, tokens in
            DataManifest.Source(
                language: language, folder: language, documents: 10, samples: tokens / 20,
                tokens: tokens, bytes: 4 * tokens)
        }
        try DataManifest(tokenizer: "tokenizer", vocabulary: 640, context: 64, sources: sources)
            .write(to: folder.get().path("data.yaml"))
    }

    /// A run of which so many `lines` were logged.
    func run(_ name: String, recipe: String = RunFixture.recipe(), lines: [String]) throws -> String
    {
        let folder = try folder.get()
        try folder.write(recipe, to: "\(name)/recipe.yaml")
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "\(name)/metrics.jsonl")
        return folder.path(name)
    }

    /// What a finished run logs; losses are `offset` higher than without.
    static func finished(offset: Double = 0) -> [String] {
        var lines = [evaluation("pretrain", step: 0, tokens: 0, end: false, loss: 9)]
        lines += stage("pretrain", after: (0, 0), steps: 10, loss: 7 + offset)
        lines += stage("decay-continued", after: (10, 1010), steps: 5, loss: 6 + offset)
        lines += stage("decay-two", after: (10, 1010), steps: 5, loss: 5 + offset)
        lines.append(evaluation("merge", step: 15, tokens: 1515, end: true, loss: 4.5 + offset))
        return lines
    }

    /// A stage of steps of 101 tokens that ends with the held-out loss `loss`.
    private static func stage(
        _ name: String, after start: (step: Int, tokens: Int), steps: Int, loss: Double
    ) -> [String] {
        var lines: [String] = []
        for index in 1...steps {
            lines.append(
                step(
                    name, step: start.step + index, tokens: start.tokens + 101 * index,
                    stageTokens: 101 * index, loss: loss + 1 - 0.1 * Double(index)))
        }
        let tokens = 101 * steps
        lines.append(
            evaluation(
                name, step: start.step + steps, tokens: start.tokens + tokens, end: true,
                loss: loss))
        lines.append(
            #"{"type":"stage","stage":"\#(name)","steps":\#(steps),"tokens":\#(tokens),"#
                + #""tokens_by_language":{"deu_Latn":\#(tokens - 300),"fra_Latn":300}}"#)
        return lines
    }

    private static func step(
        _ stage: String, step: Int, tokens: Int, stageTokens: Int, loss: Double
    ) -> String {
        #"{"type":"step","stage":"\#(stage)","step":\#(step),"tokens":\#(tokens),"#
            + #""stage_tokens":\#(stageTokens),"loss":\#(loss),"learning_rate":0.003,"#
            + #""gradient_norm":1,"tokens_per_second":100}"#
    }

    private static func evaluation(
        _ stage: String, step: Int, tokens: Int, end: Bool, loss: Double
    ) -> String {
        #"{"type":"evaluation","stage":"\#(stage)","step":\#(step),"tokens":\#(tokens),"#
            + #""is_stage_end":\#(end),"mean_loss":\#(loss),"#
            + #""losses":{"deu_Latn":\#(loss - 1),"fra_Latn":\#(loss),"swh_Latn":\#(loss + 1)}}"#
    }
}
