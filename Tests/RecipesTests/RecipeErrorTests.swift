import Recipes
import Testing

@Suite("Mistakes in recipes")
struct RecipeErrorTests {
    @Test(
        "A mistake is told with line, key path, what was expected, what was found and what to do",
        arguments: shapes + numbers + relations)
    func mistake(of mistake: Mistake) throws {
        let message = try RecipeFolder.message(replacing: mistake.text, by: mistake.replacement)
        #expect(message == mistake.message)
    }

    @Test(
        "Steps and microbatches beyond what randomness counts are refused",
        arguments: [
            (["phases.0.tokens=600T"], "expected phases of at most 1B steps together, found 150B"),
            (
                ["phases.0.tokens=600M", "phases.0.batch={tokens: 300M, microbatch: 1k}"],
                "microbatch: expected a batch of at most 262144 microbatches, found 300000"
            ),
        ])
    func counters(overrides: [String], message: String) throws {
        let found = try RecipeFolder().message(overrides: overrides)
        #expect(found.contains(message), "\(found)")
    }

    @Test(
        "A key that other programs have is answered with what is here",
        arguments: [
            ("optimizer.grad_clip=1", "StableAdamW clips updates"),
            ("optimizer.lr=1e-3", "learning_rate: {peak: 8e-4}"),
            ("model.hidden_size=64", "Did you mean hidden?"),
            ("phases.0.epochs=3", "A phase counts tokens"),
            ("phases.0.mlm_probability=0.15", "mask: {ratio: 0.3}"),
        ])
    func familiarKeys(override: String, answer: String) throws {
        let message = try RecipeFolder().message(overrides: [override])
        #expect(message.contains(answer), "\(message)")
    }

    @Test("A mistake on the command line is told with its option")
    func overrides() throws {
        let folder = try RecipeFolder()
        #expect(
            folder.message(overrides: ["phases.0.mask.ratio=2"]) == """
                --set phases.0.mask.ratio=2: phases.0.mask.ratio: expected a ratio above 0 and at \
                most 1, found 2. Write the share of masked tokens, such as 0.3.
                """)
        #expect(
            folder.message(overrides: ["phases.0.mask={rato: 0.2}"]) == """
                --set phases.0.mask={rato: 0.2}: phases.0.mask.rato: expected one of the keys \
                ratio, from, to, shape, steps, at, replace, score_special_tokens, \
                random_tokens, found "rato". Did you mean ratio?
                """)
        #expect(
            folder.message(overrides: ["phases.2.tokens=1M"]) == """
                --set phases.2.tokens=1M: phases.2: expected an element's name (pretrain, decay), \
                or a number below 2, found "2". Count the elements from 0.
                """)
        #expect(
            folder.message(overrides: ["phases.pretrian.tokens=1M"]) == """
                --set phases.pretrian.tokens=1M: phases.pretrian: expected an element's name \
                (pretrain, decay), or a number below 2, found "pretrian". Did you mean pretrain?
                """)
        #expect(
            folder.message(overrides: ["ratio"]) == """
                --set ratio: expected key.path=value, found "ratio". Write it like \
                phases.0.mask.ratio=0.2.
                """)
        #expect(
            folder.message(overrides: ["seed=[1"]) == """
                --set seed=[1: expected YAML, found a mistake (while parsing a flow sequence \
                from line 1 on, did not find expected ',' or ']'). Fix the text there, or in the \
                line before.
                """)
    }

    @Test("A variant's shape that its phase's last rate forbids is told")
    func inheritedFactor() throws {
        let folder = try RecipeFolder()
        let rate = "phases.1.learning_rate={peak: 1e-3, shape: cosine, final_factor: 0}"
        let variant = "phases.1.variants.1.learning_rate={shape: inverse-sqrt}"
        #expect(
            folder.message(overrides: [rate, variant]) == """
                --set \(variant): phases.1.variants.1.learning_rate.shape: expected a \
                final_factor above 0 with shape inverse-sqrt, found the phase's 0. Write one, such \
                as final_factor: 0.02.
                """)
    }

    @Test("A recipe that is not there, or is not text, is told")
    func files() throws {
        let folder = try RecipeFolder()
        #expect(throws: (any Error).self) { try Recipe.read(folder.path + "/none.yaml") }
        try folder.write("", to: "recipe.yaml")
        #expect(
            folder.message() == """
                …/recipe.yaml: name: expected a value, found no such key. The run's folder is \
                named after it.
                """)
        try folder.write("- a\n- b\n", to: "recipe.yaml")
        #expect(
            folder.message() == """
                …/recipe.yaml:1: expected a recipe with keys such as name, seed, model, found a \
                list of 2 values. Write it as {name: …}, or indented below its key.
                """)
    }

    @Test("A language list names its own lines")
    func languageList() throws {
        let folder = try RecipeFolder()
        let overrides = ["phases.0.data.languages=list.txt"]
        try folder.write("# languages\ndeu_Latn\n\ndeu_Latn\n", to: "list.txt")
        #expect(
            folder.message(overrides: overrides) == """
                …/list.txt:4: expected every language once, found deu_Latn again. Remove one of \
                them.
                """)
        try folder.write("# nothing\n", to: "list.txt")
        #expect(
            folder.message(overrides: overrides) == """
                --set phases.0.data.languages=list.txt: phases.0.data.languages: expected at \
                least one language, found none. Write all for every language of the manifest.
                """)
    }

    /// A change to the small recipe, and the message after `recipe.yaml:`.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let text: String
        let replacement: String
        let message: String

        init(_ text: String, _ replacement: String, _ message: String) {
            self.text = text
            self.replacement = replacement
            self.message = message.first?.isNumber == true ? "…/recipe.yaml:" + message : message
        }

        var testDescription: String { replacement }
    }
}
