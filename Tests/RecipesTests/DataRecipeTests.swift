import Curriculum
import Formats
import Recipes
import Testing

@Suite("A phase's data")
struct DataRecipeTests {
    let manifest = DataManifest(
        tokenizer: "tokenizer", vocabulary: 512, context: 128,
        sources: [
            source("eng_Latn", "web", 6000), source("eng_Latn", "books", 2000),
            source("deu_Latn", "deu", 8000), source("fao_Latn", "fao", 100),
            source("kal_Latn", "kal", 0),
        ])

    @Test("Languages are selected in the manifest's order, whatever the list's")
    func selection() {
        func folders(_ selection: LanguageSelection) -> [String] {
            selection.sources(in: manifest).compactMap(\.folder)
        }
        #expect(folders(.all) == ["web", "books", "deu", "fao", "kal"])
        #expect(folders(.listed(["fao_Latn", "eng_Latn", "xxx_Latn"])) == ["web", "books", "fao"])
        // English and German have as many tokens; the code decides.
        #expect(folders(.largest(1)) == ["deu"])
        #expect(folders(.largest(2)) == ["web", "books", "deu"])
        #expect(
            LanguageSelection.listed(["xxx_Latn", "fao_Latn"]).missing(in: manifest) == ["xxx_Latn"]
        )
        #expect(LanguageSelection.all.missing(in: manifest).isEmpty)
    }

    @Test("A phase reads no empty source, and a fixed share is divided by size")
    func mixture() throws {
        let recipe = try RecipeFolder().read(overrides: [
            "phases.0.data={manifest: data.yaml, temperature: 0.5, proportions: {eng_Latn: 0.4}}"
        ])
        let data = recipe.phases[0].data
        let sources = data.sources(in: manifest)
        #expect(sources.map(\.folder) == ["web", "books", "deu", "fao"])
        let tokens = data.mixture(of: sources, tokens: 1000).portions.map(\.tokens)
        let rest = 600 / (8000.0.squareRoot() + 10)
        for (tokens, expected) in zip(tokens, [300, 100, rest * 8000.0.squareRoot(), rest * 10]) {
            #expect(abs(tokens - expected) < 1e-9)
        }
    }

    private static func source(
        _ language: String, _ folder: String, _ tokens: Int
    ) -> DataManifest.Source {
        DataManifest.Source(
            language: language, folder: folder, documents: 1, samples: min(tokens, 10),
            tokens: tokens, bytes: tokens)
    }
}
