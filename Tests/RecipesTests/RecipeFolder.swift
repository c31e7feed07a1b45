import Diagnostics
import Foundation
import Recipes

/// A temporary folder with a recipe and what it names, removed at the end.
final class RecipeFolder {
    let path: String

    /// A folder with `tokenizer/`, `data.yaml` and the recipe's text as `recipe.yaml`.
    init(_ recipe: String = RecipeFolder.small) throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("recipe-\(UUID().uuidString)").standardizedFileURL.path
        try FileManager.default.createDirectory(
            atPath: path + "/tokenizer", withIntermediateDirectories: true)
        try write("", to: "data.yaml")
        try write(recipe, to: "recipe.yaml")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
    }

    func read(_ name: String = "recipe.yaml", overrides: [String] = []) throws -> Recipe {
        try Recipe.read(path + "/" + name, overrides: overrides)
    }

    /// The message of the error that reading throws, the folder's path as `…`.
    func message(_ name: String = "recipe.yaml", overrides: [String] = []) -> String {
        do {
            _ = try read(name, overrides: overrides)
            return "no error"
        } catch let error as InputError {
            return error.description.replacingOccurrences(of: path, with: "…")
        } catch {
            return "another error: \(error)"
        }
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
