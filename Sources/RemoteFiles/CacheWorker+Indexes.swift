import Diagnostics
import Dispatch
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
        try persistence.run(name, step: 1, cancellation: cached.cancellation, position: { 0 }) {
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

/// Threads that share a number of independent tasks.
enum Crew {
    /// `body` of 0 ..< `count`, on `threads` threads. The first failure in the order of the tasks
    /// is thrown; tasks that have not begun then never do.
    static func map<Value: Sendable>(
        _ count: Int, threads: Int, _ cancellation: Cancellation,
        _ body: @escaping @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let job = CrewJob<Value>(count: count)
        let threads = min(threads, count)
        for _ in 0..<threads {
            Thread { job.work(cancellation, body) }.start()
        }
        for _ in 0..<threads { job.ended.wait() }
        return try job.results()
    }
}

private final class CrewJob<Value: Sendable>: Sendable {
    let ended = DispatchSemaphore(value: 0)
    private let count: Int
    private let next = Atomic(0)
    private let hasFailed = Atomic(false)
    private let values: Mutex<[Result<Value, any Error>?]>

    init(count: Int) {
        self.count = count
        values = Mutex(Array(repeating: nil, count: count))
    }

    func work(_ cancellation: Cancellation, _ body: (Int) throws -> Value) {
        defer { ended.signal() }
        while !hasFailed.load(ordering: .relaxed) {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < count else { return }
            let result = Result {
                try cancellation.check()
                return try body(number)
            }
            if case .failure = result { hasFailed.store(true, ordering: .relaxed) }
            values.withLock { $0[number] = result }
        }
    }

    func results() throws -> [Value] {
        let values = values.withLock { $0 }
        for case .failure(let error)? in values { throw error }
        return try values.compactMap { try $0?.get() }
    }
}
