import Diagnostics
import Formats
import Foundation
import Preparation
import TestSupport
import Testing
import Tokenization

@Suite struct ShardBuilderTests {
    private let folder: TemporaryFolder
    private let model = Fixtures.path("Tokenization/tiny.model")

    /// Text in three languages of unequal size.
    init() throws {
        folder = try TemporaryFolder()
        let languages = SyntheticLanguages(count: 3, seed: 5)
        _ = try languages.write(bytes: 300_000, to: folder.path("texts"), threads: 1)
    }

    private func build(
        _ name: String, threads: Int = 1, tokensInMemory: Int = 1 << 24,
        heldOut: HeldOut = .share(0.05)
    ) throws -> ShardBuilder.Report {
        var configuration = ShardBuilder.Configuration()
        configuration.context = 128
        configuration.threads = threads
        configuration.tokensInMemory = tokensInMemory
        configuration.heldOut = heldOut
        let builder = ShardBuilder(
            tokenizer: try Tokenizer(path: model), configuration: configuration)
        return try builder.build(
            .languages(TextSearch([folder.path("texts")]).sources), tokenizerPath: model,
            output: folder.path(name))
    }

    /// Every file below a folder with its bytes.
    private func files(_ name: String) throws -> [String: Data] {
        let root = folder.path(name)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root)
        var files: [String: Data] = [:]
        for path in paths where try !Folder.isFolder(Folder.join(root, path)) {
            files[path] = try Data(contentsOf: URL(filePath: Folder.join(root, path)))
        }
        return files
    }

    private func samples(_ path: String) throws -> [[Int32]] {
        let index = try MDSIndex(folder: path)
        var samples: [[Int32]] = []
        for shard in index.shards {
            let reader = try MDSShardReader(folder: path, shard: shard, verifyHash: true)
            while let ids = try reader.nextTokenIDs() { samples.append(ids) }
        }
        return samples
    }

    @Test func `shards hold the documents' ids in pieces, training apart from held out`() throws {
        _ = try build("shards")
        let manifest = try DataManifest(contentsOf: folder.path("shards/manifest.yaml"))
        let tokenizer = try Tokenizer(path: manifest.tokenizerPath)
        #expect(manifest.sources.count == 3)
        #expect(manifest.vocabulary == 700 && manifest.context == 128)
        for source in manifest.sources {
            let training = try samples(manifest.place(of: source).description)
            let heldOut = try samples(#require(try manifest.heldOutPlace(of: source)).description)
            #expect(training.count == source.samples)
            #expect(training.reduce(0) { $0 + $1.count } == source.tokens)
            #expect(heldOut.count == source.heldOut?.samples)
            #expect((training + heldOut).allSatisfy { $0.first == 2 && $0.last == 1 })
            #expect((training + heldOut).allSatisfy { $0.count <= 128 })
            var reader = DocumentReader(
                try TextSearch([folder.path("texts")], languages: [source.language]).sources[0])
            var text = ""
            var documents = 0
            while let document = try reader.next() {
                text += String(decoding: document, as: UTF8.self)
                documents += 1
            }
            #expect(documents == source.documents && text.utf8.count == source.bytes)
            for sample in (training + heldOut).prefix(50) {
                // A cut may fall between the bytes of a letter that is no piece.
                let whole = tokenizer.decode(sample).drop { $0 == "\u{fffd}" }
                    .prefix { $0 != "\u{fffd}" }
                let isFound = text.contains(whole)
                #expect(isFound, "\(whole)")
            }
            let kept = (training + heldOut).reduce(0) { $0 + $1.count - 2 }
            let all = tokenizer.encode(text).count
            #expect(Double(kept) > 0.9 * Double(all))
        }
    }

    @Test func `neither threads nor memory change a byte`() throws {
        _ = try build("one")
        _ = try build("two", threads: 2)
        _ = try build("little", threads: 3, tokensInMemory: 1000)
        let expected = try files("one")
        #expect(expected.count == 3 * 2 * 2 + 5)
        #expect(try files("two") == expected)
        #expect(try files("little") == expected)
    }

    @Test func `a language without samples is left out and told`() throws {
        try folder.write("", to: "texts/deu_Latn.txt")
        try folder.write([0xff, 0x0a], to: "texts/fra_Latn.txt")
        let report = try build("shards")
        #expect(report.emptyLanguages == ["deu_Latn", "fra_Latn"])
        #expect(report.manifest.sources.count == 3)
        #expect(report.reading.troubles["invalid_utf8"]?.count == 1)
        #expect(try !Folder.exists(folder.path("shards/train/deu_Latn/shard.00000.mds.zstd")))
    }

    @Test func `a folder that exists is never overwritten`() throws {
        try folder.write("mine", to: "shards/notes.txt")
        #expect(throws: InputError.self) { try build("shards") }
        #expect(try files("shards").count == 1)
    }

    @Test func `text of which nothing can be used is an error that says why and where`() throws {
        let latin = try folder.write(
            [0xe4, 0x0a, 0x0a, 0xf6, 0x0a, 0x0a, 0xfc], to: "latin1/deu_Latn.txt")
        let builder = ShardBuilder(tokenizer: try Tokenizer(path: model))
        func error(_ text: ShardBuilder.Text) throws -> InputError? {
            #expect(throws: InputError.self) {
                try builder.build(text, tokenizerPath: model, output: folder.path("out"))
            }
        }
        let plain = try error(.languages(TextSearch([latin], acceptsAnyName: true).sources))
        #expect(plain?.found == "only 3 documents not in UTF-8; the first at \(latin):1")
        #expect(plain?.remedy.contains("iconv") == true)
        let lines = try folder.write("{\"lang\": 3}\n{\"lang\": \"x\"}\n", to: "x.jsonl")
        let mixed = try error(
            .mixed(files: [lines], fields: TextFields(language: "lang"), languages: nil))
        #expect(
            mixed?.found == """
                only 1 document without text under --text-field; the first at \(lines):2, \
                1 document without a language code under --language-field; the first at \(lines):1
                """)
        #expect(mixed?.location == lines)
    }

    @Test func `text without documents is an error`() throws {
        let empty = try folder.write("\n\n", to: "empty/deu_Latn.txt")
        let builder = ShardBuilder(tokenizer: try Tokenizer(path: model))
        #expect(throws: InputError.self) {
            try builder.build(
                .languages(TextSearch([empty], acceptsAnyName: true).sources), tokenizerPath: model,
                output: folder.path("out"))
        }
        #expect(try Folder.contents(of: folder.path).sorted() == ["empty", "texts"])
    }
}
