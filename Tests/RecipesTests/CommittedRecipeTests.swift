import Formats
import Foundation
import Recipes
import TestSupport
import Testing

@Suite("Recipes and language lists in the repository")
struct CommittedRecipeTests {
    @Test("Every committed recipe reads, and reads back equal", arguments: recipes)
    func recipe(name: String) throws {
        let recipe = try Recipe.read(Self.path("recipes/" + name), checksInputs: false)
        #expect(name.hasPrefix(recipe.name))
        let copy = try RecipeFolder(recipe.resolvedYAML())
        #expect(try copy.read(checksInputs: false) == recipe)
    }

    @Test("Languages come in from phase to phase and none leaves")
    func nestedLists() throws {
        let lists = try Self.lists.map { try Self.codes($0) }
        #expect(lists.map(\.count) == [61, 110, 1891])
        for codes in lists { #expect(Set(codes).count == codes.count) }
        #expect(Set(lists[0]).isSubset(of: lists[1]))
        #expect(Set(lists[1]).isSubset(of: lists[2]))
        // 1,833 languages and code; several scripts of a language count apart.
        #expect(Set(lists[2].map { $0.prefix { $0 != "_" } }).count == 1834)
    }

    @Test(
        "The lists are those of the table of languages",
        .enabled(if: SharedFolder.has("facts/languages.csv"), "\(SharedFolder.absence)"))
    func listsMatchTable() throws {
        let table = try String(
            contentsOfFile: SharedFolder.path("facts/languages.csv"), encoding: .utf8)
        // Memberships are the three fields in a row that are true or false.
        let memberships = #/,(true|false),(true|false),(true|false),/#
        var members: [Set<String>] = [[], [], []]
        for line in table.split(whereSeparator: \.isNewline) {
            guard let match = line.firstMatch(of: memberships) else { continue }
            let code = String(line.prefix { $0 != "," })
            let flags = [match.output.1, match.output.2, match.output.3]
            for (phase, flag) in flags.enumerated() where flag == "true" {
                members[phase].insert(code)
            }
        }
        for (list, members) in zip(Self.lists, members) {
            #expect(Set(try Self.codes(list)) == members)
        }
    }

    @Test("Published recipes can be planned from the manifests beside them", arguments: published)
    func planned(name: String) throws {
        let recipe = try Recipe.read(Self.path("recipes/" + name), needsData: false)
        for stage in recipe.stages() {
            let selection = try stage.phase.data.select {
                try DataManifest(contentsOf: $0, checkingFolders: false)
            }
            #expect(selection.mixture(tokens: stage.phase.tokens).shortfall == 0)
        }
    }

    @Test("Shares of English and code are those of the published counts")
    func publishedShares() throws {
        let recipe = try Recipe.read(Self.path("recipes/mmbert-base.yaml"), needsData: false)
        // In phase 3 the published English counts part of MegaWika, which is apart here.
        let expected = [(0.3451, 0.0513), (0.1214, 0.0333), (0.16, 0.0312), (0.117, 0.0315)]
        for (stage, (english, code)) in zip(recipe.stages(), expected) {
            let mixture = try stage.phase.data.select {
                try DataManifest(contentsOf: $0, checkingFolders: false)
            }.mixture(tokens: stage.phase.tokens)
            func share(_ language: String) -> Double {
                mixture.portions.filter { $0.language == language }.reduce(0) { $0 + $1.share }
            }
            #expect(abs(share("eng_Latn") - english) < 0.001, "\(stage.name)")
            #expect(abs(share("code") - code) < 0.001, "\(stage.name)")
        }
    }

    @Test("Manifests and lists are what the committed tables say")
    func generatedFiles() throws {
        guard let python = Self.python else { return }
        let check = Process()
        check.executableURL = URL(fileURLWithPath: python)
        check.arguments = ["-B", Self.path("data-manifests/make_manifests.py"), "--check"]
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
    }

    @Test("Manifests of the phases have the languages and the tokens that were published")
    func manifests() throws {
        // FineWeb2's languages, and the sum of the other sources in billions of tokens.
        let expected = [
            ("pretrain", 59, 792.3), ("midtrain", 108, 94.1), ("decay-continued", 108, 24.9),
        ]
        for (name, languages, billions) in expected {
            let manifest = try DataManifest(
                contentsOf: Self.path("data-manifests/\(name).yaml"), checkingFolders: false)
            let (web, others) = (
                manifest.sources.filter { $0.name == $0.language },
                manifest.sources.filter { $0.name != $0.language }
            )
            #expect(web.count == languages)
            let sum = others.reduce(0) { $0 + $1.tokens }
            #expect(abs(Double(sum) / 1e9 - billions) < 1e-9, "\(name)")
        }
    }

    private static var python: String? {
        ["/usr/bin/python3", "/usr/local/bin/python3"]
            .first(where: FileManager.default.isExecutableFile)
    }

    static let published = ["mmbert-base.yaml", "mmbert-small.yaml", "modernbert-base.yaml"]
    static let recipes = ["first.yaml", "quickstart.yaml", "real-text.yaml"] + published
    static let lists = [
        "pretrain-languages.txt", "midtrain-languages.txt", "decay-languages.txt",
    ]

    private static func codes(_ list: String) throws -> [String] {
        try String(contentsOfFile: path("data-manifests/" + list), encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    private static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(name).path
    }
}
