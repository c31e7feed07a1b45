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

    static let recipes = ["quickstart.yaml", "real-text.yaml"]
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
