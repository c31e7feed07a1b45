import Diagnostics
import Formats
import Preparation
import TestSupport
import Testing

@Suite struct TextSourceTests {
    private func documents(_ source: TextSource) throws -> ([String], ReadingReport) {
        var reader = DocumentReader(source)
        var documents: [String] = []
        while let document = try reader.next() {
            documents.append(String(decoding: document, as: UTF8.self))
        }
        return (documents, reader.report)
    }

    @Test func `files, folders and named paths are found by language`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", to: "texts/deu_Latn.txt")
        try folder.write("{}", to: "texts/fra_Latn.jsonl.zst")
        try folder.write("a", to: "texts/rus_Cyrl/one.txt")
        try folder.write("a", to: "texts/rus_Cyrl/two.txt.gz")
        try folder.write("a", to: "texts/languages.json")
        try folder.write("a", to: "more.txt")
        let sources = try TextSource.find([
            folder.path("texts"), "deu_Latn=\(folder.path("more.txt"))", "und_Zyyy=-",
        ])
        #expect(sources.map(\.language) == ["deu_Latn", "fra_Latn", "rus_Cyrl", "und_Zyyy"])
        #expect(sources.map(\.paths.count) == [2, 1, 2, 1])
        #expect(sources.map(\.size) == [2, 2, 2, nil])
        #expect(
            try TextSource.find([folder.path("texts")], languages: ["rus_Cyrl"]).map(\.language)
                == ["rus_Cyrl"])
    }

    @Test func `inputs without text are errors that say what was found`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", to: "deu_Latn.txt")
        try folder.write("a", to: "deu_Latn.pdf")
        try folder.write("a", to: "empty/readme.md")
        try folder.write("a", to: "a b.txt")
        for input in ["absent", "deu_Latn.pdf", "empty", "a b.txt"] {
            #expect(throws: InputError.self) { try TextSource.find([folder.path(input)]) }
        }
        #expect(throws: InputError.self) { try TextSource.find(["-"]) }
        let error = #expect(throws: InputError.self) {
            try TextSource.find([folder.path("deu_Latn.txt")], languages: ["fra_Latn"])
        }
        #expect(error?.found == "fra_Latn")
    }

    @Test func `blank lines part the documents of plain text`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("\n\none\ntwo\r\n\r\n \t \nthree\n\n\nfour", to: "x.txt")
        let (found, report) = try documents(TextSource.find([path])[0])
        #expect(found == ["one\ntwo", "three", "four"])
        #expect(report.documents == 3)
        #expect(report.bytes == 16)
        #expect(report.troubles.isEmpty)
    }

    @Test(arguments: ["x.jsonl", "x.jsonl.zst"])
    func `bad lines are counted with their place and never fatal`(name: String) throws {
        let folder = try TemporaryFolder()
        var bytes: [UInt8] = []
        for line in [
            #"{"text": "good", "source": {"a": [1, "}"]}}"#, "", "{", #"{"text": 3}"#,
            #"{"text": "  "}"#, #"{"text": "ä\n\u00e4\ud83d\ude00"}"#, "nonsense",
        ] {
            bytes += Array(line.utf8) + [0x0a]
        }
        bytes += Array(#"{"text": "bad "#.utf8) + [0xff] + Array(#""}"#.utf8)
        let path = try folder.write(name.hasSuffix("zst") ? Zstd.compress(bytes) : bytes, to: name)
        let (found, report) = try documents(TextSource.find([path])[0])
        #expect(found == ["good", "ä\nä😀"])
        #expect(report.documents == 2)
        let expected = [
            "empty": (2, 2), "malformed_json": (2, 3), "no_text": (1, 4), "invalid_utf8": (1, 8),
        ]
        #expect(Set(report.troubles.keys) == Set(expected.keys))
        for (trouble, (count, line)) in expected {
            let at = "\(path):\(line)"
            #expect(report.troubles[trouble]?.count == count)
            #expect(report.troubles[trouble]?.first == at)
        }
    }

    @Test func `a gigantic block is split at a line's end`() throws {
        let folder = try TemporaryFolder()
        let line = String(repeating: "word ", count: 2000) + "\n"
        let path = try folder.write(String(repeating: line, count: 300), to: "x.txt")
        let (found, report) = try documents(TextSource.find([path])[0])
        #expect(found.count == 3)
        #expect(found.allSatisfy { $0.hasPrefix("word") && $0.utf8.count < 1_100_000 })
        #expect(report.troubles["split"]?.count == 2)
    }

    @Test func `a gigantic line of JSON is counted and passed over`() throws {
        let folder = try TemporaryFolder()
        let long = #"{"text": ""# + String(repeating: "x", count: 1 << 24) + "\"}\n"
        let path = try folder.write(long + #"{"text": "short"}"#, to: "x.jsonl")
        let (found, report) = try documents(TextSource.find([path])[0])
        #expect(found == ["short"])
        #expect(report.troubles["too_long"]?.first == "\(path):1")
    }
}
