import Dispatch
import Foundation
import Synchronization

/// What threads spend their time on.
public enum ConcurrentWork: Sendable {
    /// Computing: more threads than cores would not help, and do not start.
    case computing
    /// Waiting, such as for a server: as many threads as are asked for, whatever the cores.
    case waiting
}

/// The results of `body` for `0..<count`, computed on up to `threads` threads, each of which takes
/// the next number when it is done with one.
///
/// - Throws: the first failure in the order of numbers; what had not begun by then never does.
@discardableResult
public func concurrently<Value: Sendable, Failure: Error>(
    _ count: Int, threads: Int, _ work: ConcurrentWork = .computing,
    _ body: @Sendable (Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
    let tasks = ConcurrentTasks<Value, Failure>(count: count)
    let threads = max(1, min(threads, count))
    switch work {
    case .computing:
        DispatchQueue.concurrentPerform(iterations: threads) { _ in tasks.run(body) }
    case .waiting:
        withoutActuallyEscaping(body) { body in
            let ended = DispatchSemaphore(value: 0)
            for _ in 0..<threads {
                Thread {
                    tasks.run(body)
                    ended.signal()
                }.start()
            }
            for _ in 0..<threads { ended.wait() }
        }
    }
    return try tasks.values()
}

/// Numbers that threads take in turn, and what came of them.
private final class ConcurrentTasks<Value: Sendable, Failure: Error>: Sendable {
    private let count: Int
    private let next = Atomic(0)
    private let hasFailed = Atomic(false)
    private let results: Mutex<[Result<Value, Failure>?]>

    init(count: Int) {
        self.count = count
        results = Mutex(Array(repeating: nil, count: count))
    }

    func run(_ body: (Int) throws(Failure) -> Value) {
        while !hasFailed.load(ordering: .relaxed) {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < count else { return }
            let result = Result { () throws(Failure) in try body(number) }
            if case .failure = result { hasFailed.store(true, ordering: .relaxed) }
            results.withLock { $0[number] = result }
        }
    }

    func values() throws(Failure) -> [Value] {
        let results = results.withLock { $0 }
        var values: [Value] = []
        values.reserveCapacity(count)
        for case .some(let result) in results { values.append(try result.get()) }
        return values
    }
}
