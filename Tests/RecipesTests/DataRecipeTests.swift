import Curriculum
import Formats
import Recipes
import Testing

@Suite("A phase's data")
struct DataRecipeTests {
    let manifest = DataManifest(
        tokenizer: "tokenizer", vocabulary: 512, context: 128,
        sources: [
            source("eng_Latn", "web", 6000), source("eng_Latn", "books", 2000, name: "novels"),
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
        #expect(folders(.named(["novels", "fao_Latn"])) == ["books", "fao"])
        // English and German have as many tokens; the code decides.
        #expect(folders(.largest(1)) == ["deu"])
        #expect(folders(.largest(2)) == ["web", "books", "deu"])
        #expect(
            LanguageSelection.listed(["xxx_Latn", "fao_Latn"]).missing(in: manifest) == ["xxx_Latn"]
        )
        #expect(
            LanguageSelection.named(["xxx", "novels"]).missing(in: manifest) == ["xxx"])
        #expect(LanguageSelection.all.missing(in: manifest).isEmpty)
    }

    @Test("A phase reads no empty source, and a fixed share is divided by size")
    func mixture() throws {
        let recipe = try RecipeFolder().read(overrides: [
            "phases.0.data={manifest: data.yaml, temperature: 0.5, proportions: {eng_Latn: 0.4}}"
        ])
        let selection = recipe.phases[0].data.select { _ in manifest }
        #expect(selection.sources.map(\.source.folder) == ["web", "books", "deu", "fao"])
        let tokens = selection.mixture(tokens: 1000).portions.map(\.tokens)
        let rest = 600 / (8000.0.squareRoot() + 10)
        for (tokens, expected) in zip(tokens, [300, 100, rest * 8000.0.squareRoot(), rest * 10]) {
            #expect(abs(tokens - expected) < 1e-9)
        }
    }

    @Test("Groups read what they name, and inherit what data says for all of them")
    func groups() throws {
        let folder = try RecipeFolder()
        let recipe = try folder.read(
            overrides: [
                """
                phases.0.data={manifest: data.yaml, temperature: 0.5, max_epochs: 4, groups: [\
                {name: web, share: 60, languages: [eng_Latn, fao_Latn]}, \
                {name: books, share: 40, sources: [deu_Latn], manifest: other.yaml, \
                temperature: 1, max_epochs: unlimited}]}
                """
            ], checksInputs: false)
        let groups = recipe.phases[0].data.groups
        #expect(groups.map(\.name) == ["web", "books"])
        #expect(groups.map(\.share) == [60, 40])
        #expect(
            groups.map(\.manifest) == ["data.yaml", "other.yaml"].map { "\(folder.path)/\($0)" })
        #expect(
            groups.map(\.languages) == [.listed(["eng_Latn", "fao_Latn"]), .named(["deu_Latn"])])
        #expect(
            groups.map(\.sampling) == [.temperature(.constant(0.5)), .temperature(.constant(1))])
        #expect(groups.map(\.maxEpochs) == [4, nil])
        #expect(recipe.phases[0].data.onlyGroup == nil)

        let selection = recipe.phases[0].data.select { _ in manifest }
        #expect(selection.sources.map(\.source.folder) == ["web", "books", "fao", "deu"])
        let tokens = selection.mixture(tokens: 1000).portions.map(\.tokens)
        let sum = 6000.0.squareRoot() + 2000.0.squareRoot() + 10
        let expected = [6000, 2000, 100].map { 600 / sum * Double($0).squareRoot() } + [400]
        for (tokens, expected) in zip(tokens, expected) { #expect(abs(tokens - expected) < 1e-9) }
    }

    @Test("A variant keeps its phase's groups, changes them all, or has its own")
    func variants() throws {
        let recipe = try RecipeFolder().read(overrides: [
            """
            phases.1.data={manifest: data.yaml, groups: [\
            {name: a, share: 1, languages: [eng_Latn]}, {name: b, share: 1, languages: [deu_Latn]}]}
            """,
            """
            phases.1.variants=[kept, {name: hotter, data: {temperature: 0.1, max_epochs: 9}}, \
            {name: own, data: {manifest: data.yaml, groups: [{name: c, share: 2}]}}]
            """, "phases.1.data.groups.b.max_epochs=7",
        ])
        let variants = recipe.phases[1].variants.map(\.data)
        #expect(variants[0] == recipe.phases[1].data)
        #expect(variants[0].groups.map(\.maxEpochs) == [nil, 7])
        #expect(variants[1].groups.map(\.maxEpochs) == [9, 9])
        let hot = SamplingSchedule.temperature(.constant(0.1))
        #expect(variants[1].groups.map(\.sampling) == [hot, hot])
        #expect(variants[1].groups.map(\.languages) == variants[0].groups.map(\.languages))
        #expect(variants[2].groups.map(\.name) == ["c"])
        #expect(variants[2].groups.map(\.languages) == [.all])
    }

    @Test("Hashes are checked unless the recipe says no")
    func hashes() throws {
        let folder = try RecipeFolder()
        #expect(try folder.read().phases[0].data.verifiesHashes)
        let recipe = try folder.read(overrides: ["phases.1.data.verify_hashes=false"])
        #expect(!recipe.phases[1].data.verifiesHashes)
        #expect(recipe.phases[1].variants.allSatisfy { !$0.data.verifiesHashes })
    }

    @Test(
        "Mistakes in groups are told with their key",
        arguments: [
            (
                "manifest: data.yaml, groups: []",
                "data.groups: expected at least one group, found none"
            ),
            (
                "manifest: data.yaml, groups: [{name: a}]",
                "data.groups.0.share: expected a value, found no such key"
            ),
            (
                "manifest: data.yaml, groups: [{name: a, share: 0}]",
                "data.groups.0.share: expected a number above 0, found 0"
            ),
            (
                "groups: [{name: a, share: 1}]",
                "data.groups.0.manifest: expected a value, found no such key"
            ),
            (
                "manifest: data.yaml, groups: [{name: a, share: 1}, {name: a, share: 1}]",
                "data.groups.1: expected a different name for every group, found a again"
            ),
            (
                "manifest: data.yaml, proportions: {a: 0.1}, groups: [{name: a, share: 1}]",
                "data.proportions: expected no proportions beside groups, found both"
            ),
            (
                "manifest: data.yaml, languages: all, sources: [a]",
                "data.sources: expected either languages or sources, found both"
            ),
            (
                "manifest: data.yaml, sources: [deu_Latm]",
                "data.sources: expected sources of …/data.yaml, found deu_Latm. Did you mean deu"
            ),
            (
                "manifest: data.yaml, groups: [{name: a, share: 1}, {name: b, share: 1}]",
                "data.groups.1: expected sources that no other group reads, found eng_Latn, which a"
            ),
            (
                "manifest: data.yaml, groups: [{name: a, share: 1, max_epochs: 0.01}]",
                "data.groups.0.max_epochs: expected enough data for the phase's 2M tokens, found 1"
            ),
        ])
    func mistakes(data: String, message: String) throws {
        let found = try RecipeFolder().message(overrides: ["phases.0.data={\(data)}"])
        #expect(found.contains("phases.0.\(message)"), "\(found)")
    }

    private static func source(
        _ language: String, _ folder: String, _ tokens: Int, name: String? = nil
    ) -> DataManifest.Source {
        DataManifest.Source(
            language: language, name: name, folder: folder, documents: 1,
            samples: min(tokens, 10), tokens: tokens, bytes: tokens)
    }
}
