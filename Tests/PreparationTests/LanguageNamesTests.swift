import Diagnostics
import Formats
import Preparation
import TestSupport
import Testing

@Suite struct LanguageNamesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ names: String...) throws {
        for name in names { try folder.write("{\"text\": \"a\"}\n", to: name) }
    }

    private func languages(_ input: String) throws -> [String: Int] {
        let sources = try TextSearch([folder.path(input)]).sources
        return Dictionary(uniqueKeysWithValues: sources.map { ($0.language, $0.paths.count) })
    }

    @Test func `layouts of data sets give their languages, from whichever folder`() throws {
        try write(
            "set/README.md", "set/data/deu_Latn/train/000_00000.parquet",
            "set/data/deu_Latn/train/000_00001.parquet", "set/data/deu_Latn/test/000_00000.parquet",
            "set/data/deu_Latn_removed/train/000_00000.parquet",
            "set/data/swh_Latn/train/000_00000.parquet")
        for input in ["set", "set/data"] {
            #expect(try languages(input) == ["deu_Latn": 2, "swh_Latn": 1])
        }
        let search = try TextSearch([folder.path("set")])
        #expect(
            search.passedOver.summary == """
                3 files and folders are passed over: 1 for tests or validation (test), 1 of \
                removed documents (deu_Latn_removed), 1 without an ending of text (README.md)
                """)
        let german = "set/data/deu_Latn"
        for (input, count) in [
            (german, 2), ("\(german)/train", 2), ("\(german)/train/000_00000.parquet", 1),
            ("\(german)/test", 1),
        ] {
            #expect(try languages(input) == ["deu_Latn": count], "\(input)")
        }
    }

    @Test func `folders that tables were written to by parts are known`() throws {
        try write(
            "a/deu_Latn.parquet/_SUCCESS", "a/deu_Latn.parquet/part-00000.snappy.parquet",
            "a/lang=fra_Latn/0.parquet", "a/ita_Latn/train-00000-of-00002.parquet",
            "a/ita_Latn/test-00000-of-00001.parquet", "a/ita_Latn/testament.txt")
        #expect(try languages("a") == ["deu_Latn": 1, "fra_Latn": 1, "ita_Latn": 2])
        #expect(try languages("a/deu_Latn.parquet") == ["deu_Latn": 1])
    }

    @Test func `codes are found in folders and files, with and without script`() throws {
        try write(
            "a/deu_Latn.jsonl.x.jsonl", "a/fra_Latn/eng_Latn.jsonl", "a/code.jsonl", "a/mul.jsonl",
            "a/web/ita_Latn/part_00.jsonl", "a/books/ita_Latn.txt", "a/de/one.jsonl", "a/spa.txt")
        #expect(
            try languages("a") == [
                "deu_Latn": 1, "fra_Latn": 1, "code": 1, "mul": 1, "ita_Latn": 2, "de": 1, "spa": 1,
            ])
        #expect(["deu_Latn", "qaa_Zyyy", "code", "mul"].allSatisfy(LanguageCode.isSpelledOut))
        for name in ["de", "deu", "deu_latn", "Deu_Latn", "deu-Latn", "deu_Latn2", "äeu_Latn", ""] {
            #expect(!LanguageCode.isSpelledOut(name), "\(name)")
        }
    }

    @Test func `names that are no codes are asked about`() throws {
        try write("a/deu_Latn.jsonl", "a/english.txt", "a/wiki_part1.txt", "a/sub/x.jsonl")
        for number in 10..<30 { try write("a/part_\(number).jsonl") }
        let error = #expect(throws: InputError.self) { try TextSearch([folder.path("a")]) }
        #expect(error?.location == folder.path("a"))
        #expect(
            error?.found == """
                “english”, “part_10”, “part_11”, “part_12”, “part_13”, “part_14”, “part_15”, \
                “part_16” and 15 more
                """)
        for way in ["--language CODE", "CODE=PATH", "--language-field NAME", "--any-name"] {
            #expect(error?.remedy.contains(way) == true)
        }
        let taken = try TextSearch([folder.path("a")], acceptsAnyName: true).sources
        #expect(taken.count == 24 && taken.contains { $0.language == "sub" })
        let chosen = try TextSearch([folder.path("a")], languages: ["sub", "deu_Latn"]).sources
        #expect(chosen.map(\.language) == ["deu_Latn", "sub"])
        let named = try TextSearch(["english=\(folder.path("a/english.txt"))"]).sources
        #expect(named.map(\.language) == ["english"])
    }

    @Test func `languages that were invented have the names that they were given`() throws {
        let world = SyntheticLanguages(
            like: [(name: "dclm-dolmino", tokens: 9), (name: "ald", tokens: 3)], seed: 1)
        _ = try world.write(bytes: 2000, to: folder.path("made"), threads: 1)
        #expect(try languages("made").keys.sorted() == ["ald", "dclm-dolmino"])
    }
}
