import Diagnostics
import Formats
import Foundation
import Host

/// Files of web servers, kept in a folder of this machine up to a number of bytes.
///
/// Several threads and processes may share the folder. A file appears under its name once its size
/// and hash are those of the index. Least recently used files make way for new ones, except what is
/// open or expected next. What is read never depends on what the cache holds.
public final class ShardCache: Sendable {
    /// Where and how files are kept and fetched.
    public struct Configuration: Sendable {
        /// The cache's folder.
        public var folder: String
        /// Most bytes of files in it.
        public var limitBytes: Int
        /// What identifies this client to servers.
        public var credentials = Credentials.fromEnvironment
        /// When servers are asked again.
        public var retries = RetryPolicy()
        /// How many files are fetched at once.
        public var transfers = 6
        /// How many indexes are fetched at once.
        public var indexTransfers = 16

        /// At most `limitBytes` bytes in `folder`.
        public init(folder: String, limitBytes: Int) {
            (self.folder, self.limitBytes) = (folder, limitBytes)
        }
    }

    /// Where and how files are kept and fetched.
    public let configuration: Configuration
    let worker: CacheWorker

    /// Opens the cache and starts its threads; `notify` is called on any of them.
    ///
    /// - Throws: `InputError` where the folder cannot be created, written or locked.
    public init(
        _ configuration: Configuration, notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        self.configuration = configuration
        let client = HTTPClient(
            credentials: configuration.credentials,
            patienceSeconds: configuration.retries.patienceSeconds)
        let folder = try CacheFolder(
            path: configuration.folder, limitBytes: configuration.limitBytes)
        let warnings = [try folder.strangers()] + configuration.credentials.warnings
        for case let warning? in warnings { notify(.warning(warning)) }
        worker = CacheWorker(
            folder: folder, client: client,
            retries: Retries(
                policy: configuration.retries, credentials: configuration.credentials,
                notify: notify))
        worker.start(threads: configuration.transfers)
    }

    deinit { worker.close() }

    /// The part of the cache that holds files of `origin`, for a user who may cancel waiting.
    public func folder(
        of origin: RemoteFolder, cancellation: Cancellation = Cancellation()
    ) -> CachedFolder {
        CachedFolder(cache: self, origin: origin, cancellation: cancellation)
    }

    /// The indexes of `folders`, several fetched at a time. What the cache holds is used as long as
    /// it has the number of samples that is expected; otherwise the server is asked.
    ///
    /// - Throws: `InputError` that names the address of an index that is not available.
    public func indexes(
        of folders: [(origin: RemoteFolder, samples: Int)],
        cancellation: Cancellation = Cancellation()
    ) throws -> [MDSIndex] {
        let count = folders.count
        let progress = IndexProgress(count: count, notify: worker.retries.notify)
        return try concurrentlyWaiting(count, threads: configuration.indexTransfers) {
            [self] number in
            try cancellation.check()
            let (origin, samples) = folders[number]
            let index = try worker.index(
                of: folder(of: origin, cancellation: cancellation), samples: samples)
            progress.count()
            return index
        }
    }
}
