import Diagnostics
import Formats
import Foundation
import Preparation
import TestSupport
import Testing

@Suite struct TextSearchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let line = #"{"text": "a document", "language": "deu_Latn"}"# + "\n"

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(name), withDestinationPath: target)
    }

    private func counts(_ passedOver: PassedOver) -> [String: Int] {
        passedOver.reasons.mapValues(\.count)
    }

    @Test func `every ending of text is read, compressed or not, in capitals or not`() throws {
        let packed = Zstd.compress(Array(line.utf8))
        let names = [
            "aaa.jsonl", "bbb.ndjson", "ccc.json", "ddd.JSONL", "eee.Json", "fff.TXT",
            "ggg.ndjson.zst", "hhh.json.gz", "iii.JSON.ZST", "jjj.txt.GZ", "kkk.x.jsonl.gz",
        ]
        for name in names {
            let isPacked = name.lowercased().hasSuffix("gz") || name.lowercased().hasSuffix("zst")
            try folder.write(isPacked ? packed : Array(line.utf8), to: "texts/\(name)")
        }
        let search = try TextSearch([folder.path("texts")], acceptsAnyName: true)
        #expect(search.sources.flatMap(\.paths).map(Folder.name) == names)
        #expect(search.sources.map(\.language) == names.map { String($0.prefix(3)) })
        #expect(search.passedOver.count == 0 && search.passedOver.summary == nil)
        for source in search.sources {
            var reader = DocumentReader(source)
            let document = try #require(try reader.next())
            let isPlain = source.paths[0].lowercased().contains(".txt")
            #expect(
                String(decoding: document, as: UTF8.self)
                    == (isPlain ? line.trimmingCharacters(in: .newlines) : "a document"))
        }
    }

    @Test func `all folders below that of a language are its text`() throws {
        try folder.write(line, to: "texts/deu_Latn/b.jsonl")
        try folder.write(line, to: "texts/deu_Latn/2024/a/one.jsonl")
        try folder.write(line, to: "texts/deu_Latn/2025/two.ndjson")
        try folder.write(line, to: "far/away/three.jsonl")
        try link("texts/deu_Latn/linked", to: folder.path("far"))
        let search = try TextSearch([folder.path("texts")])
        #expect(
            search.sources.map(\.paths) == [
                [
                    "2024/a/one.jsonl", "2025/two.ndjson", "b.jsonl", "linked/away/three.jsonl",
                ].map { folder.path("texts/deu_Latn/\($0)") }
            ])
        #expect(search.passedOver.count == 0)
        let named = try TextSearch(["fra_Latn=\(folder.path("texts"))"])
        #expect(named.sources.map(\.paths.count) == [4])
    }

    @Test func `a file that is named twice is an error, by whatever names`() throws {
        let file = try folder.write(line, to: "texts/deu_Latn.jsonl")
        try link("again.jsonl", to: file)
        try folder.write(line, to: "texts/fra_Latn.jsonl")
        let texts = folder.path("texts")
        let link = folder.path("again.jsonl")
        for inputs in [
            [file, file], [texts, file], [file, texts], [texts, texts], [file, "fra_Latn=\(link)"],
        ] {
            let error = #expect(throws: InputError.self) { try TextSearch(inputs) }
            #expect(error?.found.hasPrefix("the same file") == true, "\(inputs)")
        }
        let linked = #expect(throws: InputError.self) {
            try TextSearch.mixedFiles([texts, link], fields: TextFields(language: "language"))
        }
        #expect(linked?.found == "the same file as \(file)")
        #expect(linked?.location == link)
        let other = try TextSearch([texts, "deu_Latn=\(link)"], languages: ["fra_Latn"])
        #expect(other.sources.map(\.paths.count) == [1])
    }

    @Test func `what is not read is counted and named with the reason`() throws {
        try folder.write(line, to: "texts/deu_Latn.jsonl")
        for name in [
            "eng_Latn.parquet.gz", "deu_Latn/test/a.txt", "deu_Latn/validation-0001-of-0002.jsonl",
            "deu_Latn_removed/train/a.parquet", "fra_Latn.txt.xz", "fra_Latn.jsonl.bz2",
            "all.tar.gz", "README.md", "eng_Latn.gz", ".gitattributes", ".cache/a.jsonl",
            "deu_Latn/.DS_Store",
        ] {
            try folder.write(line, to: "texts/\(name)")
        }
        try folder.write("{\n  \"text\": \"a\"\n}\n", to: "texts/config.json")
        try folder.write("[\(line)]", to: "texts/array.json")
        try folder.write("{\"codes\": []}\n", to: "texts/languages.json")
        try Folder.create(folder.path("texts/ita_Latn"))
        try link("texts/rus_Cyrl.jsonl", to: "nowhere")
        try link("texts/deu_Latn/up", to: folder.path("texts"))
        #expect(mkfifo(folder.path("texts/pipe.jsonl"), 0o600) == 0)
        let search = try TextSearch([folder.path("texts")])
        #expect(search.sources.map(\.paths) == [[folder.path("texts/deu_Latn.jsonl")]])
        #expect(
            counts(search.passedOver) == [
                "split": 2, "removed": 1, "compression": 4, "other": 2, "hidden": 3,
                "other_json": 2,
                "folder": 1, "link": 2, "special": 1,
            ])
        #expect(
            search.passedOver.summary == """
                18 files and folders are passed over: 2 for tests or validation (test, \
                validation-0001-of-0002.jsonl), 1 of removed documents (deu_Latn_removed), \
                4 compressed or packed otherwise than .gz and .zst (all.tar.gz, \
                eng_Latn.parquet.gz, fra_Latn.jsonl.bz2 and 1 more), 2 of JSON without a "text" in \
                each line (array.json, config.json), 3 hidden (.cache, .gitattributes, .DS_Store), \
                2 linked to nothing or in a circle (up, rus_Cyrl.jsonl), 1 that is no regular file \
                (pipe.jsonl), 1 without text in it (ita_Latn), 2 without an ending of text \
                (README.md, eng_Latn.gz)
                """)
        #expect(search.passedOver.remedy?.contains("Name such a part itself") == true)
        let json = try JSONDecoder().decode(
            [String: [String: Value]].self, from: JSONFile.encoder.encode(search.passedOver))
        #expect(json["split"]?["count"] == .count(2))
        #expect(json["folder"]?["first"] == .paths([folder.path("texts/ita_Latn")]))
    }

    /// A value of the report.
    private enum Value: Decodable, Equatable {
        case count(Int)
        case paths([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let count = try? container.decode(Int.self) {
                self = .count(count)
            } else {
                self = .paths(try container.decode([String].self))
            }
        }
    }

    @Test func `many are counted, few are named`() throws {
        try folder.write(line, to: "texts/deu_Latn.jsonl")
        for number in 10..<50 { try folder.write("a", to: "texts/eng_Latn/\(number).bz2") }
        let passedOver = try TextSearch([folder.path("texts")]).passedOver
        #expect(passedOver.reasons["compression"]?.count == 40)
        #expect(passedOver.reasons["compression"]?.first.count == 20)
        #expect(
            passedOver.summary == """
                40 files and folders are passed over: 40 compressed or packed otherwise than .gz \
                and .zst (10.bz2, 11.bz2, 12.bz2 and 37 more)
                """)
    }

    @Test func `where nothing is left the error says what was passed over`() throws {
        try folder.write("a", to: "texts/deu_Latn.txt.xz")
        let none = #expect(throws: InputError.self) { try TextSearch([folder.path("texts")]) }
        #expect(none?.found.hasPrefix("none; 1 file or folder is passed over: 1 comp") == true)
        #expect(none?.remedy.contains("xz -dc") == true)
        try folder.write(line, to: "texts/fra_Latn.jsonl")
        let lacking = #expect(throws: InputError.self) {
            try TextSearch([folder.path("texts")], languages: ["deu_Latn"])
        }
        #expect(lacking?.remedy.contains("(deu_Latn.txt.xz)") == true)
        for name in ["one.7z", "config.json"] {
            let path = try folder.write("{\n}", to: name)
            let error = #expect(throws: InputError.self) { try TextSearch([path]) }
            #expect(error?.location == path)
        }
    }

    @Test func `lines that name their language are found in the same files`() throws {
        try folder.write(line, to: "texts/a.json")
        try folder.write(line, to: "texts/deeper/b.ndjson")
        try folder.write("text", to: "texts/c.txt")
        let (files, passedOver) = try TextSearch.mixedFiles(
            [folder.path("texts")], fields: TextFields(language: "language"))
        #expect(files.map(Folder.name) == ["a.json", "b.ndjson"])
        #expect(counts(passedOver) == ["plain": 1])
        let error = #expect(throws: InputError.self) {
            try TextSearch.mixedFiles(
                [folder.path("texts/c.txt")], fields: TextFields(language: "language"))
        }
        #expect(error?.found.contains("cannot name its language") == true)
    }
}
