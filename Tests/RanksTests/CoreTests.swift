import Ranks
import TestSupport
import Testing

@Suite struct CoreTests {
    /// What each rank takes and what rank 0 warns of, where ranks may use these cores.
    private static func outcome(
        _ cores: [[Int]], of coresOfJob: Int, machines: [String]? = nil, quota: Double? = nil,
        threads: Int? = nil
    ) throws -> (threads: [Int], warnings: [String]) {
        let results = try withThreadRanks(cores.count, machines: machines) { group in
            try group.exchangeCards(
                RankCard(
                    scope: "", process: nil, cores: cores[group.rank], coresOfJob: coresOfJob,
                    coreQuota: quota))
            return (group.threads, group.coreWarnings(threads: threads))
        }
        return (results.map(\.0), results[0].1)
    }

    @Test func `ranks that may use all cores share them`() throws {
        let outcome = try Self.outcome(Array(repeating: Array(0..<64), count: 4), of: 64)
        #expect(outcome.threads == [16, 16, 16, 16])
        #expect(outcome.warnings == [])
    }

    @Test func `bound ranks take the cores that are theirs`() throws {
        let outcome = try Self.outcome([Array(0..<32), Array(32..<64)], of: 64)
        #expect(outcome.threads == [32, 32])
        #expect(outcome.warnings == [])
    }

    @Test func `ranks of other machines do not share`() throws {
        let all = Array(0..<8)
        let outcome = try Self.outcome([all, all, all], of: 8, machines: ["a", "a", "b"])
        #expect(outcome.threads == [4, 4, 8])
    }

    @Test func `more ranks than cores take one thread each`() throws {
        let outcome = try Self.outcome(Array(repeating: [0, 1], count: 4), of: 2)
        #expect(outcome.threads == [1, 1, 1, 1])
    }

    @Test func `a control group's time is shared too`() throws {
        let outcome = try Self.outcome([Array(0..<64), Array(0..<64)], of: 64, quota: 8)
        #expect(outcome.threads == [4, 4])
    }

    @Test func `where cores are not known ranks share those of the job`() throws {
        #expect(try Self.outcome([[], []], of: 8).threads == [4, 4])
    }

    @Test func `a rank that is bound too tightly is told of`() throws {
        let outcome = try Self.outcome([[0], [1]], of: 64, machines: ["node017", "node018"])
        #expect(
            outcome.warnings == [
                """
                rank 0 and 1 other may use 1 of node017's 64 cores, as the launcher bound it: \
                mpirun --bind-to none (Open MPI), srun --cpus-per-task (Slurm).
                """
            ])
    }

    @Test func `more threads than cores are told of`() throws {
        let outcome = try Self.outcome(
            Array(repeating: Array(0..<32), count: 4), of: 32, threads: 16)
        #expect(
            outcome.warnings == [
                """
                4 ranks of 16 threads on node's 32 cores: more threads than cores gain nothing. \
                Use --threads 8.
                """
            ])
        #expect(
            try Self.outcome(Array(repeating: Array(0..<32), count: 4), of: 32, threads: 8)
                .warnings == [])
    }
}
