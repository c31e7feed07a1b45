import Foundation
import Host
import Synchronization
import Testing

@Suite struct ConcurrentlyTests {
    private struct Failure: Error, Equatable {
        let number: Int
    }

    @Test(arguments: [true, false], [0, 1, 2, 63])
    func `each number is taken once and results keep their order`(waits: Bool, count: Int) {
        let taken = Taken()
        let square = { @Sendable (number: Int) in
            taken.numbers.withLock { $0.append(number) }
            return number * number
        }
        let squares =
            waits
            ? concurrentlyWaiting(count, threads: 5, square)
            : concurrently(count, threads: 5, square)
        #expect(squares == (0..<count).map { $0 * $0 })
        #expect(taken.numbers.withLock { $0.sorted() } == Array(0..<count))
    }

    @Test func `after a failure nothing more begins`() {
        let taken = Mutex<[Int]>([])
        let failure = #expect(throws: Failure.self) {
            try concurrently(9, threads: 1) { number in
                taken.withLock { $0.append(number) }
                if number >= 3 { throw Failure(number: number) }
            }
        }
        #expect(failure == Failure(number: 3))
        #expect(taken.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test func `of several failures the first in order is thrown`() {
        let arrived = Meeting(count: 4)
        let failure = #expect(throws: Failure.self) {
            try concurrentlyWaiting(4, threads: 4) { number in
                arrived.wait()
                if number > 0 { throw Failure(number: number) }
            }
        }
        #expect(failure == Failure(number: 1))
    }

    @Test func `waiting threads are as many as asked for, whatever the cores`() throws {
        let count = 4 * ProcessInfo.processInfo.activeProcessorCount
        let arrived = Meeting(count: count)
        let met = concurrentlyWaiting(count, threads: count) { _ in arrived.wait() }
        #expect(met.allSatisfy { $0 })
    }
}

/// Numbers in the order in which threads took them.
private final class Taken: Sendable {
    let numbers = Mutex<[Int]>([])
}

/// Where threads wait for each other.
private final class Meeting: Sendable {
    private let condition = NSCondition()
    private let missing: Mutex<Int>

    init(count: Int) { missing = Mutex(count) }

    /// Whether all have come; false after a minute, which only a failing test takes.
    @discardableResult
    func wait() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { condition.broadcast() }
        let end = Date(timeIntervalSinceNow: 60)
        while missing.withLock({ $0 > 0 }) {
            if !condition.wait(until: end) { return false }
        }
        return true
    }
}
