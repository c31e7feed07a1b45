import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("Data manifests")
struct DataManifestTests {
    private func example(_ count: Int) -> DataManifest {
        DataManifest(
            tokenizer: "tok: \"a\"\\ #1", vocabulary: 16384, context: 1024,
            sources: (0..<count).map { number in
                DataManifest.Source(
                    language: number == 1 ? "no" : "l\(number)_Latn",
                    name: number == 2 ? "web: 1" : nil, folder: "shards/\(number)",
                    documents: 10 * number, samples: 5 + number, tokens: 5000 + number,
                    bytes: 123_456,
                    heldOut: number % 2 == 0
                        ? .init(folder: "held out/\(number)", samples: 1, tokens: 7) : nil)
            })
    }

    @Test("come back as they were written", arguments: [0, 1, 8, 1900])
    func roundTrip(count: Int) throws {
        let folder = try TemporaryFolder()
        let written = example(count)
        try written.write(to: folder.path("data.yaml"))
        let read = try DataManifest(
            contentsOf: folder.path("data.yaml"), checkingFolders: false)
        #expect(read.sources == written.sources)
        #expect(read.tokenizer == written.tokenizer && read.vocabulary == 16384)
        #expect(read.yaml == written.yaml)
        #expect(read.tokenizerPath == folder.path(written.tokenizer))
        if let source = read.sources.first {
            #expect(try read.place(of: source) == .folder(folder.path("shards/0")))
            #expect(try read.heldOutPlace(of: source) == .folder(folder.path("held out/0")))
        }
    }

    @Test("whose folders are there pass, others are refused with their line")
    func folders() throws {
        let folder = try TemporaryFolder()
        var manifest = example(2)
        manifest.tokenizer = "tokenizer"
        let path = folder.path("data.yaml")
        try manifest.write(to: path)
        func problem() -> String {
            do {
                _ = try DataManifest(contentsOf: path)
                return "none"
            } catch { return "\(error)" }
        }
        #expect(problem().hasPrefix("\(path):3: tokenizer: "))
        try folder.write("", to: "tokenizer/tokenizer.model")
        #expect(problem().hasPrefix("\(path):7: sources[0].folder: "))
        for number in 0..<2 {
            _ = try MDSShardWriter(folder: folder.path("shards/\(number)")).finish()
        }
        #expect(problem().hasPrefix("\(path):7: sources[0].held_out.folder: "))
        _ = try MDSShardWriter(folder: folder.path("held out/0")).finish()
        #expect(problem() == "none")
    }

    @Test("whose counts add up to more than can be counted are refused at the source that does it")
    func sums() throws {
        let folder = try TemporaryFolder()
        var manifest = example(4)
        for index in 1..<4 { manifest.sources[index].bytes = 400_000_000_000_000 }
        try manifest.write(to: folder.path("data.yaml"))
        let error = #expect(throws: InputError.self) {
            try DataManifest(contentsOf: folder.path("data.yaml"), checkingFolders: false)
        }
        #expect(error?.location == "\(folder.path("data.yaml")):10: sources[3].bytes")
        #expect(error?.expected == "at most 1000000000000000 bytes in all sources")
    }

    @Test(
        "that are wrong are refused with line and key",
        arguments: [
            ("version: 1", "version: 2", ":1: version: expected 1, found 2"),
            ("context: 16", "contxt: 16", ":4: contxt: expected one of the keys"),
            ("context: 16", "", ":1: context: expected a value, found no such key"),
            ("vocabulary: 50", "vocabulary: many", ":3: vocabulary: expected an integer from 1"),
            ("vocabulary: 50", "vocabulary: 0", ":3: vocabulary: expected an integer from 1"),
            ("vocabulary: 50", "vocabulary: 5e30", ":3: vocabulary: expected an integer"),
            ("tokens: 9", "tokens: -9", ":7: sources[1].tokens: expected an integer from 0"),
            ("tokens: 9", "tokens: 2", ":7: sources[1].tokens: expected a count that 3 samples"),
            ("tokens: 9", "tokens: [9]", ":7: sources[1].tokens"),
            (
                "tokens: 9", "tokens: 9223372036854775807",
                ":7: sources[1].tokens: expected an integer from 0 to 1000000000000000, found 9223"
            ),
            (
                "vocabulary: 50", "vocabulary: 2000000000",
                ":3: vocabulary: expected an integer from 1 to 1073741824"
            ),
            ("tokens: 9", "tokens: 9, tokens: 9", ":7"),
            ("tokens: 9", "token: 9", ":7: sources[1].token: expected one of the keys"),
            ("folder: b", "folder: a", ":7: sources[1].folder: expected a folder of its own"),
            ("folder: b", "folder: {}", ":7: sources[1].folder: expected a name"),
            ("{language: b", "{language: b: c", ":7"),
            ("sources:", "sources: 5 #", ":"),
            ("version: 1", "- 1", ":"),
        ])
    func wrong(text: String, replacement: String, message: String) throws {
        let right = """
            version: 1
            tokenizer: t
            vocabulary: 50
            context: 16
            sources:
              - {language: a, folder: a, documents: 1, samples: 3, tokens: 30, bytes: 9}
              - {language: b, folder: b, documents: 1, samples: 3, tokens: 9, bytes: 9}
            """
        let folder = try TemporaryFolder()
        let path = try folder.write(
            right.replacingOccurrences(of: text, with: replacement), to: "data.yaml")
        let error = #expect(throws: InputError.self) {
            try DataManifest(contentsOf: path, checkingFolders: false)
        }
        let found = error?.description ?? ""
        #expect(found.hasPrefix(path + message), "\(found)")
        let unchanged = try folder.write(right, to: "right.yaml")
        #expect(
            try DataManifest(contentsOf: unchanged, checkingFolders: false).sources.count == 2)
    }

    @Test("that are not text, empty or missing are refused", arguments: [[0xff, 0xfe], []])
    func noText(bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "data.yaml")
        #expect(throws: InputError.self) { try DataManifest(contentsOf: path) }
        #expect(throws: InputError.self) { try DataManifest(contentsOf: path + "x") }
    }
}
