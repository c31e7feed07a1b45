import Formats
import TestSupport
import Testing

@Suite("Mistakes in recipes and options end with exit code 2 before anything is made")
struct RecipeMistakeTests {
    /// A change to the small recipe, and what the message says about it.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        let replacement: String
        let parts: [String]

        init(_ name: String, _ text: String, _ replacement: String, _ parts: [String]) {
            (testDescription, self.text, self.replacement) = (name, text, replacement)
            self.parts = parts
        }
    }

    static let mistakes = [
        Mistake(
            "an unknown key", "temperature: {from", "temprature: {from",
            [
                "recipe.yaml:23: phases.1.data.temprature: expected one of the keys",
                "found \"temprature\"", "Did you mean temperature?",
            ]),
        Mistake(
            "a wrong type", "tokens: 40k", "tokens: many",
            ["recipe.yaml:12: phases.0.tokens: expected", "found \"many\""]),
        Mistake(
            "zero tokens", "tokens: 20k", "tokens: 0",
            ["recipe.yaml:19: phases.1.tokens: expected", "found 0"]),
        Mistake(
            "a mask ratio over 1", "mask: {ratio: 0.05}", "mask: {ratio: 1.5}",
            ["recipe.yaml:29: phases.2.mask.ratio: expected a ratio", "found 1.5"]),
        Mistake(
            "a missing file", "tokenizer: tokenizer", "tokenizer: nowhere",
            ["recipe.yaml:5: tokenizer: expected a tokenizer", "found nothing at", "/nowhere"]),
        Mistake(
            "a missing manifest", "data: {manifest: shards/manifest.yaml, languages: {largest: 3}",
            "data: {manifest: none.yaml, languages: {largest: 3}",
            ["recipe.yaml:15: phases.0.data.manifest: expected a manifest", "/none.yaml"]),
        Mistake(
            "a language in no manifest", "data: {languages: all}",
            "data: {languages: [qaa_Latn, qaz_Latn]}",
            [
                "recipe.yaml:36: phases.2.variants.2.data.languages: expected languages of",
                "found qaz_Latn", "Did you mean qaa_Latn?",
            ]),
        Mistake(
            "a tokenizer with another vocabulary", "tokenizer: tokenizer",
            "tokenizer: smaller-tokenizer",
            ["/smaller-tokenizer: expected a tokenizer of 640 pieces", "found 600 pieces"]),
        Mistake(
            "a tokenizer with other pieces", "tokenizer: tokenizer", "tokenizer: other-tokenizer",
            [
                "shards/manifest.yaml: expected shards of the recipe's tokenizer, which has",
                "as piece", "found shards of one that has", "build them again",
            ]),
        Mistake(
            "a model with another vocabulary", "vocabulary: 640", "vocabulary: 600",
            ["recipe.yaml:3: model.vocabulary: expected the vocabulary of 640", "found 600"]),
        Mistake("no YAML", "lanes: 2", "lanes: [2", ["recipe.yaml:", "expected YAML"]),
    ]

    @Test(
        "told with file, line and key, what was expected, what was found and what to do",
        arguments: mistakes)
    func recipe(mistake: Mistake) throws {
        let folder = try TemporaryFolder()
        let text = SmallData.text.replacingOccurrences(
            of: mistake.text, with: mistake.replacement)
        try #require(text != SmallData.text)
        let data = try SmallData.shared().linked(into: folder.path, recipe: text)
        let run = SmallRun(data: data, folder: folder.path("run"))
        expectMistake(try run.train(), mistake.parts)
        #expect(try !Folder.exists(run.folder))
    }

    @Test("told for an option that overrides the recipe")
    func override() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        expectMistake(
            try run.train("--set", "phases.0.mask.ratio=2"),
            ["--set phases.0.mask.ratio=2: phases.0.mask.ratio: expected a ratio", "found 2"])
        #expect(try !Folder.exists(run.folder))
    }

    @Test(
        "told for the command line",
        arguments: [
            (["--threads", "2"], "missing expected argument '<recipe>'"),
            (["--recipe", "a.yaml", "--threads", "0"], "--threads 0: give 1 or more"),
            (["--recipe", "a.yaml", "--stop-after", "soon"], "soon"),
            (["--recipe", "a.yaml", "--fast"], "--fast"),
            (["--recipe", "a.yaml"], "a.yaml"),
        ])
    func usage(arguments: [String], part: String) throws {
        let folder = try TemporaryFolder()
        expectMistake(try Program.trainer.run(arguments, in: folder.path), [part])
    }
}
