import Foundation
import Recipes
import Testing

@Suite("The numbers in docs/fidelity.md")
struct FidelityTests {
    /// A line of the document's tables: cells without space around them.
    private func rows() throws -> [[String]] {
        try String(contentsOfFile: RecipeDocument.path("docs/fidelity.md"), encoding: .utf8)
            .split(separator: "\n")
            .filter { $0.hasPrefix("|") }
            .map { line in
                line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                    .map { cell in
                        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                    }
            }
    }

    private func key(_ cell: String) -> String? {
        cell.count > 2 && cell.first == "`" && cell.last == "`"
            ? String(cell.dropFirst().dropLast()) : nil
    }

    /// Setting a key to what it is changes nothing.
    private func expect(_ settings: [String], leave name: String) throws {
        let path = RecipeDocument.path("recipes/\(name).yaml")
        let recipe = try Recipe.read(path, checksInputs: false)
        for setting in settings {
            let again = try Recipe.read(path, overrides: [setting], checksInputs: false)
            #expect(again == recipe, "\(name): \(setting)")
        }
    }

    @Test("are those of the recipes")
    func numbers() throws {
        let rows = try rows().compactMap { row in
            row.count == 5 ? key(row[4]).map { (key: $0, base: row[1], small: row[2]) } : nil
        }
        #expect(rows.count > 60)
        try expect(
            rows.filter { $0.base != "–" }.map { "\($0.key)=\($0.base)" }, leave: "mmbert-base")
        try expect(
            rows.filter { $0.small != "–" }.map { "\($0.key)=\($0.small)" }, leave: "mmbert-small")
    }

    @Test("and the shares those of the mixtures, all of them")
    func shares() throws {
        let rows = try rows()
        let head = try #require(rows.firstIndex { $0[0] == "source" && $0.count == 6 })
        let keys = rows[head].dropFirst().compactMap(key)
        #expect(keys.count == 5)
        let settings = rows[(head + 2)...].prefix { $0.count == 6 }.flatMap { row in
            zip(keys, row.dropFirst()).filter { $1 != "–" }.map { key, share in
                "\(key).groups.\(row[0]).share=\(share)"
            }
        }
        let recipe = try Recipe.read(
            RecipeDocument.path("recipes/mmbert-base.yaml"), checksInputs: false)
        let stages = recipe.stages().map(\.phase.data.groups.count)
        #expect(settings.count == stages.reduce(0, +))
        try expect(settings, leave: "mmbert-base")
        try expect(settings, leave: "mmbert-small")
    }
}
