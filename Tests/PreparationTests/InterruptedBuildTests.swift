import Diagnostics
import Formats
import Foundation
import Preparation
import TestSupport
import Testing
import Tokenization

@Suite struct InterruptedBuildTests {
    private let folder: TemporaryFolder
    private let model = Fixtures.path("Tokenization/tiny.model")
    private let languages: [String]

    /// Text in four languages.
    init() throws {
        folder = try TemporaryFolder()
        let world = SyntheticLanguages(count: 4, seed: 6)
        languages = try world.write(bytes: 200_000, to: folder.path("texts"), threads: 1)
            .map(\.code)
    }

    private func build(
        _ name: String, context: Int = 64, heldOut: HeldOut = .share(0.05),
        restarting: Bool = false,
        text: ShardBuilder.Text? = nil
    ) throws -> ShardBuilder.Report {
        var configuration = ShardBuilder.Configuration()
        configuration.context = context
        configuration.heldOut = heldOut
        let builder = ShardBuilder(
            tokenizer: try Tokenizer(path: model), configuration: configuration)
        let sources = text == nil ? try TextSearch([folder.path("texts")]).sources : []
        return try builder.build(
            text ?? .languages(sources), tokenizerPath: model, output: folder.path(name),
            restarting: restarting)
    }

    /// A build that fails at the last language, which is made as small as can be.
    private func fail(_ name: String) throws -> String {
        let path = try folder.write(
            [0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3], to: "texts/zzz_Zyyy.jsonl.zst")
        #expect(throws: InputError.self) { try build(name) }
        #expect(try !Folder.exists(folder.path(name)))
        return path
    }

