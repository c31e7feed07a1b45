import Diagnostics
import Formats
import Foundation
import RemoteFiles
import TestSupport
import Testing

@Suite(
    "A cache touches only what it made",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct StrangerTests {
    private let fixture: RemoteFixture
    private let files: [MDSIndex.File]

    /// A server with files `a`, `b`, `c` of 100 kB.
    init() throws {
        fixture = try RemoteFixture()
        files = try [fixture].flatMap { fixture in
            try ["a", "b", "c"].enumerated().map {
                try fixture.file($1, bytes: 100_000, seed: UInt64($0))
            }
        }
    }

    /// The cache's folder of the server, before a cache is opened that finds what is put there.
    private func prepared() throws -> CachedFolder {
        try fixture.cache("other").folder(of: fixture.folder())
    }

    private func path(_ name: String) throws -> String {
        let folder = Folder.name(of: try prepared().path)
        return fixture.caches.path("cache/\(folder)/\(name)")
    }

    private func content(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: fixture.caches.path(name)).map(Array.init)
    }

    @Test("and leaves old files of others in its folder, which it tells once, in numbers")
    func oldFiles() throws {
        let old = RemoteFixture.content(300_000, seed: 9)
        try fixture.caches.write(old, to: "cache/mydata/thesis.tar")
        try fixture.caches.write("12", to: "cache/used")
        let beside = try path("notes.txt")
        for number in 1...2 {
            let folder = try fixture.cache(limit: 250_000).folder(of: fixture.folder())
            for file in files { _ = try folder.hold(file) }
            #expect(fixture.content(of: files[2], in: folder) == fixture.original(files[2]))
            if number == 1 { try AtomicFile.write("mine", to: beside) }
        }
        #expect(content("cache/mydata/thesis.tar") == old)
        #expect(content("cache/used") == Array("12".utf8))
        #expect(FileManager.default.contents(atPath: beside) == Data("mine".utf8))
        #expect(
            fixture.notices.texts
                == [2, 3].map {
                    "\(fixture.caches.path("cache")): \($0) files and folders there, such as "
                        + "mydata, are not the cache's: they stay, and do not count towards cache.limit"
                })
    }

    @Test("and follows no link out of it", arguments: ["folder", "file", "partial", "index"])
    func links(kind: String) throws {
        let precious = RemoteFixture.content(100_000, seed: 7)
        try fixture.caches.write(precious, to: "precious/a")
        let names = [
            "folder": "", "file": "a", "partial": "a.100000.part", "index": MDSIndex.fileName,
        ]
        let link = try path(names[kind] ?? "")
        let target = fixture.caches.path(kind == "folder" ? "precious" : "precious/a")
        try Folder.create(Folder.parent(of: link))
        try FileManager.default.createSymbolicLink(
            atPath: kind == "folder" ? String(link.dropLast()) : link, withDestinationPath: target)
        let cache = try fixture.cache(limit: 150_000)
        let remote = try fixture.folder()
        let text = message {
            if kind == "index" {
                _ = try cache.indexes(of: [(origin: remote, samples: 6)])
            } else {
                _ = try cache.folder(of: remote).hold(files[0])
            }
        }
        #expect(text.contains("found something else, or a link. Move it out"), "\(text)")
        #expect(content("precious/a") == precious)
        #expect(try Folder.contents(of: fixture.caches.path("precious")) == ["a"])
        if kind != "index" { #expect(fixture.server.requests == []) }
    }

    @Test("also where a second name leads to a file it made")
    func secondName() throws {
        let partial = try path("a.100000.part")
        do {
            let cache = try fixture.cache(attempts: 1)
            fixture.server.stop()
            #expect(throws: InputError.self) {
                try cache.folder(of: fixture.folder()).hold(files[0])
            }
        }
        try fixture.server.start()
        try Folder.remove(partial)
        let precious = RemoteFixture.content(500, seed: 7)
        try fixture.caches.write(precious, to: "precious")
        try FileManager.default.linkItem(atPath: fixture.caches.path("precious"), toPath: partial)
        let folder = try fixture.cache().folder(of: fixture.folder())
        let text = message { _ = try folder.hold(files[0]) }
        #expect(text.contains("one that another name leads to as well"), "\(text)")
        #expect(content("precious") == precious)
    }

    @Test("and numbers in names and notes that cannot be counted do no harm")
    func numbers() throws {
        let huge = "9223372036854775807"
        for name in ["shard.\(huge).part", "a.\(huge).part", "b.-1.part"] {
            let path = try path(name)
            try Folder.create(Folder.parent(of: path))
            try AtomicFile.write("", to: path)
        }
        let folder = Folder.name(of: try prepared().path)
        for used in [huge, "-\(huge)", "1e5", ""] {
            try fixture.caches.write(used, to: "cache/.mmbert-cache/used")
            try fixture.caches.write(
                "\(huge) a\n-1 b\n100000 ../../precious\n5\n100000 a",
                to: "cache/.mmbert-cache/files/\(folder)")
            let folder = try fixture.cache(limit: 250_000).folder(of: fixture.folder())
            for file in files { _ = try folder.hold(file) }
            for file in files { try folder.discard(file) }
        }
    }

    @Test("and counts files from times that no clock has")
    func times() throws {
        let times = [
            timeval(tv_sec: 11_000_000_000, tv_usec: 0),
            timeval(tv_sec: -2_000_000_000, tv_usec: 0),
        ]
        let folder = try fixture.cache(limit: 250_000).folder(of: fixture.folder())
        for (file, time) in zip(files, times) {
            _ = try folder.hold(file)
            #expect(utimes(Folder.join(folder.path, file.basename), [time, time]) == 0)
        }
        // There is room for one of them: which, depends on what is just being let go of.
        _ = try folder.hold(files[2])
        #expect(fixture.content(of: files[2], in: folder) == fixture.original(files[2]))
        #expect(files.count { fixture.content(of: $0, in: folder) != nil } == 2)
    }

    @Test("and takes no names from an index that it uses itself")
    func names() throws {
        let index = String(
            decoding: try Fixtures.bytes("Formats/mds/raw/index.json"), as: UTF8.self)
        let remote = try fixture.folder()
        for (name, expected) in [
            ("shard.9223372036854775807.part", "expected names of files that do not end in .part"),
            ("index.json", "expected another file than the index"),
        ] {
            let renamed = index.replacingOccurrences(of: "shard.00000.mds", with: name)
            try fixture.files.write(renamed, to: "index.json")
            let text = message {
                _ = try fixture.cache().indexes(of: [(origin: remote, samples: 6)])
            }
            #expect(text.contains(expected), "\(text)")
        }
    }
}
