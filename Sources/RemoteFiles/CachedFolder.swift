import Formats
import Foundation
import Synchronization

/// The part of a cache that holds the files of one folder of a web server.
public struct CachedFolder: Sendable {
    /// The folder at the web server.
    public let origin: RemoteFolder
    /// Where its files appear on this machine.
    public let path: String
    /// Cancels the waits of this folder's users.
    let cancellation: Cancellation
    /// `HOST-DIGEST`.
    private let name: String
    /// Its threads end with it.
    private let cache: ShardCache
    private var worker: CacheWorker { cache.worker }

    init(cache: ShardCache, origin: RemoteFolder, cancellation: Cancellation) {
        let host = (URL(string: origin.address)?.host ?? "").map { character in
            character.isASCII && (character.isLetter || character.isNumber || character == ".")
                ? character : "_"
        }
        name =
            "\(String(host))-\(Checksum.xxh128.digest(of: Array(origin.address.utf8)).prefix(16))"
        path = cache.worker.folder.path(of: name)
        (self.cache, self.origin, self.cancellation) = (cache, origin, cancellation)
    }

    /// Keeps `file` in the cache as long as the result lives, and waits until it is there.
    ///
    /// - Throws: `CacheIsFull` where there is no room; `InputError` that names the address of a
    ///   file that is not available; `CancellationError`.
    public func hold(_ file: MDSIndex.File) throws -> HeldFile {
        try worker.hold(cached(file), cancellation)
    }

    /// Removes `file`, which turned out to be damaged, from the cache.
    public func discard(_ file: MDSIndex.File) throws { try worker.discard(cached(file)) }

    /// A reader's expectations, which the cache fetches ahead.
    public func forecast() -> Forecast { Forecast(folder: self, worker: worker) }

    func cached(_ file: MDSIndex.File) -> CachedFile {
        CachedFile(file: file, origin: origin, relativePath: "\(name)/\(file.basename)")
    }
}

/// A file that stays in the cache as long as this object lives.
public final class HeldFile: Sendable {
    private let file: CachedFile
    private let worker: CacheWorker

    init(_ file: CachedFile, _ worker: CacheWorker) { (self.file, self.worker) = (file, worker) }

    deinit { worker.release(file) }
}

/// Which files a reader will want next. They are fetched ahead while there is room, and stay until
/// they are left out or room is needed for what someone waits for.
public final class Forecast: Sendable {
    private static let counter = Atomic(0)

    private let number = Forecast.counter.add(1, ordering: .relaxed).newValue
    private let folder: CachedFolder
    private let worker: CacheWorker

    init(folder: CachedFolder, worker: CacheWorker) {
        (self.folder, self.worker) = (folder, worker)
    }

    deinit { try? worker.expect([], of: number) }

    /// Expects `files`, nearest first, and nothing else any more.
    public func expect(_ files: [MDSIndex.File]) throws {
        try worker.expect(files.map(folder.cached), of: number)
    }
}
