import Diagnostics
import Formats
import Foundation
import RemoteFiles
import Synchronization
import TestSupport
import Testing

@Suite("A transfer ends as soon as more comes than may")
struct ExcessTests {
    private let caches: TemporaryFolder

    init() throws { caches = try TemporaryFolder() }

    private func cache() throws -> ShardCache {
        var configuration = ShardCache.Configuration(
            folder: caches.path("cache"), limitBytes: 1 << 30)
        configuration.credentials = Credentials(token: nil)
        configuration.retries.attempts = 2
        configuration.retries.firstDelaySeconds = 0.01
        return try ShardCache(configuration) { _ in }
    }

    @Test("an index without end")
    func index() throws {
        let server = try EndlessServer(head: "HTTP/1.1 200 OK\r\n\r\n")
        let remote = try #require(RemoteFolder(server.address))
        let cache = try cache()
        let text = message { _ = try cache.indexes(of: [(origin: remote, samples: 100)]) }
        #expect(
            text == """
                \(remote)/index.json: expected an index of at most 1.5 MB, as the manifest has 100 \
                samples, found more. Check the address in the manifest.
                """)
        server.waitUntilClosed()
        #expect(server.bytes < 1 << 30)
    }

    @Test("a file without end, as a whole or in parts", arguments: [200, 206])
    func file(status: Int) throws {
        let range = status == 206 ? "Content-Range: bytes 0-999/1000\r\n" : ""
        let server = try EndlessServer(head: "HTTP/1.1 \(status) OK\r\n\(range)\r\n")
        let folder = try cache().folder(of: try #require(RemoteFolder(server.address)))
        let file = MDSIndex.File(basename: "shard.mds", bytes: 1000, hashes: [:])
        let text = message { _ = try folder.hold(file) }
        #expect(
            text.contains(
                status == 200 ? "found more, twice" : "more than was asked for at the last of 2"),
            "\(text)")
        server.waitUntilClosed()
        #expect(server.bytes < 1 << 30)
    }

    @Test("an answer in an encoding, of which a little fills the memory")
    func encoding() throws {
        // What follows is no gzip: an answer that was decoded would break for that.
        let server = try EndlessServer(
            head: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n")
        let remote = try #require(RemoteFolder(server.address))
        let cache = try cache()
        let file = MDSIndex.File(basename: "shard.mds", bytes: 1000, hashes: [:])
        for text in [
            message { _ = try cache.indexes(of: [(origin: remote, samples: 100)]) },
            message { _ = try cache.folder(of: remote).hold(file) },
        ] {
            #expect(
                text.contains("found an answer in the encoding gzip. Let the server"), "\(text)")
        }
    }
}

/// A port at which every request gets a head and then spaces, until the other side hangs up.
private final class EndlessServer: Sendable {
    let address: String
    private let port: ListeningPort
    private let sent = Atomic(0)
    private let open = Atomic(0)

    /// Bytes that were sent to all who asked.
    var bytes: Int { sent.load(ordering: .relaxed) }

    init(head: String) throws {
        // Who hangs up is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        port = try ListeningPort()
        address = "http://127.0.0.1:\(port.number)/files"
        Thread.detachNewThread { [self] in
            while case let connection = accept(port.handle, nil, nil), connection >= 0 {
                open.add(1, ordering: .relaxed)
                Thread.detachNewThread { [self] in answer(connection, head) }
            }
        }
    }

    /// Waits until everybody has hung up, two minutes at most.
    func waitUntilClosed() {
        for _ in 0..<12_000 where open.load(ordering: .relaxed) > 0 { usleep(10_000) }
        #expect(open.load(ordering: .relaxed) == 0)
    }

    private func answer(_ connection: Int32, _ head: String) {
        defer {
            close(connection)
            open.subtract(1, ordering: .relaxed)
        }
        var request = [UInt8](repeating: 0, count: 4096)
        guard read(connection, &request, request.count) > 0 else { return }
        var answer = Array(head.utf8)
        while true {
            let count = write(connection, answer, answer.count)
            guard count > 0 else { return }
            sent.add(count, ordering: .relaxed)
            answer = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 16)
        }
    }
}
