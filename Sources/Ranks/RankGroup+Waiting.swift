import Glibc
import Reporting

/// Waiting for others: said aloud when it takes long, ended when one of them has died or patience
/// is over.
extension RankGroup {
    /// Waits until `isDone`.
    ///
    /// - Parameters:
    ///   - awaited: the ranks that are waited for, asked only where something is to be said.
    ///   - what: for messages: `step 812`; nil for what has no name.
    ///   - yielding: how long it asks without naps.
    ///   - isDone: whether the transport is done, asked again and again.
    /// - Throws: `RankFailure`, and what `isDone` throws.
    func wait(
        for awaited: () -> [Int], during what: String?, yielding: Duration = .milliseconds(2),
        until isDone: () throws -> Bool
    ) throws {
        var waiting = Waiting(yielding: yielding)
        var nextNotice = silence
        func isDoneByTransport() throws -> Bool {
            do {
                return try isDone()
            } catch let failure as RankFailure {
                throw RankFailure(
                    "\(failure) while waiting for \(names(awaited()))\(during(what))")
            }
        }
        // Rank 0, which knows for whom it waits, gives up first.
        let limit = isFirst ? patience : patience + patience / 8 + .seconds(1)
        let ended = try waiting.until(isDoneByTransport, limit: limit) { elapsed in
            try lookAtNeighbours(during: what)
            guard elapsed >= nextNotice else { return }
            nextNotice += nextNotice
            guard isFirst else { return }
            let suffix = what.map { ", \($0)" } ?? ""
            notify("waiting for \(names(awaited())) for \(said(elapsed))\(suffix)")
        }
        guard !ended else { return }
        try lookAtNeighbours(during: what)
        let others = awaited().filter { $0 != rank }
        let verb = others.count == 1 ? "has" : "have"
        throw RankFailure(
            "\(names(others)) \(verb) not answered for \(said(limit))\(during(what))")
    }

    /// `rank 3 (node018)`, or several: `rank 3 (node018) and 14 others`.
    func names(_ ranks: [Int]) -> String {
        let others = Array(Set(ranks)).sorted().filter { $0 != rank }
        guard let first = others.first else { return "nobody" }
        if others.count == 1 { return name(of: first) }
        if others.count == count - 1 { return "all other ranks" }
        if others.count == 2 { return "\(name(of: first)) and \(name(of: others[1]))" }
        return "\(name(of: first)) and \(others.count - 1) others"
    }

    /// Looks whether the other ranks of this machine still live, where their processes can be seen.
    ///
    /// - Throws: `RankFailure` where one has died.
    private func lookAtNeighbours(during what: String?) throws {
        for index in neighbours.indices {
            let neighbour = neighbours[index]
            let process = neighbour.process.number
            switch neighbour.process.state {
            case .runs:
                neighbours[index].isSaidToBeStopped = false
            case .stopped where !neighbour.isSaidToBeStopped:
                neighbours[index].isSaidToBeStopped = true
                guard speaks(of: neighbour) else { continue }
                notify(
                    """
                    \(name(of: neighbour.rank)) is stopped\(during(what)): \
                    kill -CONT \(process) lets it go on
                    """)
            case .stopped: break
            case .gone:
                // Those who do not speak fail later, as the end of one ends all.
                if !speaks(of: neighbour) { sleep(2) }
                let machine = machines[neighbour.rank]
                throw RankFailure(
                    """
                    rank \(neighbour.rank) (\(machine), process \(process)) has died\
                    \(during(what))
                    """)
            }
        }
    }

    /// Whether this rank is the one of its machine that says what is wrong with another.
    private func speaks(of neighbour: Neighbour) -> Bool {
        members(of: .machine).first { $0 != neighbour.rank } == rank
    }

    private func during(_ what: String?) -> String { what.map { " in \($0)" } ?? "" }

    private func said(_ duration: Duration) -> String {
        shortDuration(seconds: duration / .seconds(1))
    }
}
