import Formats
import Foundation
import RemoteFiles
import Synchronization
import TestSupport

/// Files with an own web server, caches for them, and what the caches said.
final class RemoteFixture: @unchecked Sendable {
    let files: TemporaryFolder
    let server: WebServer
    let caches: TemporaryFolder
    let notices = Notices()

    final class Notices: Sendable {
        private let list = Mutex<[Notice]>([])
        func add(_ notice: Notice) { list.withLock { $0.append(notice) } }
        var texts: [String] { list.withLock { $0.map(\.text) } }
    }

    init(locations: String = "") throws {
        files = try TemporaryFolder()
        caches = try TemporaryFolder()
        server = try WebServer(folder: files.path, locations: locations)
    }

    /// Writes a file of `bytes` numbers that look random, and says what an index would.
    func file(_ name: String, bytes: Int, seed: UInt64 = 1) throws -> MDSIndex.File {
        let content = Self.content(bytes, seed: seed)
        try files.write(content, to: name)
        return MDSIndex.File(
            basename: name, bytes: bytes, hashes: ["xxh64": Checksum.xxh64.digest(of: content)])
    }

    static func content(_ bytes: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        return (0..<bytes).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    /// A cache with short pauses.
    func cache(
        _ name: String = "cache", limit: Int = 1 << 30, token: String? = nil, attempts: Int = 6,
        patience: Double = 2, transfers: Int = 6
    ) throws -> ShardCache {
        var configuration = ShardCache.Configuration(folder: caches.path(name), limitBytes: limit)
        configuration.credentials = Credentials(token: token, hosts: ["127.0.0.1"])
        configuration.transfers = transfers
        configuration.retries.attempts = attempts
        configuration.retries.firstDelaySeconds = 0.05
        configuration.retries.longestDelaySeconds = 0.4
        configuration.retries.patienceSeconds = patience
        return try ShardCache(configuration) { [notices] in notices.add($0) }
    }

    /// The remote folder at `path` of the server.
    func folder(_ path: String = "files") throws -> RemoteFolder {
        guard let folder = RemoteFolder(server.address(path)) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return folder
    }

    /// What the cache has under the name of `file`.
    func content(of file: MDSIndex.File, in folder: CachedFolder) -> [UInt8]? {
        FileManager.default.contents(atPath: Folder.join(folder.path, file.basename)).map(
            Array.init)
    }

    /// How much of `file` has arrived while it is not complete.
    func partialBytes(of file: MDSIndex.File, in folder: CachedFolder) -> Int {
        let path = Folder.join(folder.path, "\(file.basename).\(file.bytes).part")
        return ((try? Folder.status(of: path)) ?? nil)?.bytes ?? 0
    }

    /// Waits until `condition` holds, two minutes at most.
    func wait(until condition: () -> Bool) {
        for _ in 0..<12_000 where !condition() { usleep(10_000) }
    }

    /// What the server has under the name of `file`.
    func original(_ file: MDSIndex.File) -> [UInt8]? {
        FileManager.default.contents(atPath: files.path(file.basename)).map(Array.init)
    }
}

/// The message of what `body` throws.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}
