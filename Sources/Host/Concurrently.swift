import Dispatch
import Foundation
import Synchronization

/// The results of `body`, which computes, for `0..<count`, on up to `threads` threads, each of which
/// takes the next number when it is done with one. More threads than cores do not start.
///
/// - Throws: the first failure in the order of numbers; what had not begun by then never does.
@discardableResult
public func concurrently<Value: Sendable, Failure: Error>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
    let tasks = ConcurrentTasks<Value, Failure>(count: count)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
        tasks.run(body)
    }
    return try tasks.values()
}

/// The same for a `body` that waits, such as for a server: there are as many threads as are asked
/// for, whatever the cores.
///
/// - Throws: as `concurrently`.
@discardableResult
public func concurrentlyWaiting<Value: Sendable, Failure: Error>(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Value
) throws(Failure) -> [Value] {
    let tasks = ConcurrentTasks<Value, Failure>(count: count)
    let threads = max(1, min(threads, count))
    let ended = DispatchSemaphore(value: 0)
    for _ in 0..<threads {
        Thread {
            tasks.run(body)
            ended.signal()
        }.start()
    }
    for _ in 0..<threads { ended.wait() }
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
