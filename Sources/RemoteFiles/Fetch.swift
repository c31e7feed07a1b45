import Diagnostics
import Dispatch
import Reporting
import Synchronization

/// The transfer of one file into the cache, for all who wait for it.
final class Fetch: Sendable {
    let file: CachedFile
    private let demanded: Atomic<Bool>
    private let bytes = Atomic(0)
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    init(_ file: CachedFile, isDemanded: Bool) {
        self.file = file
        demanded = Atomic(isDemanded)
    }

    /// Whether someone waits for the file; otherwise it is fetched ahead.
    var isDemanded: Bool { demanded.load(ordering: .relaxed) }

    func demand() { demanded.store(true, ordering: .relaxed) }

    /// Bytes that are here.
    var bytesHere: Int {
        get { bytes.load(ordering: .relaxed) }
        set { bytes.store(newValue, ordering: .relaxed) }
    }

    func end(_ result: Result<Void, any Error>) {
        outcome.withLock { $0 = result }
        ended.signal()
    }

    /// How it ended; nil if it has not after `seconds`.
    func wait(seconds: Double) -> Result<Void, any Error>? {
        guard ended.wait(timeout: .now() + seconds) == .success else { return nil }
        // For the next waiter.
        ended.signal()
        return outcome.withLock { $0 }
    }
}

/// A cache in which everything is in use and which has no room for one more file.
public struct CacheIsFull: Error {
    /// The file's address.
    public let name: String
    /// Its size.
    public let bytes: Int
    /// Whether other processes use a part of it.
    public let isUsedElsewhere: Bool
    /// The cache's folder.
    public let folder: String
    /// The cache's limit.
    public let limitBytes: Int

    /// What a person can do about it.
    public var inputError: InputError {
        InputError(
            at: folder, expected: "room for \(name) of \(decimalBytes(bytes))",
            found: "a limit of \(decimalBytes(limitBytes)), all in use"
                + (isUsedElsewhere ? " by this and other runs" : ""),
            remedy: "Raise cache.limit in the recipe, or give this run a cache folder of its own.")
    }
}
