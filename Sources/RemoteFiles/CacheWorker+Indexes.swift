import Diagnostics
import Formats
import Foundation
import Reporting
import Synchronization

extension CacheWorker {
    /// The index of `cached`, from the cache if it has `samples` samples there.
    func index(of cached: CachedFolder, samples: Int) throws -> MDSIndex {
        try folder.requireNoLink(to: "\(Folder.name(of: cached.path))/\(MDSIndex.fileName)")
        if let index = try? MDSIndex(folder: cached.path), index.samples == samples {
            return index
        }
        let name = cached.origin.name(of: MDSIndex.fileName)
        guard let url = cached.origin.url(of: MDSIndex.fileName) else {
            throw InputError(
                at: name, expected: "an address", found: "a name that makes none",
                remedy: "Correct the address in the manifest.")
        }
        // Every shard holds a sample at least.
        let limit = min(Self.largestIndex, 1 << 20 + samples << 12)
        var json = Data()
        try retries.run(name, step: 1, cancellation: cached.cancellation, position: { 0 }) {
            json = Data()
            do {
                try client.get(url, limitBytes: limit, cancellation: cached.cancellation) {
                    json.append($1)
                }
            } catch HTTPFailure.excess {
                throw InputError(
                    at: name,
                    expected: "an index of at most \(decimalBytes(limit)), as the manifest has "
                        + counted(samples, "sample"),
                    found: "more", remedy: "Check the address in the manifest.")
            }
        }
        let index = try MDSIndex(json: json, path: name)
        try requireOwnNames(in: index, at: name)
        if index.samples == samples {
            try Folder.create(cached.path)
            try AtomicFile.write(
                Array(json), to: Folder.join(cached.path, MDSIndex.fileName), synchronized: false)
        }
        return index
    }

    /// Files must not be called like what the cache makes of their names.
    private func requireOwnNames(in index: MDSIndex, at name: String) throws {
        let files = index.shards.flatMap { [$0.raw] + ($0.zip.map { [$0] } ?? []) }
        let suffix = CacheLedger.File.partialSuffix
        guard let stray = files.first(where: { $0.basename.hasSuffix(suffix) }) else { return }
        throw InputError(
            at: name, expected: "names of files that do not end in \(suffix)",
            found: "\"\(stray.basename)\"",
            remedy: "Rename it at the server: files that are not complete are called so.")
    }

    private static let largestIndex = 1 << 26
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
