import Diagnostics
import Logging
import Ranks
import Reporting

extension RankGroup {
    /// Checks that there are enough lanes, and says where they lie unevenly.
    func checkLanes(_ lanes: Int, logger: Logger) throws {
        guard count > 1 else { return }
        guard lanes >= count else {
            throw InputError(
                at: "lanes", expected: "at least as many lanes as ranks, \(count)",
                found: "\(lanes)",
                remedy: """
                    Write lanes: \(count) into the recipe of a new run, or start \
                    \(counted(lanes, "rank")); lanes are part of what decides the data order.
                    """)
        }
        guard isFirst, lanes % count > 0 else { return }
        let most = (lanes + count - 1) / count
        let busiest = lanes % count
        let even = (lanes + most - 1) / most
        guard even < count else { return }
        logger.warning(
            """
            \(count) ranks share \(lanes) lanes: in each step \(count - busiest) wait for the \
            \(busiest) that \(agreeing(busiest, "has", "have")) \(most); \
            \(counted(even, "rank")) would be as fast
            """)
    }

    /// Where everybody is, for people.
    func summary(lanes: Int, threads: Int) -> String {
        let hosts = machines.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let each =
            lanes % count == 0 ? "\(lanes / count)" : "\(lanes / count) or \(lanes / count + 1)"
        let head = """
            \(count) ranks on \(counted(hosts.count, "machine")) by \(engine), \
            \(counted(lanes, "lane")), \(each) each
            """
        let lines = hosts.map { host in
            let ranks = machines.indices.filter { machines[$0] == host }
            let range =
                ranks.count > 1
                ? "ranks \(ranks[0]) to \(ranks[ranks.count - 1])" : "rank \(ranks[0])"
            return "  \(host)  \(range), \(counted(threads, "thread")) each"
        }
        return ([head] + lines).joined(separator: "\n")
    }
}
