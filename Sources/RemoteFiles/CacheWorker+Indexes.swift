import Diagnostics
import Formats
import Foundation
import Reporting
import Synchronization

extension CacheWorker {
    /// The index of `cached`, from the cache if it has `samples` samples there.
    func index(of cached: CachedFolder, samples: Int) throws -> MDSIndex {
        if let index = try? MDSIndex(folder: cached.path), index.samples == samples {
            return index
        }
        let name = cached.origin.name(of: MDSIndex.fileName)
        guard let url = cached.origin.url(of: MDSIndex.fileName) else {
            throw InputError(
                at: name, expected: "an address", found: "a name that makes none",
                remedy: "Correct the address in the manifest.")
        }
        var json = Data()
        try retries.run(name, step: 1, cancellation: cached.cancellation, position: { 0 }) {
            json = Data()
            try client.get(url, cancellation: cached.cancellation) { _, piece in
                json.append(piece)
                guard json.count <= Self.largestIndex else {
                    throw InputError(
                        at: name,
                        expected: "an index of at most \(decimalBytes(Self.largestIndex))",
                        found: "more", remedy: "Check the address in the manifest.")
                }
            }
        }
        let index = try MDSIndex(json: json, path: name)
        if index.samples == samples {
            try Folder.create(cached.path)
            try AtomicFile.write(
                Array(json), to: Folder.join(cached.path, MDSIndex.fileName), synchronized: false)
        }
        return index
    }

    private static let largestIndex = 1 << 30
}

/// Tells how many indexes have been read, if it takes long.
final class IndexProgress: Sendable {
    private let total: Int
    private let done = Atomic(0)
    private let notify: @Sendable (Notice) -> Void
    private let lastNotice = Mutex(ContinuousClock.now)

    init(count: Int, notify: @escaping @Sendable (Notice) -> Void) {
        total = count
        self.notify = notify
    }

    /// Counts one more.
    func count() {
        let done = done.add(1, ordering: .relaxed).newValue
        let isDue = lastNotice.withLock { last in
            guard ContinuousClock.now - last > .seconds(2) else { return false }
            last = .now
            return true
        }
        if isDue { notify(.progress("read the indexes of \(done) of \(total) remote folders")) }
    }
}
