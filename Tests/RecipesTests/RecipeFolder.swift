import Diagnostics
import Formats
import Foundation
import Recipes
import TestSupport

/// A temporary folder with a recipe and what it names.
struct RecipeFolder {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    /// A folder with `tokenizer/`, the manifest `data.yaml` of four languages with 10M, 4M, 1M and
    /// 0.1M tokens, and the recipe's text as `recipe.yaml`.
    init(_ recipe: String = RecipeFolder.small) throws {
        folder = try TemporaryFolder()
        try Folder.create(folder.path("tokenizer"))
        let sizes = [
            ("eng_Latn", 10_000_000), ("deu_Latn", 4_000_000), ("swh_Latn", 1_000_000),
            ("fao_Latn", 100_000),
        ]
        let sources = try sizes.map { language, tokens in
            try folder.write("{}", to: "\(language)/index.json")
            return DataManifest.Source(
                language: language, folder: language, documents: 10, samples: 1000, tokens: tokens,
                bytes: 4 * tokens)
        }
        try DataManifest(tokenizer: "tokenizer", vocabulary: 512, context: 128, sources: sources)
            .write(to: folder.path("data.yaml"))
        try folder.write(recipe, to: "recipe.yaml")
    }

    func write(_ text: String, to name: String) throws {
        try folder.write(text, to: name)
    }

    func read(overrides: [String] = [], checksInputs: Bool = true) throws -> Recipe {
        try Recipe.read(
            folder.path("recipe.yaml"), overrides: overrides, checksInputs: checksInputs)
    }

    /// The message of the error that reading throws, the folder's path as `…`.
    func message(overrides: [String] = []) -> String {
        do {
            _ = try read(overrides: overrides)
            return "no error"
        } catch let error as InputError {
            return error.description.replacingOccurrences(of: path, with: "…")
        } catch {
            return "another error: \(error)"
        }
    }

    /// The message where `text` of the small recipe is replaced by `replacement`.
    static func message(replacing text: String, by replacement: String) throws -> String {
        let recipe = small.replacingOccurrences(of: text, with: replacement)
        precondition(recipe != small, "RecipeFolder: the small recipe has no \(text)")
        return try RecipeFolder(recipe).message()
    }

    /// A recipe with little in it; line numbers in tests refer to it.
    static let small = """
        name: small
        model: {vocabulary: 512, hidden: 32, intermediate: 48, layers: 4, heads: 2}
        tokenizer: tokenizer
        phases:
          - name: pretrain
            tokens: 2M
            context: 64
            mask: {ratio: 0.3}
            data: {manifest: data.yaml}
            learning_rate: {peak: 8e-4}
            batch: {tokens: 4k, microbatch: 1k}
          - name: decay
            tokens: 1M
            context: 128
            mask: {ratio: 0.05}
            data: {manifest: data.yaml, temperature: 0.3}
            learning_rate: {peak: 8e-4, shape: one-minus-sqrt}
            batch: {tokens: 4k, microbatch: 1k}
            variants:
              - english
              - {name: all-languages, data: {max_epochs: 3}}
        merge: {method: ties}
        """
}
