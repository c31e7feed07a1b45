import Foundation
import TestSupport
import Testing

@Suite("Commands on data")
struct DataCommandTests {
    private func files(_ root: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            files[path] = FileManager.default.contents(atPath: "\(root)/\(path)")
        }
        return files
    }

    @Test("Killed again and again, a build goes on each time and gives the same bytes")
    func killed() throws {
        let data = try SmallData.shared()
        let folder = try TemporaryFolder()
        func command(_ output: String) -> [String] {
            ["data", "build", "--input", "\(data.folder)/text", "--context", "64", "--json"]
                + ["--tokenizer", "\(data.folder)/tokenizer", "--output", folder.path(output)]
        }
        let whole = try Program.mmbert.run(command("whole"))
        #expect(whole.exitCode == 0)
        // From before the first language until after the last; a build takes some 50 ms.
        var kills = 0
        for milliseconds in 1...60 {
            let build = try Program.mmbert.start(command("shards"))
            usleep(UInt32(milliseconds) * 1000)
            build.send(SIGKILL)
            let ending = build.wait()
            guard ending.exitCode == nil else { break }
            kills += 1
            if FileManager.default.fileExists(atPath: folder.path("shards")) { break }
        }
        if !FileManager.default.fileExists(atPath: folder.path("shards")) {
            let last = try Program.mmbert.run(command("shards"))
            #expect(last.exitCode == 0, "\(last.messages)")
        }
        #expect(kills > 0)
        try? FileManager.default.removeItem(atPath: folder.path("shards/.build"))
        #expect(try files(folder.path("shards")) == files(folder.path("whole")))
    }

    @Test("The loader's bench reads a build and tells what came out")
    func loaderBench() throws {
        let data = try SmallData.shared()
        let ending = try Program.mmbert.run(
            ["bench", "loader", "\(data.folder)/shards", "--context", "64", "--json"]
                + ["--tokens", "200k", "--max-epochs", "50", "--temperature", "0.5"])
        #expect(ending.exitCode == 0, "\(ending.messages)")
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
        #expect(result["sources"] as? Int == 6)
        #expect(result["tokens"] as? Int ?? 0 >= 200_000)
        #expect(result["packing"] as? Double ?? 0 > 0.98)
        #expect(result["largest_deviation"] as? Double ?? 1 < 0.1)
        #expect(result["resume_seconds"] is Double)
    }

    @Test("Mixed text through a pipe is not needed again once it is put apart")
    func pipe() throws {
        let data = try SmallData.shared()
        let folder = try TemporaryFolder()
        let text = (0..<400).map {
            "{\"language\": \"l\($0 % 3)\", \"text\": \"some words and the number \($0)\"}\n"
        }
        try folder.write(text.joined(), to: "mixed.jsonl")
        let arguments =
            ["data", "build", "--input", "-", "--language-field", "language", "--context", "64"]
            + ["--tokenizer", "\(data.folder)/tokenizer", "--output", folder.path("shards")]
        let piped = try Program.mmbert.run(
            behind: "exec <'\(folder.path("mixed.jsonl"))'", arguments)
        #expect(piped.exitCode == 0, "\(piped.messages)")
        #expect(piped.messages.contains("3 languages, 400 documents"), "\(piped.messages)")
        let inspected = try Program.mmbert.run(["data", "inspect", folder.path("shards")])
        #expect(inspected.output.contains("some words and the number"))
        let verified = try Program.mmbert.run(["data", "verify", folder.path("shards")])
        #expect(verified.exitCode == 0 && verified.messages.contains("nothing wrong"))
        try Data("{".utf8).write(to: URL(filePath: folder.path("shards/train/l1/index.json")))
        let damaged = try Program.mmbert.run(["data", "verify", folder.path("shards")])
        #expect(damaged.exitCode == 2)
        #expect(damaged.output.contains("l1/index.json: expected valid JSON"))
    }
}
