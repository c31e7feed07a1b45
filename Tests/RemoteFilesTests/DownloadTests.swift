import Formats
import Foundation
import RemoteFiles
import TestSupport
import Testing

@Suite(
    "Files come from a web server",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct DownloadTests {
    @Test("as they are, whatever their size, in ranges", arguments: [0, 1, 100_000, 40_000_000])
    func plain(bytes: Int) throws {
        let fixture = try RemoteFixture()
        let file = try fixture.file("a b#%+é/shard.mds", bytes: bytes)
        let folder = try fixture.cache().folder(of: fixture.folder())
        let held = try folder.hold(file)
        #expect(fixture.content(of: file, in: folder) == fixture.original(file))
        #expect(fixture.server.requests.count == (bytes + (16 << 20) - 1) >> 24)
        #expect(fixture.notices.texts == [])
        withExtendedLifetime(held) {}
    }

    @Test("once, as long as they stay")
    func once() throws {
        let fixture = try RemoteFixture()
        let file = try fixture.file("shard.mds", bytes: 1000)
        for _ in 1...3 {
            let folder = try fixture.cache().folder(of: fixture.folder())
            _ = try folder.hold(file)
            _ = try folder.hold(file)
        }
        #expect(fixture.server.requests.count == 1)
    }

    @Test("late, while the wait is told")
    func late() throws {
        let fixture = try RemoteFixture(
            locations: """
                location /late/ { if (-f FOLDER/late) { return 503; } alias FOLDER/; }
                """)
        let file = try fixture.file("shard.mds", bytes: 300_000)
        try fixture.files.write("", to: "late")
        let address = "\(fixture.server.address("late"))/shard.mds"
        @Sendable func isTold() -> Bool {
            fixture.notices.texts.contains {
                $0.hasPrefix("waiting for \(address): 0 B of 300 kB after ")
            }
        }
        // The file is there once the wait was told, however long that takes.
        Thread.detachNewThread {
            fixture.wait { isTold() }
            try? Folder.remove(fixture.files.path("late"))
        }
        let folder = try fixture.cache(attempts: 10_000).folder(of: fixture.folder("late"))
        _ = try folder.hold(file)
        #expect(fixture.content(of: file, in: folder) == fixture.original(file))
        #expect(isTold(), "\(fixture.notices.texts)")
    }

    @Test("or not at all, which is an error at once where waiting does not help")
    func refused() throws {
        let fixture = try RemoteFixture(
            locations: """
                location /401/ { return 401; } location /403/ { return 403; }
                location /410/ { return 410; }
                """)
        let file = MDSIndex.File(basename: "shard.mds", bytes: 10, hashes: [:])
        for (path, status, remedy) in [
            ("files", "status 404", "Check the address in the manifest"),
            ("410", "status 410", "Check the address in the manifest"),
            ("401", "status 401", "put it into the environment variable MMBERT_REMOTE_TOKEN"),
            ("403", "status 403", "put it into the environment variable MMBERT_REMOTE_TOKEN"),
        ] {
            let folder = try fixture.cache().folder(of: fixture.folder(path))
            let text = message { _ = try folder.hold(file) }
            #expect(
                text.hasPrefix("\(fixture.server.address(path))/shard.mds: expected a file")
                    && text.contains(status) && text.contains(remedy), "\(text)")
        }
        #expect(fixture.server.requests.count == 4)
        #expect(fixture.notices.texts == [])
    }
}
