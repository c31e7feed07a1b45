import Foundation
import RemoteFiles

/// Prepares the batches of the coming steps on a thread of its own.
///
/// The loader keeps the clock of tokens itself, so it knows what each step will ask for before
/// the step begins. How far it reads ahead does not change any batch: a batch carries the lanes'
/// states after it, and what was prepared beyond the last batch used is simply prepared again.
public final class BatchLoader: Sendable {
    private let queue: BatchQueue
    private let cancellation = Cancellation()

    /// Starts to prepare batches.
    ///
    /// - Parameters:
    ///   - configuration: what is read.
    ///   - laneStates: where the lanes continue; nil to begin the phase.
    ///   - tokensDone: tokens of the phase that earlier batches had.
    ///   - prefetch: how many batches may be ready, at least 1.
    ///   - request: what the step that begins at `tokensDone` asks for; called for coming steps
    ///     on the loader's thread, also beyond the phase's end.
    /// - Throws: `InputError` for sources without a valid index, or states of other lanes.
    public init(
        configuration: StreamConfiguration, laneStates: [LaneState]? = nil, tokensDone: Int = 0,
        prefetch: Int = 2, request: @escaping @Sendable (_ tokensDone: Int) -> BatchRequest
    ) throws {
        precondition(prefetch > 0, "BatchLoader: prefetch \(prefetch)")
        let catalogue = try ShardCatalogue(
            configuration.sources, cache: configuration.cache, lanes: configuration.lanes,
            cancellation: cancellation)
        try LaneGroup.check(laneStates, configuration)
        let queue = BatchQueue(capacity: prefetch)
        self.queue = queue
        let thread = Thread {
            defer { queue.producerEnded() }
            do {
                var lanes = try LaneGroup(configuration, catalogue, laneStates)
                var tokensDone = tokensDone
                while queue.waitForRoom() {
                    let batch = try lanes.nextBatch(request(tokensDone))
                    tokensDone += batch.tokens
                    queue.append(.success(batch))
                }
            } catch {
                queue.append(.failure(error))
            }
        }
        thread.name = "mmbert.loader"
        thread.start()
    }

    deinit {
        close()
    }

    /// The batch of the next step; waits until it is ready.
    ///
    /// - Throws: what went wrong while it was read, `InputError` for a damaged shard, now and at
    ///   every later call; `CancellationError` after `close`.
    public func next() throws -> StepBatch {
        try queue.takeFirst().get()
    }

    /// The batch of the next step, or nil if `stops` turns true while it is waited for.
    ///
    /// - Throws: as `next`.
    public func next(unless stops: () -> Bool) throws -> StepBatch? {
        while !queue.waitForBatch(seconds: 0.2) {
            if stops() { return nil }
        }
        return try next()
    }

    /// Ends the loader's thread and waits until it has ended.
    public func close() {
        cancellation.cancel()
        queue.close()
    }
}
