import Diagnostics
import Foundation
import Recipes
import TestSupport
import Testing

@Suite("Recipes in the documentation")
struct DocumentationTests {
    @Test("Every whole recipe in a document reads", arguments: ["README.md", "docs/recipe.md"])
    func wholeRecipes(name: String) throws {
        let blocks = try RecipeDocument(name).blocks.filter(RecipeDocument.isWhole)
        #expect(!blocks.isEmpty)
        for block in blocks { _ = try Self.read(block) }
    }

    @Test("Every example of some keys reads where it belongs")
    func fragments() throws {
        let document = try RecipeDocument("docs/recipe.md")
        let whole = try #require(document.blocks.first)
        let phaseKeys = try #require(document.keys["phases.N"])
        for block in document.blocks where !RecipeDocument.isWhole(block) {
            let overrides = RecipeDocument.entries(of: block).map { key, value in
                let phase = key == "variants" ? "phases.decay." : "phases.midtrain."
                return (phaseKeys.contains(key) ? phase : "") + "\(key)=\(value)"
            }
            #expect(!overrides.isEmpty)
            _ = try Self.read(whole, overrides: overrides)
        }
    }

    @Test("The tables explain the keys that the reader knows, and no others")
    func keys() throws {
        let known = try Self.knownKeys()
        let explained = try RecipeDocument("docs/recipe.md").keys
        #expect(Set(explained.keys).subtracting(known.keys) == [])
        for (section, keys) in known {
            // What variants and the evaluation repeat is explained with the phases.
            let phases = section.replacing("phases.N.variants.N.", with: "phases.N.")
                .replacing("evaluate.", with: "phases.N.")
            let data = phases.replacing("data.groups.N.", with: "data.")
            let table = explained[section] ?? explained[phases] ?? explained[data] ?? []
            #expect(Set(table) == Set(keys), "\(section)")
        }
    }

    @Test("Every key in the tables has its values and its meaning beside it")
    func columns() throws {
        for (section, rows) in try RecipeDocument("docs/recipe.md").tables {
            for row in rows {
                // Only the default, the third cell, may be empty.
                let filled = row.enumerated().filter { $0.offset == 2 || !$0.element.isEmpty }
                #expect(row.count == 4 && filled.count == 4, "\(section): \(row)")
            }
        }
    }

    @Test("Every link inside the repository leads to a file or folder")
    func links() throws {
        let root = RecipeDocument.path("")
        let others = try FileManager.default.subpathsOfDirectory(atPath: root + "/docs")
            .filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
        for name in ["README.md", "CONTRIBUTING.md", "data-manifests/README.md"] + others {
            let text = try String(contentsOfFile: RecipeDocument.path(name), encoding: .utf8)
            let folder = URL(fileURLWithPath: RecipeDocument.path(name)).deletingLastPathComponent()
            // What stands in round brackets behind square ones, up to the place in the page.
            for match in text.matches(of: /\]\(([^)#:\s]+)(#[^)\s]*)?\)/) {
                let target = folder.appendingPathComponent(String(match.1)).path
                #expect(FileManager.default.fileExists(atPath: target), "\(name): \(match.1)")
            }
        }
    }

    @Test(
        "The drawing of the losses shows the numbers in the table beside it",
        .enabled(if: python != nil, "needs python3"))
    func drawing() throws {
        let check = Process()
        check.executableURL = URL(fileURLWithPath: try #require(Self.python))
        check.arguments = ["-B", RecipeDocument.path("scripts/draw-losses.py"), "--check"]
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
    }

    private static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first(where: FileManager.default.isExecutableFile)

    /// Reads text as a recipe in `recipes/`, beside which the language lists lie.
    private static func read(_ text: String, overrides: [String] = []) throws -> Recipe {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("data-manifests"),
            withDestinationPath: RecipeDocument.path("data-manifests"))
        let path = try folder.write(text, to: "recipes/recipe.yaml")
        return try Recipe.read(path, overrides: overrides, checksInputs: false)
    }

    /// The keys of every mapping, by its path: `phases.N.mask`.
    private static func knownKeys() throws -> [String: [String]] {
        let folder = try RecipeFolder()
        var known: [String: [String]] = [:]
        var unexplored = [""]
        while let path = unexplored.popLast() {
            guard let keys = Self.keys(at: path, in: folder) else { continue }
            known[section(path)] = keys
            for key in keys {
                // A value, or the second element of a list: the last phase has variants.
                unexplored += [path + key + ".", path + key + ".1."]
            }
        }
        return known
    }

    /// The keys that the message about an unknown one lists; nil where there is no mapping.
    private static func keys(at path: String, in folder: RecipeFolder) -> [String]? {
        var overrides = ["\(path)unknown_key=1"]
        // Groups are looked into where a recipe has some.
        if let groups = path.range(of: ".groups.") {
            let list = "[{name: a, share: 1}, {name: b, share: 1}]"
            overrides.insert("\(path[..<groups.lowerBound]).groups=\(list)", at: 0)
        }
        do {
            _ = try folder.read(overrides: overrides, checksInputs: false)
        } catch let error as InputError {
            let prefix = "one of the keys "
            guard error.location.hasSuffix(": \(path)unknown_key"), error.expected.hasPrefix(prefix)
            else { return nil }
            return error.expected.dropFirst(prefix.count).components(separatedBy: ", ")
        } catch {}
        return nil
    }

    /// `phases.N.mask` for `phases.1.mask.`, `recipe` for the file itself.
    private static func section(_ path: String) -> String {
        let parts = path.split(separator: ".").map { $0 == "1" ? "N" : $0 }
        return parts.isEmpty ? "recipe" : parts.joined(separator: ".")
    }
}
