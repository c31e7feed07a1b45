import Foundation
import TestSupport
import Testing

@Suite("The architecture")
struct ArchitectureTests {
    private static let script = Repository.root.appending(path: "scripts/module-imports.sh").path

    /// Each module's imports as Package.swift declares them.
    private func declared() throws -> [String: Set<String>] {
        let ending = try RunningProgram("/bin/sh", [Self.script], in: nil).wait()
        try #require(ending.exitCode == 0, "\(ending.messages)")
        var imports: [String: Set<String>] = [:]
        for line in ending.output.split(separator: "\n") {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            imports[String(parts[0])] = Set(parts[1].split(separator: " ").map(String.init))
        }
        try #require(imports.count > 20)
        return imports
    }

    @Test("has a line for each module, with the imports that Package.swift declares")
    func table() throws {
        let page = try String(
            contentsOf: Repository.root.appending(path: "docs/architecture.md"), encoding: .utf8)
        var table: [String: Set<String>] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5 else { continue }
            let imports = cells[3].split(separator: ", ").map(String.init)
            for name in cells[1].split(separator: " ") {
                table[name.trimmingCharacters(in: ["`"])] = Set(imports)
            }
        }
        for (module, imports) in try declared() {
            #expect(table[module] == imports, "\(module)")
        }
    }

    @Test("declares what each module's files import, no more and no less")
    func files() throws {
        let declared = try declared()
        let ours = declared.values.reduce(Set(declared.keys)) { $0.union($1) }
        for (module, imports) in declared {
            let folder = Repository.root.appending(path: "Sources/\(module)").path
            var found: Set<String> = []
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
            where path.hasSuffix(".swift") {
                let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
                for line in text.split(separator: "\n") where line.hasPrefix("import ") {
                    found.insert(String(line.dropFirst(7)))
                }
            }
            #expect(found.intersection(ours) == imports, "\(module)")
        }
    }

    @Test("lets a program use models without streams, web servers, schedules or optimizers")
    func inference() throws {
        let ending = try RunningProgram("/bin/sh", [Self.script, "Inference"], in: nil).wait()
        let behind = Set(ending.output.split(separator: "\n").map(String.init))
        #expect(behind.isSuperset(of: ["ModelFolders", "Formats", "TensorCore"]))
        for module in ["Streaming", "RemoteFiles", "Curriculum", "Optimizers", "Checkpoints"] {
            #expect(!behind.contains(module))
        }
    }
}
