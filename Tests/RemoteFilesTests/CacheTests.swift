import Dispatch
import Formats
import Foundation
import RemoteFiles
import TestSupport
import Testing

@Suite(
    "A cache keeps files of a web server",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct CacheTests {
    /// A server with files `a`, `b`, `c`, `d` of 100 kB.
    private func fixture(
        locations: String = ""
    ) throws -> (fixture: RemoteFixture, files: [MDSIndex.File]) {
        let fixture = try RemoteFixture(locations: locations)
        let files = try ["a", "b", "c", "d"].enumerated().map {
            try fixture.file($1, bytes: 100_000, seed: UInt64($0))
        }
        return (fixture, files)
    }

    /// The names of `files` that the cache has.
    private func names(
        _ fixture: RemoteFixture, _ files: [MDSIndex.File], _ folder: CachedFolder
    ) -> String {
        files.filter { fixture.content(of: $0, in: folder) != nil }.map(\.basename).joined()
    }

    @Test("up to its limit, the least recently used making way")
    func leastRecentlyUsed() throws {
        let (fixture, files) = try fixture()
        let folder = try fixture.cache(limit: 250_000).folder(of: fixture.folder())
        for file in [files[0], files[1], files[0], files[2]] {
            _ = try folder.hold(file)
            // File systems know the time of use to a tick of the kernel's clock.
            usleep(20_000)
        }
        #expect(names(fixture, files, folder) == "ac")
        _ = try folder.hold(files[1])
        #expect(names(fixture, files, folder) == "bc")
        #expect(fixture.server.requests.count == 4)
    }

    @Test("but never what is in use, for which there must be room")
    func inUse() throws {
        let (fixture, files) = try fixture()
        let folder = try fixture.cache(limit: 250_000).folder(of: fixture.folder())
        var held = [try folder.hold(files[0]), try folder.hold(files[1])]
        let full = #expect(throws: CacheIsFull.self) { try folder.hold(files[2]) }
        #expect(full?.isUsedElsewhere == false)
        #expect(
            full?.inputError.description.contains("a limit of 250 kB, all in use") == true)
        // Another cache in the same folder, as that of another run, respects the use.
        held.removeLast()
        let other = try fixture.cache(limit: 250_000).folder(of: fixture.folder())
        _ = try other.hold(files[2])
        #expect(names(fixture, files, folder) == "ac")
        withExtendedLifetime(held) {}
    }

    @Test("and fetches ahead what a reader says it will read")
    func ahead() throws {
        let (fixture, files) = try fixture()
        let folder = try fixture.cache(limit: 350_000, transfers: 1).folder(of: fixture.folder())
        let forecast = folder.forecast()
        try forecast.expect(files)
        fixture.wait { names(fixture, files, folder).count >= 3 }
        // The farthest has no room until the nearest is no longer expected.
        #expect(names(fixture, files, folder) == "abc")
        _ = try folder.hold(files[0])
        #expect(fixture.server.requests.count == 3)
        try forecast.expect(Array(files[1...]))
        fixture.wait { names(fixture, files, folder).contains("d") }
        #expect(names(fixture, files, folder) == "bcd")
        #expect(fixture.server.requests.count == 4)
    }

    @Test("and goes on with what another one left in the middle")
    func partial() throws {
        let (fixture, _) = try fixture(
            locations: "location /slow/ { alias FOLDER/; limit_rate 1m; }")
        let file = try fixture.file("shard.mds", bytes: 3_000_000)
        do {
            let cancellation = Cancellation()
            let folder = try fixture.cache().folder(
                of: fixture.folder("slow"), cancellation: cancellation)
            // A thread of its own: those of the system's pool may all be busy with other tests.
            Thread.detachNewThread {
                fixture.wait { fixture.partialBytes(of: file, in: folder) >= 200_000 }
                cancellation.cancel()
            }
            #expect(throws: CancellationError.self) { try folder.hold(file) }
            #expect(fixture.content(of: file, in: folder) == nil)
        }
        let folder = try fixture.cache().folder(of: fixture.folder("slow"))
        _ = try folder.hold(file)
        #expect(fixture.content(of: file, in: folder) == fixture.original(file))
        let start = fixture.server.requests.last?.firstMatch(of: /bytes=(\d+)-/)
            .flatMap { Int($0.1) }
        #expect(start ?? 0 >= 200_000, "\(fixture.server.requests)")
    }

    @Test("and refuses an index whose names lead out of it")
    func indexes() throws {
        let (fixture, _) = try fixture()
        let cache = try fixture.cache()
        let index = String(
            decoding: try Fixtures.bytes("Formats/mds/raw/index.json"), as: UTF8.self)
        try fixture.files.write(index, to: "index.json")
        let remote = try fixture.folder()
        let found = try cache.indexes(of: [(origin: remote, samples: 6)])
        #expect(found.map(\.samples) == [6])
        // From the cache now, whatever the server has.
        let evil = index.replacingOccurrences(of: "shard.00000", with: "../shard.00000")
        try fixture.files.write(evil, to: "index.json")
        #expect(try cache.indexes(of: [(origin: remote, samples: 6)]) == found)
        let text = message { _ = try cache.indexes(of: [(origin: remote, samples: 7)]) }
        #expect(
            text.hasPrefix("\(remote)/index.json: shards[0].raw_data.basename: expected a path"),
            "\(text)")
    }
}
