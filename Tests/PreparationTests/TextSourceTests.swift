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
        let sources = try TextSearch([
            folder.path("texts"), "deu_Latn=\(folder.path("more.txt"))", "und_Zyyy=-",
        ]).sources
        #expect(sources.map(\.language) == ["deu_Latn", "fra_Latn", "rus_Cyrl", "und_Zyyy"])
        #expect(sources.map(\.paths.count) == [2, 1, 2, 1])
        #expect(sources.map(\.size) == [2, 2, 2, nil])
        #expect(
            try TextSearch([folder.path("texts")], languages: ["rus_Cyrl"]).sources.map(\.language)
                == ["rus_Cyrl"])
    }

    @Test func `inputs without text are errors that say what was found`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", to: "deu_Latn.txt")
        try folder.write("a", to: "deu_Latn.pdf")
        try folder.write("a", to: "empty/readme.md")
        try folder.write("a", to: "a b.txt")
        for input in ["absent", "deu_Latn.pdf", "empty", "a b.txt"] {
            #expect(throws: InputError.self) { try TextSearch([folder.path(input)]) }
        }
        #expect(throws: InputError.self) { try TextSearch(["-"]) }
        let error = #expect(throws: InputError.self) {
            try TextSearch([folder.path("deu_Latn.txt")], languages: ["fra_Latn"])
        }
        #expect(error?.found == "fra_Latn")
    }

    @Test func `blank lines part the documents of plain text`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("\n\none\ntwo\r\n\r\n \t \nthree\n\n\nfour", to: "x.txt")
        let (found, report) = try documents(TextSearch([path], acceptsAnyName: true).sources[0])
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
        let (found, report) = try documents(TextSearch([path], acceptsAnyName: true).sources[0])
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

    @Test func `documents with NUL characters are counted, as no text`() throws {
        let folder = try TemporaryFolder()
        let lines = #"{"text": "a\u0000b"}"# + "\n" + #"{"text": "c"}"# + "\n"
        let path = try folder.write(lines, to: "x.jsonl")
        let (found, report) = try documents(TextSearch([path], acceptsAnyName: true).sources[0])
        #expect(found == ["c"])
        #expect(report.troubles["null_characters"]?.first == "\(path):1")
        let hole = String(repeating: "\u{0}", count: 5000)
        let torn = try folder.write("good\n\n\(hole)", to: "z.txt")
        let (kept, lost) = try documents(TextSearch([torn], acceptsAnyName: true).sources[0])
        #expect(kept == ["good"] && lost.troubles["null_characters"]?.first == "\(torn):3")
        let plain = try folder.write("good\n\nba\u{0}d\nblock\n\ngood", to: "y.txt")
        let (blocks, counted) = try documents(TextSearch([plain], acceptsAnyName: true).sources[0])
        #expect(blocks == ["good", "good"])
        #expect(counted.troubles["null_characters"]?.first == "\(plain):3")
        #expect(counted.sentences == ["1 document with NUL characters; the first at \(plain):3"])
    }

    @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32])
    func `text in another encoding gives no document`(encoding: String.Encoding) throws {
        let folder = try TemporaryFolder()
        for text in ["The river\n\nrose", "Река\n\nи море", "東京\n\n大阪"] {
            let bytes = Array(try #require(text.data(using: encoding)))
            let path = try folder.write(bytes, to: "x.txt")
            let search = try TextSearch([path], acceptsAnyName: true)
            #expect(throws: InputError.self) { try documents(search.sources[0]) }
        }
    }

    @Test func `a page or a pointer in place of documents is refused, also in mixed text`() throws {
        let folder = try TemporaryFolder()
        let contents = [
            "<!DOCTYPE html>\n<title>404 Not Found</title>\n",
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        ]
        for (content, name) in zip(contents, ["a page of HTML", "a git-lfs pointer"]) {
            for file in ["x.txt", "x.jsonl", "x.json.gz", "x.txt.zst"] {
                let path = try folder.write(content, to: file)
                let error = #expect(throws: InputError.self) {
                    try documents(TextSearch([path], acceptsAnyName: true).sources[0])
                }
                #expect(error?.location == path && error?.found.hasPrefix(name) == true, "\(file)")
            }
        }
    }

    @Test func `a gigantic block is split at a line's end`() throws {
        let folder = try TemporaryFolder()
        let line = String(repeating: "word ", count: 2000) + "\n"
        let path = try folder.write(String(repeating: line, count: 300), to: "x.txt")
        let (found, report) = try documents(TextSearch([path], acceptsAnyName: true).sources[0])
        #expect(found.count == 3)
        #expect(found.allSatisfy { $0.hasPrefix("word") && $0.utf8.count < 1_100_000 })
        #expect(report.troubles["split"]?.count == 2)
    }

    @Test func `a gigantic line of JSON is counted and passed over`() throws {
        let folder = try TemporaryFolder()
        let long = #"{"text": ""# + String(repeating: "x", count: 1 << 24) + "\"}\n"
        let path = try folder.write(long + #"{"text": "short"}"#, to: "x.jsonl")
        let (found, report) = try documents(TextSearch([path], acceptsAnyName: true).sources[0])
        #expect(found == ["short"])
        #expect(report.troubles["too_long"]?.first == "\(path):1")
    }
}
