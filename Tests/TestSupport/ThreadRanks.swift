import Foundation
import Ranks
import Synchronization

/// Runs `body` on `count` threads that are the ranks of one run, and gives what each returned, by
/// rank. Bytes go through mailboxes; no operation has ended before it was asked about twice.
///
/// - Parameters:
///   - machines: the host name of each rank, equal ones beside each other; one machine without.
///   - patience: how long a rank waits for another.
///   - body: gets the rank's view of the group; it need not call `finish`.
/// - Throws: the first error in time. It ends the other ranks' waits, as a launcher does.
package func withThreadRanks<Value: Sendable>(
    _ count: Int, machines: [String]? = nil, patience: Duration = .seconds(120),
    _ body: @escaping @Sendable (RankGroup) throws -> Value
) throws -> [Value] {
    let post = ThreadPost(machines: machines ?? Array(repeating: "node", count: count))
    let values = Mutex<[Value?]>(Array(repeating: nil, count: count))
    let failure = Mutex<(any Error)?>(nil)
    let ended = DispatchSemaphore(value: 0)
    let work: @Sendable (Int) -> Void = { rank in
        defer { ended.signal() }
        do {
            let group = RankGroup(ThreadTransport(rank: rank, post: post), patience: patience)
            let value = try body(group)
            values.withLock { $0[rank] = value }
        } catch {
            failure.withLock { $0 = $0 ?? error }
            post.end(because: "rank \(rank) failed: \(error)")
        }
    }
    for rank in 0..<count {
        let thread = Thread { work(rank) }
        thread.stackSize = 8 << 20
        thread.start()
    }
    for _ in 0..<count { ended.wait() }
    if let error = failure.withLock({ $0 }) { throw error }
    return values.withLock { $0.compactMap(\.self) }
}

/// Where threads leave messages for each other.
final class ThreadPost: Sendable {
    /// From whom to whom, in which channel, and how many went there before.
    struct Address: Hashable {
        let from: Int
        let to: Int
        let channel: Int32
        let number: Int
    }

    let machines: [String]
    private let messages = Mutex<[Address: [UInt8]]>([:])
    private let ending = Mutex<String?>(nil)

    init(machines: [String]) { self.machines = machines }

    func leave(_ bytes: UnsafeRawBufferPointer, at address: Address) {
        let copy = Array(bytes)
        messages.withLock { $0[address] = copy }
    }

    func has(_ address: Address) -> Bool { messages.withLock { $0[address] != nil } }

    func take(_ address: Address) -> [UInt8]? {
        messages.withLock { $0.removeValue(forKey: address) }
    }

    func end(because reason: String) { ending.withLock { $0 = $0 ?? reason } }

    /// Throws where a rank has ended the run.
    func check() throws {
        if let reason = ending.withLock({ $0 }) { throw RankFailure(reason) }
    }
}
