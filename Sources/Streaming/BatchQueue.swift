import Dispatch
import Synchronization

/// Batches between the thread that makes them and the one that takes them.
///
/// At most `capacity` are ready. A failure is the last thing that is put in, and stays.
final class BatchQueue: Sendable {
    private struct Contents {
        var batches: [Result<StepBatch, any Error>] = []
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    /// Counts the batches that may still be put in.
    private let room = DispatchSemaphore(value: 0)
    /// Counts the batches that are ready.
    private let ready = DispatchSemaphore(value: 0)
    private let producerHasEnded = DispatchSemaphore(value: 0)

    init(capacity: Int) {
        for _ in 0..<capacity {
            room.signal()
        }
    }

    /// Waits until a batch may be put in; false once the queue is closed.
    func waitForRoom() -> Bool {
        room.wait()
        return contents.withLock { !$0.isClosed }
    }

    /// Puts in a batch, or the failure that ends the production.
    func append(_ batch: Result<StepBatch, any Error>) {
        contents.withLock { $0.batches.append(batch) }
        ready.signal()
    }

    /// Waits until a batch, or the failure, is ready; false if none is in time.
    func waitForBatch(seconds: Double) -> Bool {
        guard ready.wait(timeout: .now() + seconds) == .success else { return false }
        ready.signal()
        return true
    }

    /// Takes the oldest batch, waiting for it; a failure stays.
    func takeFirst() -> Result<StepBatch, any Error> {
        ready.wait()
        let first: Result<StepBatch, any Error> = contents.withLock { contents in
            guard !contents.isClosed, let first = contents.batches.first else {
                return .failure(CancellationError())
            }
            if case .success = first {
                contents.batches.removeFirst()
            }
            return first
        }
        switch first {
        case .success: room.signal()
        case .failure: ready.signal()
        }
        return first
    }

    /// Called by the producer when it puts in nothing more.
    func producerEnded() {
        producerHasEnded.signal()
    }

    /// Ends production and waits until it has ended; whoever waits for a batch gets
    /// `CancellationError`.
    func close() {
        contents.withLock { $0.isClosed = true }
        room.signal()
        ready.signal()
        producerHasEnded.wait()
        producerHasEnded.signal()
    }
}
