import Foundation
import Recipes
import Testing

@Suite("Resolved recipes")
struct ResolvedRecipeTests {
    @Test("A resolved recipe reads back equal, from any folder", arguments: variations)
    func roundTrip(overrides: [String]) throws {
        let folder = try RecipeFolder()
        try folder.write((0..<300).map { "l\($0)_Latn\n" }.joined(), to: "list.txt")
        let recipe = try folder.read(overrides: overrides)
        let elsewhere = try RecipeFolder(recipe.resolvedYAML())
        let again = try elsewhere.read()
        #expect(again == recipe)
        #expect(again.resolvedYAML() == recipe.resolvedYAML())
        #expect(recipe.differences(from: again).isEmpty)
        #expect(recipe.resolvedYAML().split(separator: "\n").allSatisfy { $0.count <= 160 })
    }

    static let variations: [[String]] = [
        [],
        ["model={preset: mmbert-base, norm_eps: 1e-6}", "model.initialize_from=tokenizer"],
        ["phases.0.data.languages=list.txt", "phases.0.data.missing_languages=skip"],
        [
            "phases.0.data.proportions={eng_Latn: 0.3451, code: 0.05}",
            "phases.0.data.languages={largest: 3}",
        ],
        [
            "phases.0.mask={from: 0.3, to: 0.05}",
            "phases.1.mask={from: 0.3, to: 0.05, shape: steps, steps: 4}",
        ],
        [
            "phases.0.learning_rate={peak: 1e-3, warmup: 10k, shape: linear, decay: 100k, final_factor: 0}"
        ],
        [
            "phases.0.batch={tokens: 40k, from: 2048, warmup: 1M, increment: 4_000, microbatch: 2048}"
        ],
        ["merge={method: ema, decay: 0.9, inputs: [all-languages]}", "lanes=4", "precision=bf16"],
    ]

    @Test("A resolved recipe writes every value in a fixed order")
    func text() throws {
        let folder = try RecipeFolder()
        let text = try folder.read().resolvedYAML().replacingOccurrences(
            of: folder.path, with: "/r")
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
        """
}
