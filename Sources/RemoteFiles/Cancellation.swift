import Foundation
import Synchronization

/// Tells work on other threads to end.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)

    /// Nothing is cancelled yet.
    public init() {}

    /// Whether the work is to end.
    public var isCancelled: Bool { flag.load(ordering: .relaxed) }

    /// Asks the work to end.
    public func cancel() { flag.store(true, ordering: .relaxed) }

    /// Throws `CancellationError` if the work is to end.
    func check() throws {
        if isCancelled { throw CancellationError() }
    }

    /// Waits for `seconds`, or until the work is to end, which throws `CancellationError`.
    func sleep(seconds: Double) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            try check()
            let left = (end - .now) / .seconds(1)
            if left <= 0 { return }
            Thread.sleep(forTimeInterval: min(left, 0.05))
        }
    }
}
