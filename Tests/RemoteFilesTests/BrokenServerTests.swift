import Dispatch
import Formats
import Foundation
import RemoteFiles
import TestSupport
import Testing

@Suite(
    "A server that breaks is asked again",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct BrokenServerTests {
    // What happens to a server beside a download happens on threads of their own: those of the
    // system's pool may all be busy with other tests.

    @Test("from where it was cut off, twice, and restarted after a while")
    func restarted() throws {
        let fixture = try RemoteFixture(
            locations: "location /slow/ { alias FOLDER/; limit_rate 2m; }")
        let file = try fixture.file("shard.mds", bytes: 6_000_000)
        let folder = try fixture.cache(attempts: 10_000).folder(of: fixture.folder("slow"))
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for bytes in [400_000, 1_200_000] {
                fixture.wait { fixture.partialBytes(of: file, in: folder) >= bytes }
                fixture.server.stop()
                usleep(150_000)
                try? fixture.server.start()
            }
            done.signal()
        }
        _ = try folder.hold(file)
        done.wait()
        #expect(fixture.content(of: file, in: folder) == fixture.original(file))
        // Only the last request was answered to its end; it did not ask for what had arrived.
        let start = fixture.server.requests.last?.firstMatch(of: /bytes=(\d+)-/)
            .flatMap { Int($0.1) }
        #expect(start ?? 0 >= 1_200_000, "\(fixture.server.requests)")
        #expect(fixture.notices.texts.contains { $0.contains("asking again in") })
        #expect(fixture.partialBytes(of: file, in: folder) == 0)
    }

    @Test("also where it knows no ranges, then from the front")
    func withoutRanges() throws {
        let fixture = try RemoteFixture(
            locations: "location /whole/ { alias FOLDER/; max_ranges 0; limit_rate 20m; }")
        let file = try fixture.file("shard.mds", bytes: 18_000_000)
        let folder = try fixture.cache(attempts: 10_000).folder(of: fixture.folder("whole"))
        Thread.detachNewThread {
            fixture.wait { fixture.partialBytes(of: file, in: folder) >= 1_000_000 }
            fixture.server.stop()
            try? fixture.server.start()
        }
        _ = try folder.hold(file)
        #expect(fixture.content(of: file, in: folder) == fixture.original(file))
        #expect(fixture.server.requests.allSatisfy { !$0.contains(" 206 ") })
    }

    @Test("after growing pauses while it says that it cannot")
    func overloaded() throws {
        let fixture = try RemoteFixture(
            locations: """
                location /busy/ { if (-f FOLDER/busy) { return 503; } alias FOLDER/; }
                """)
        let file = try fixture.file("shard.mds", bytes: 1000)
        try fixture.files.write("", to: "busy")
        let folder = try fixture.cache(attempts: 10_000, patience: 30)
            .folder(of: fixture.folder("busy"))
        Thread.detachNewThread {
            fixture.wait { fixture.server.requests.count >= 3 }
            try? Folder.remove(fixture.files.path("busy"))
        }
        _ = try folder.hold(file)
        let texts = fixture.notices.texts
        #expect(texts.count >= 3)
        for (text, (pause, attempt)) in zip(texts, [("0.1 s", 1), ("0.1 s", 2), ("0.2 s", 3)]) {
            #expect(
                text.hasPrefix("\(fixture.server.address("busy"))/shard.mds: status 503")
                    && text.hasSuffix("asking again in \(pause) (attempt \(attempt) of 10000)"),
                "\(text)")
        }
    }

    @Test("but not forever, and the error says where it stopped")
    func givenUp() throws {
        let fixture = try RemoteFixture(locations: "location /broken/ { return 500; }")
        let file = try fixture.file("shard.mds", bytes: 1000)
        let folder = try fixture.cache(attempts: 3).folder(of: fixture.folder("broken"))
        let text = message { _ = try folder.hold(file) }
        #expect(text.contains("status 500") && text.contains("at the last of 3 attempts"))
        #expect(text.contains("the same command resumes where this one stopped"), "\(text)")
        #expect(fixture.server.requests.count == 3)
    }

    @Test("where it takes connections and says nothing")
    func silent() throws {
        let fixture = try RemoteFixture()
        let file = try fixture.file("shard.mds", bytes: 1000)
        let listener = try ListeningPort()
        let remote = try #require(RemoteFolder("http://127.0.0.1:\(listener.number)/files"))
        let folder = try fixture.cache(attempts: 2, patience: 0.3).folder(of: remote)
        let text = message { _ = try folder.hold(file) }
        #expect(text.contains("no answer in 0 s at the last of 2 attempts"), "\(text)")
    }

    @Test("and a file other than the index says is fetched once more, then refused")
    func otherContent() throws {
        let fixture = try RemoteFixture()
        var file = try fixture.file("shard.mds", bytes: 1000)
        let found = try #require(file.hashes["xxh64"])
        file.hashes = ["xxh64": "0123456789abcdef"]
        let folder = try fixture.cache().folder(of: fixture.folder())
        let text = message { _ = try folder.hold(file) }
        #expect(text.contains("expected xxh64 0123456789abcdef, as index.json says"), "\(text)")
        #expect(text.contains("found \(found), twice"), "\(text)")
        #expect(fixture.server.requests.count == 2)
        #expect(fixture.content(of: file, in: folder) == nil)

        file.bytes = 999
        #expect(message { _ = try folder.hold(file) }.contains("expected 999 bytes"))
    }
}