    private func files(_ name: String) throws -> [String: Data] {
        let root = folder.path(name)
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root)
        where try !Folder.isFolder(Folder.join(root, path)) {
            files[path] = try Data(contentsOf: URL(filePath: Folder.join(root, path)))
        }
        return files
    }

    @Test func `a build that failed continues when the text is fixed, to the same bytes`() throws {
        let broken = try fail("shards")
        #expect(try Folder.exists(folder.path("shards.partial")))
        #expect(try !Folder.exists(folder.path("shards.partial/train/zzz_Zyyy/index.json")))
        try Folder.remove(broken)
        let report = try build("shards")
        #expect(report.keptLanguages == 4)
        let whole = try build("whole")
        #expect(whole.keptLanguages == 0)
        #expect(report.reading == whole.reading && report.manifest == whole.manifest)
        #expect(try files("shards") == files("whole"))
        #expect(try Folder.contents(of: folder.path) == ["shards", "texts", "whole"])
    }

    @Test func `tables are resumed as other text is`() throws {
        let table = try Fixtures.bytes("Parquet/files/fallback.parquet")
        try folder.write(table, to: "texts/tab_Zyyy/train/0.parquet")
        let rows = (0..<50).map { "\($0),\"row \($0)\nof a table\"\n" }
        try folder.write("id,text\n" + rows.joined(), to: "texts/tac_Zyyy.csv")
        try Folder.remove(try fail("shards"))
        let report = try build("shards")
        #expect(report.keptLanguages == 6)
        #expect(try build("whole").reading == report.reading)
        #expect(try files("shards") == files("whole"))
        try Folder.remove(try fail("other"))
        let sources = try TextSearch([folder.path("texts")], textField: "id").sources
        let error = #expect(throws: InputError.self) {
            try build("other", text: .languages(sources))
        }
        #expect(error?.expected == "--text-field text, as in the interrupted build")
    }

    @Test func `a build that was killed before anything was in its folder goes on`() throws {
        try Folder.create(folder.path("shards.partial"))
        let report = try build("shards")
        #expect(report.keptLanguages == 0)
        #expect(try !Folder.exists(folder.path("shards.partial")))
    }

    @Test func `text that changed, or whose shards are damaged, is read again`() throws {
        let broken = try fail("shards")
        try Folder.remove(broken)
        let changed = folder.path("texts/\(languages[1]).jsonl.zst")
        let more = Zstd.compress(Array("{\"text\": \"one more document\"}\n".utf8))
        try (Data(contentsOf: URL(filePath: changed)) + more).write(to: URL(filePath: changed))
        let shard = folder.path("shards.partial/train/\(languages[2])/shard.00000.mds.zstd")
        var bytes = try Data(contentsOf: URL(filePath: shard))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: shard))
        try Folder.remove(folder.path("texts/\(languages[3]).jsonl.zst"))
        #expect(try build("shards").keptLanguages == 1)
        _ = try build("whole")
        #expect(try files("shards") == files("whole"))
    }

    /// Whether this user can make a file that its owner cannot remove.
    private static let hasImmutableFiles: Bool = {
        guard let folder = try? TemporaryFolder(), let path = try? folder.write("", to: "a") else {
            return false
        }
        defer { _ = change("-i", path) }
        return change("+i", path)
    }()

    /// Sets or clears the flag that a file cannot be removed.
    private static func change(_ flag: String, _ path: String) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["chattr", flag, path]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(.enabled(if: hasImmutableFiles, "no file can be made that cannot be removed"))
    func `a result is complete although what the build needed cannot be removed`() throws {
        try Folder.remove(try fail("shards"))
        let stuck = try folder.write("", to: "shards.partial/.build/text/stuck")
        try #require(Self.change("+i", stuck))
        defer { _ = Self.change("-i", folder.path("shards/.build/text/stuck")) }
        let report = try build("shards")
        #expect(report.leftover?.location.contains("shards/.build") == true)
        let manifest = try DataManifest(contentsOf: folder.path("shards/manifest.yaml"))
        #expect(manifest.sources.map(\.language) == languages.sorted())
        let again = #expect(throws: InputError.self) { try build("shards") }
        #expect(again?.found == "shards that are complete")
        #expect(try build("whole").leftover == nil)
    }

    @Test func `other options are an error that names them, unless the build begins anew`() throws {
        try Folder.remove(try fail("shards"))
        func message(context: Int = 64, heldOut: HeldOut = .share(0.05)) -> String {
            do {
                _ = try build("shards", context: context, heldOut: heldOut)
                return "none"
            } catch {
                return "\(error)".replacingOccurrences(of: folder.path, with: "…")
            }
        }
        let remedy = "Give the same options to resume, or --restart to start again."
        #expect(
            message(context: 128)
                == "…/shards.partial: expected --context 64, as in the interrupted build, "
                + "found 128. \(remedy)")
        #expect(message(heldOut: .documents(3)).contains("expected --held-out 0.05"))
        let report = try build("shards", context: 128, restarting: true)
        #expect(report.keptLanguages == 0 && report.manifest.context == 128)
    }

    @Test func `a folder that is no build is left alone, and two builds do not meet`() throws {
        try folder.write("mine", to: "shards.partial/notes.txt")
        #expect(throws: InputError.self) { try build("shards") }
        #expect(throws: InputError.self) { try build("shards", restarting: true) }
        #expect(try files("shards.partial").count == 1)
        try Folder.create(folder.path("other.partial/.build"))
        let lock = try FileLock(path: folder.path("other.partial/.build/lock"))
        #expect(throws: InputError.self) { try build("other") }
        _ = consume lock
    }

    @Test func `lines that name their language give what files of one language give`() throws {
        var mixed: [UInt8] = []
        var readers = try TextSearch([folder.path("texts")]).sources.map {
            (code: $0.language, reader: try LineReader(path: $0.paths[0]))
        }
        var troubles = [
            "no json", "", "{\"text\": \"a\"}", "{\"lang\": \"a b\", \"text\": \"a\"}",
            "{\"lang\": \"x\"}", "{\"lang\": \"x\", \"text\": \" \"}",
        ][...]
        while !readers.isEmpty {
            for index in readers.indices.reversed() {
                guard let line = try readers[index].reader.next() else {
                    readers.remove(at: index)
                    continue
                }
                mixed += Array("{\"lang\": \"\(readers[index].code)\", ".utf8)
                mixed += line.bytes.dropFirst() + [0x0a]
            }
            if let trouble = troubles.popFirst() { mixed += Array("\(trouble)\n".utf8) }
        }
        let path = try folder.write(mixed, to: "mixed.jsonl")
        let report = try build(
            "mixed",
            text: .mixed(files: [path], fields: TextFields(language: "lang"), languages: nil))
        _ = try build("apart")
        #expect(try files("mixed") == files("apart"))
        #expect(
            report.reading.troubles.mapValues(\.count) == [
                "malformed_json": 1, "empty": 2, "no_language": 2, "no_text": 1,
            ])
        #expect(report.reading.troubles["malformed_json"]?.first.hasPrefix(path) ?? false)
        _ = try build(
            "one",
            text: .mixed(
                files: [path], fields: TextFields(language: "lang"), languages: [languages[0]]))
        let one = try DataManifest(contentsOf: folder.path("one/manifest.yaml"))
        #expect(one.sources.map(\.language) == [languages[0]])
    }
}
