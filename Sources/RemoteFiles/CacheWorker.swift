import Diagnostics
import Dispatch
import Formats
import Foundation
import Reporting
import Synchronization

/// Fetches what is asked for, on threads of its own, and keeps what is in use.
///
/// Who does what for a file, from the caller to the server:
///
/// - `ShardCache` and its `CachedFolder`s are what callers see: `hold` waits for a file, a
///   `Forecast` names those that will be wanted.
/// - `CacheWorker` (this class) turns both into `Fetch`es, which its threads perform.
/// - `FetchQueue` keeps the books of this process: uses, fetches, forecasts; no files, no threads.
/// - `CacheFolder` is the disk, shared with other processes through locks: room, names, sizes.
/// - `Download` fills one file in pieces, each fetched by `HTTPClient`; `Retries` asks again.
///
/// A use is counted before a file is looked for and ends when nothing holds or expects the file, so
/// whatever is wanted stays. `queue` is locked around every change of the books and of the folder.
final class CacheWorker: Sendable {
    let folder: CacheFolder
    let client: HTTPClient
    let retries: Retries
    /// Guards the bookkeeping, and changes of the cache's folder between threads.
    private let queue = Mutex(FetchQueue())
    private let work = DispatchSemaphore(value: 0)
    private let cancellation = Cancellation()
    private let threads = Atomic(0)

    init(folder: CacheFolder, client: HTTPClient, retries: Retries) {
        (self.folder, self.client, self.retries) = (folder, client, retries)
    }

    func start(threads count: Int) {
        threads.store(count, ordering: .relaxed)
        for number in 0..<count {
            let thread = Thread { while let fetch = self.nextFetch() { self.perform(fetch) } }
            thread.name = "mmbert.fetch-\(number)"
            thread.start()
        }
    }

    /// Ends all fetching; partial files stay.
    func close() {
        queue.withLock { $0.isClosed = true }
        cancellation.cancel()
        for _ in 0..<threads.load(ordering: .relaxed) { work.signal() }
    }

    // MARK: Use

    /// Counts a use of `file`, which keeps it from being removed here and by other processes.
    private func use(_ file: CachedFile, _ queue: inout FetchQueue) throws {
        guard queue.use(file) else { return }
        do {
            try folder.locks.lock(CacheLock.use(of: file.relativePath), .shared)
        } catch {
            _ = queue.release(file)
            throw error
        }
    }

    /// Ends a use of `file`. There may be room now for what was postponed.
    func release(_ file: CachedFile) {
        let postponed = queue.withLock { queue -> CachedFile? in
            guard queue.release(file) else { return nil }
            folder.locks.unlock(CacheLock.use(of: file.relativePath))
            return queue.takePostponed()
        }
        if let postponed { _ = try? fetch(postponed, isDemanded: false) }
    }

    func hold(_ file: CachedFile, _ cancellation: Cancellation) throws -> HeldFile {
        try queue.withLock { try use(file, &$0) }
        let held = HeldFile(file, self)
        while try !folder.has(file) {
            let (fetch, isNew) = try fetch(file, isDemanded: true)
            do {
                try wait(for: fetch, cancellation)
            } catch let full as CacheIsFull {
                // A fetch that began as one ahead did not try everything.
                if isNew { throw full }
            }
        }
        Folder.touch(folder.path(of: file.relativePath))
        return held
    }

    func discard(_ file: CachedFile) throws {
        try queue.withLock { _ in try folder.discard(file) }
    }

    func expect(_ files: [CachedFile], of reader: Int) throws {
        let files = files.filter { $0.file.bytes <= folder.limitBytes }
        let before = try queue.withLock { queue in
            for file in files { try use(file, &queue) }
            return queue.setForecast(files, of: reader)
        }
        before.forEach(release)
        for file in files where try !folder.has(file) {
            _ = try fetch(file, isDemanded: false)
        }
    }

    private func wait(for fetch: Fetch, _ cancellation: Cancellation) throws {
        let start = ContinuousClock.now
        var nextNotice = 2.0
        while true {
            try cancellation.check()
            if let result = fetch.wait(seconds: 0.1) { return try result.get() }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            guard seconds >= nextNotice else { continue }
            nextNotice += 10
            retries.notify(
                .progress(
                    "waiting for \(fetch.file.name): \(decimalBytes(fetch.bytesHere)) of "
                        + "\(decimalBytes(fetch.file.file.bytes)) after \(Int(seconds)) s"))
        }
    }

    // MARK: Fetching

    private func fetch(
        _ file: CachedFile, isDemanded: Bool
    ) throws -> (fetch: Fetch, isNew: Bool) {
        let result = try queue.withLock { queue in
            guard !queue.isClosed else { throw CancellationError() }
            let result = queue.fetch(file, isDemanded: isDemanded)
            if result.isNew { try use(file, &queue) }
            return result
        }
        if result.isNew { work.signal() }
        return result
    }

    private func nextFetch() -> Fetch? {
        work.wait()
        return queue.withLock { $0.isClosed ? nil : $0.takeNext() }
    }

    private func perform(_ fetch: Fetch) {
        let result = Result { try bring(fetch) }
        queue.withLock { queue in
            queue.remove(fetch)
            if case .failure(let error) = result, error is CacheIsFull {
                queue.postpone(fetch.file)
            }
        }
        fetch.end(result)
        release(fetch.file)
    }

    /// Puts the file into the cache, unless it is there or another process puts it there.
    private func bring(_ fetch: Fetch) throws {
        let file = fetch.file
        let number = CacheLock.fetching(file.relativePath)
        while try !folder.locks.tryLock(number, .exclusive) {
            try cancellation.sleep(seconds: 0.1)
        }
        defer { folder.locks.unlock(number) }
        guard try !folder.has(file) else { return }
        try reserve(fetch)
        guard let url = file.origin.url(of: file.file.basename) else {
            throw InputError(
                at: file.name, expected: "an address", found: "a name that makes none",
                remedy: "Correct the address in the manifest.")
        }
        try Download(
            url: url, name: file.name, file: file.file,
            partialPath: folder.path(of: file.partialRelativePath), client: client,
            retries: retries, cancellation: cancellation,
            progress: { fetch.bytesHere = $0 }
        ).run()
        try queue.withLock { _ in try folder.complete(file) }
    }

    /// Makes room, if necessary at the cost of what was to be fetched ahead.
    private func reserve(_ fetch: Fetch) throws {
        let file = fetch.file
        while true {
            try cancellation.check()
            let (reservation, isFetchingAhead) = try queue.withLock { queue in
                (
                    try folder.reserve(file, isInUse: queue.isInUse),
                    queue.isFetchingAhead
                )
            }
            guard case .full(let isUsedElsewhere) = reservation else { return }
            let full = CacheIsFull(
                name: file.name, bytes: file.file.bytes, isUsedElsewhere: isUsedElsewhere,
                folder: folder.path, limitBytes: folder.limitBytes)
            guard fetch.isDemanded else { throw full }
            let given = try queue.withLock {
                try $0.giveUpForecasts(bytes: file.file.bytes, isHere: folder.has)
            }
            given.forEach(release)
            if given.isEmpty {
                guard isFetchingAhead else { throw full }
                try cancellation.sleep(seconds: 0.05)
            }
        }
    }
}
