import Host
import Reporting

/// Which cores the ranks of a machine share.
extension RankGroup {
    /// How many threads are of use to this rank: the cores that it may use, each divided by the
    /// ranks of its machine that may use the same one.
    package var threads: Int {
        guard count > 1, !cards.isEmpty else { return Cores.usable }
        let card = cards[rank]
        let neighbours = members(of: .machine).map { cards[$0] }
        let shares = card.cores.map { core in
            1 / Double(neighbours.count { $0.cores.contains(core) })
        }
        let cores =
            card.cores.isEmpty
            ? card.coresOfJob / neighbours.count : Int(shares.reduce(1e-6, +))
        let quota = card.coreQuota.map { $0 / Double(neighbours.count) }
        return Cores.usable(of: max(1, cores), quota: quota)
    }

    /// Sentences for the user where the launcher bound ranks to few cores, or where their threads
    /// are more than their machine's cores; empty where all is well.
    ///
    /// - Parameter asked: the threads of each rank where the user said how many.
    package func coreWarnings(threads asked: Int?) -> [String] {
        guard !cards.isEmpty else { return [] }
        return [tightnessWarning, count > 1 ? asked.flatMap(crowdWarning) : nil].compactMap(\.self)
    }

    /// The machine's ranks, by machine in their order.
    private var ranksByMachine: [[Int]] {
        (0..<count).reduce(into: []) { groups, rank in
            if let last = groups.last?.last, machines[last] == machines[rank] {
                groups[groups.count - 1].append(rank)
            } else {
                groups.append([rank])
            }
        }
    }

    private var tightnessWarning: String? {
        let tight = ranksByMachine.flatMap { ranks in
            ranks.filter { rank in
                let card = cards[rank]
                let share = Double(card.coresOfJob) / Double(ranks.count)
                return !card.cores.isEmpty && Double(card.cores.count) < share / 2
            }
        }
        guard let first = tight.first else { return nil }
        let others = tight.count == 1 ? "" : " and \(counted(tight.count - 1, "other"))"
        return """
            rank \(first)\(others) may use \(cards[first].cores.count) of \(machines[first])'s \
            \(counted(cards[first].coresOfJob, "core")), as the launcher bound it: mpirun \
            --bind-to none (Open MPI), srun --cpus-per-task (Slurm).
            """
    }

    private func crowdWarning(threads: Int) -> String? {
        for ranks in ranksByMachine {
            let cores = cards[ranks[0]].coresOfJob
            guard threads * ranks.count > cores else { continue }
            let better =
                cores < ranks.count
                ? "Start \(counted(cores, "rank"))" : "Use --threads \(cores / ranks.count)"
            return """
                \(counted(ranks.count, "rank")) of \(counted(threads, "thread")) on \
                \(machines[ranks[0]])'s \(counted(cores, "core")): more threads than cores gain \
                nothing. \(better).
                """
        }
        return nil
    }
}
