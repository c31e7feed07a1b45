import Foundation
import Host

/// What a rank says about itself when it joins: where its process can be seen, and which cores it
/// may use.
package struct RankCard: Codable, Equatable, Sendable {
    /// The start of the machine and the process numbers' namespace: processes of equal scopes see
    /// one another. Empty where the system does not tell.
    package var scope: String
    /// Its process; nil where `/proc` does not show it.
    package var process: RankProcess?
    /// The numbers of the cores that it may use; empty where they are not known.
    package var cores: [Int]
    /// The cores that the job has on its machine.
    package var coresOfJob: Int
    /// Cores' worth of time that the control group allows.
    package var coreQuota: Double?

    /// A card with these contents.
    package init(
        scope: String, process: RankProcess?, cores: [Int], coresOfJob: Int, coreQuota: Double?
    ) {
        self.scope = scope
        self.process = process
        self.cores = cores
        self.coresOfJob = coresOfJob
        self.coreQuota = coreQuota
    }

    /// This process's card.
    ///
    /// - Parameter environment: read for `SLURM_CPUS_ON_NODE`, the cores that a job has.
    package static func current(environment: [String: String]) -> RankCard {
        let start = try? String(
            contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        let ofJob = environment["SLURM_CPUS_ON_NODE"].flatMap { Int($0) }
        return RankCard(
            scope: start.flatMap { start in space.map { start + $0 } } ?? "",
            process: .current, cores: Cores.numbers,
            coresOfJob: min(Cores.ofMachine, ofJob ?? .max),
            coreQuota: ControlGroup.current.coreQuota)
    }
}
