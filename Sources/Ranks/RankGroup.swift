import Foundation
import Reporting
import Synchronization

/// Those who take part in a run, as one of them sees them.
///
/// A run of one process is a group of one rank, for which all of this is trivial. Calls come from
/// one thread at a time. After a `RankFailure` nothing but `abort` is of use.
package final class RankGroup {
    /// The number of this rank, from 0, in seat order: the machine of rank 0 first.
    package let rank: Int
    /// How many ranks take part.
    package let count: Int
    /// Where each rank runs: host names, by rank.
    package let machines: [String]
    /// What moves the bytes: `Open MPI 4.1.4`; empty for a rank alone.
    package let engine: String
    /// How long one waits for another before it gives up.
    package let patience: Duration
    /// What each rank said about itself when it joined, by rank; empty where none was asked.
    package internal(set) var cards: [RankCard] = []
    /// How long this rank waits before it says for whom, and then each time that this doubles.
    package var silence = Duration.seconds(60)
    /// Takes the sentences that are said while waiting.
    package var notify: (String) -> Void = { Reporting.tell($0) }

    let transport: (any RankTransport)?
    /// How many words rank 0 has told, or this rank has heard.
    var told: UInt32 = 0
    /// How many words this rank has answered, or rank 0 has asked each for.
    var answered: UInt32 = 0
    /// Processes of this machine's other ranks.
    var neighbours: [Neighbour] = []

    /// A group whose bytes `transport` moves.
    package init(_ transport: any RankTransport, patience: Duration = .seconds(1800)) {
        precondition(
            transport.machines.count == transport.count,
            "RankGroup: \(transport.machines.count) machines of \(transport.count) ranks")
        self.transport = transport
        self.patience = patience
        rank = transport.rank
        count = transport.count
        machines = transport.machines
        engine = transport.engine
    }

    private init() {
        transport = nil
        patience = .seconds(1800)
        (rank, count, machines, engine) = (0, 1, ["this machine"], "")
    }

    /// One rank without a transport.
    package static func alone() -> RankGroup { RankGroup() }

    /// Whether this is the rank that leads, writes and speaks.
    package var isFirst: Bool { rank == 0 }

    /// `rank 3 (node018)`.
    package func name(of rank: Int) -> String { "rank \(rank) (\(machines[rank]))" }

    /// The ranks of `level`, rising: the order of counts and pieces.
    package func members(of level: RankLevel) -> [Int] {
        func place(_ rank: Int) -> Int { rank - (machines.firstIndex(of: machines[rank]) ?? rank) }
        return (0..<count).filter { other in
            switch level {
            case .all: true
            case .machine: machines[other] == machines[rank]
            case .sameSeat: place(other) == place(rank)
            }
        }
    }

    /// Leaves the run: waits until all ranks have come here, and ends MPI.
    ///
    /// - Parameter leave: called on another thread where MPI has not ended after ten seconds, as
    ///   MPICH 4.0 does not between machines. All ranks are there and all bytes have come, so that the
    ///   process may end.
    /// - Throws: `RankFailure`.
    package func finish(orElse leave: @escaping @Sendable () -> Void = {}) throws {
        guard let transport else { return }
        if isFirst {
            _ = try answers(during: "the end of the run")
            try tell([])
        } else {
            try answer([])
            _ = try hear()
        }
        let hasEnded = EndOfMPI()
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 10)
            if !hasEnded.value.load(ordering: .relaxed) { leave() }
        }
        try transport.finish()
        hasEnded.value.store(true, ordering: .relaxed)
    }

    /// Ends all ranks at once, with this exit code where the launcher passes it on. Does nothing for
    /// a rank alone.
    package func abort(code: Int32) { transport?.abort(code: code) }
}

/// Whether MPI has ended, as two threads see it.
private final class EndOfMPI: Sendable {
    let value = Atomic(false)
}
