import Formats
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
        let done = folder.path("shards.partial/.build/done")
        func languages() -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: done).count) ?? 0
        }
        // Killed whenever one more language is done, which leaves others to do.
        var kills = 0
        while !FileManager.default.fileExists(atPath: folder.path("shards")) {
            let before = languages()
            let build = try Program.mmbert.start(command("shards"))
            while build.isRunning, languages() <= before { usleep(100) }
            build.send(SIGKILL)
            let ending = build.wait()
            #expect(ending.exitCode ?? 0 == 0, "\(ending.messages)")
            if ending.exitCode == nil, languages() > 0 { kills += 1 }
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

    @Test("Folders of shards without a manifest are inspected, verified and read by their paths")
    func withoutManifest() throws {
        let data = try SmallData.shared()
        let train = "\(data.folder)/shards/train"
        let inspected = try Program.mmbert.run(["data", "inspect", train, "--json"])
        #expect(inspected.exitCode == 0, "\(inspected.messages)")
        let report = try #require(
            JSONSerialization.jsonObject(with: Data(inspected.output.utf8)) as? [String: Any])
        let languages = try #require(report["languages"] as? [[String: Any]])
        let names = try FileManager.default.contentsOfDirectory(atPath: train)
        #expect(Set(languages.compactMap { $0["name"] as? String }) == Set(names))
        let tokens = languages.compactMap { $0["tokens"] as? Int }
        #expect(tokens == tokens.sorted(by: >) && tokens.reduce(0, +) == report["tokens"] as? Int)
        // The table for people, with no counts of tokens where samples are not read.
        let quick = try Program.mmbert.run(["data", "inspect", train, "--quick", "--limit", "2"])
        #expect(quick.output.contains("  … and 4 more (--limit 0 shows all)"))
        #expect(quick.output.contains("  –"))
        let verified = try Program.mmbert.run(["data", "verify", train])
        #expect(verified.messages.contains("6 folders"), "\(verified.messages)")
        let read = try Program.mmbert.run(
            ["bench", "loader", train, "--context", "64", "--tokens", "50k"])
        #expect(read.output.hasPrefix("6 sources"), "\(read.messages)")
        let nothing = try Program.mmbert.run(["data", "inspect", "\(data.folder)/text"])
        #expect(nothing.exitCode == 2 && nothing.messages.contains("here or further below"))
    }

    @Test("What is passed over is told once, in words and in the report")
    func passedOver() throws {
        let data = try SmallData.shared()
        let folder = try TemporaryFolder()
        let lines = (0..<400).map { "{\"text\": \"some words and the number \($0)\"}\n" }.joined()
        for name in ["deu_Latn.json", "fra_Latn/deep/a.NDJSON", "ita_Latn.txt.xz", "README.md"] {
            try folder.write(lines, to: "text/\(name)")
        }
        for arguments in [
            ["data", "build", "--tokenizer", "\(data.folder)/tokenizer", "--context", "64"],
            ["tokenizer", "train", "--vocabulary", "320"],
        ] {
            let output = folder.path(arguments[0])
            let ending = try Program.mmbert.run(
                arguments + ["--input", folder.path("text"), "--output", output, "--json"])
            #expect(ending.exitCode == 0, "\(ending.messages)")
            let words = """
                warning: 2 files and folders are passed over: 1 compressed or packed otherwise \
                than .gz and .zst (ita_Latn.txt.xz), 1 without an ending of text (README.md). \
                Compressed text is read as
                """
            #expect(ending.messages.components(separatedBy: words).count == 2)
            let report = try #require(
                JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
            let found = try #require(report["passed_over"] as? [String: [String: Any]])
            #expect(found.mapValues { $0["count"] as? Int } == ["compression": 1, "other": 1])
            #expect(
                found["compression"]?["first"] as? [String]
                    == [folder.path("text/ita_Latn.txt.xz")])
        }
        let built = try FileManager.default.contentsOfDirectory(atPath: folder.path("data/train"))
        #expect(built.sorted() == ["deu_Latn", "fra_Latn"])
    }

    @Test("Tables are read by column, in one language and in many, as JSON lines are")
    func tables() throws {
        let data = try SmallData.shared()
        let folder = try TemporaryFolder()
        let texts = (0..<300).map { "some words, \"quoted\", and the number \($0)" }
        func quoted(_ text: String) -> String {
            "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }
        let codes = ["deu_Latn", "fra_Latn"]
        let rows = texts.enumerated().map { "\(codes[$0 % 2]),\(quoted($1))\r\n" }
        try folder.write("lang,content\r\n" + rows.joined(), to: "all.csv")
        for (place, code) in codes.enumerated() {
            let lines = try texts.enumerated().filter { $0.offset % 2 == place }.map {
                String(decoding: try JSONEncoder().encode(["text": $0.element]), as: UTF8.self)
            }
            try folder.write(lines.joined(separator: "\n"), to: "text/\(code).jsonl")
        }
        let fields = ["--text-field", "content", "--language-field", "lang"]
        for (name, input) in [
            ("lines", ["--input", folder.path("text")]),
            ("table", ["--input", folder.path("all.csv")] + fields),
        ] {
            for arguments in [
                ["data", "build", "--tokenizer", "\(data.folder)/tokenizer", "--context", "64"],
                ["tokenizer", "train", "--vocabulary", "320"],
            ] {
                let ending = try Program.mmbert.run(
                    arguments + input + ["--output", folder.path("\(name)-\(arguments[0])")])
                #expect(ending.exitCode == 0, "\(ending.messages)")
            }
        }
        for path in [
            "data/train/deu_Latn/index.json", "data/train/fra_Latn/index.json",
            "tokenizer/tokenizer.model",
        ] {
            #expect(
                try FileContents.read(folder.path("lines-\(path)"))
                    == FileContents.read(folder.path("table-\(path)")), "\(path)")
        }
        #expect(try Folder.exists(folder.path("table-tokenizer/text")) == false)
    }

    @Test("Text of which nothing can be used ends both commands with the reason and its place")
    func nothingUsable() throws {
        let data = try SmallData.shared()
        let folder = try TemporaryFolder()
        let text = try folder.write([0xe4, 0x0a, 0x0a, 0xf6, 0x0a], to: "text/aaa_Latn.txt")
        for arguments in [
            ["data", "build", "--tokenizer", "\(data.folder)/tokenizer"], ["tokenizer", "train"],
        ] {
            let ending = try Program.mmbert.run(
                arguments + ["--input", folder.path("text"), "--output", folder.path("new")])
            #expect(ending.exitCode == 2)
            #expect(
                ending.messages.contains("only 2 documents not in UTF-8; the first at \(text):1"),
                "\(ending.messages)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["text"])
    }

    @Test("A sample that is smaller than a line is told as that, and leaves nothing behind")
    func smallSample() throws {
        let text = "\(try SmallData.shared().folder)/text"
        let folder = try TemporaryFolder()
        let ending = try Program.mmbert.run(
            ["tokenizer", "train", "--input", text, "--sample", "5"]
                + ["--output", folder.path("new")])
        #expect(ending.exitCode == 2)
        #expect(
            ending.messages.contains("--sample 5: expected bytes for a line or more"),
            "\(ending.messages)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("A tokenizer's commands say what is wrong with their input")
    func tokenizerInput() throws {
        let tokenizer = "\(try SmallData.shared().folder)/tokenizer"
        let folder = try TemporaryFolder()
        let empty = try folder.write("\n", to: "deu_Latn.txt")
        let untrained = try Program.mmbert.run(
            ["tokenizer", "train", "--input", empty, "--output", folder.path("new")])
        #expect(untrained.exitCode == 2)
        #expect(untrained.messages.contains("expected documents with text, found none"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        let lines = try folder.write([0x61, 0x0a, 0x62, 0xff, 0x0a], to: "lines")
        let encoded = try Program.mmbert.run([
            "tokenizer", "encode", "--tokenizer", tokenizer, lines,
        ])
        #expect(encoded.exitCode == 0 && encoded.output.split(separator: "\n").count == 2)
        #expect(encoded.messages.contains("1 line not in UTF-8"), "\(encoded.messages)")
        #expect(encoded.messages.contains("the first at \(lines):2"), "\(encoded.messages)")
        let ids = try folder.write("1 2\n3 x\n", to: "ids")
        let decoded = try Program.mmbert.run(["tokenizer", "decode", "--tokenizer", tokenizer, ids])
        #expect(decoded.exitCode == 2 && decoded.messages.contains("\(ids):2: expected ids from 0"))
    }
}
