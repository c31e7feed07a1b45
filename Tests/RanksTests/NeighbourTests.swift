import Foundation
import Ranks
import Synchronization
import TestSupport
import Testing

@Suite struct NeighbourTests {
    private static func sleeper() throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        return process
    }

    /// A card of a process, as seen by those who share `scope`.
    private static func card(_ process: Int32?, scope: String = "here") -> RankCard {
        RankCard(
            scope: scope, process: process.flatMap(RankProcess.init(number:)), cores: [],
            coresOfJob: 2, coreQuota: nil)
    }

    @Test func `a process runs, is stopped and is gone`() throws {
        let process = try Self.sleeper()
        let number = process.processIdentifier
        let seen = try #require(RankProcess(number: number))
        #expect(seen.state == .runs)
        kill(number, SIGSTOP)
        while seen.state == .runs { usleep(1000) }
        #expect(seen.state == .stopped)
        kill(number, SIGKILL)
        process.waitUntilExit()
        #expect(seen.state == .gone)
        #expect(RankProcess(number: number) == nil)
    }

    @Test func `this process sees itself`() {
        let card = RankCard.current(environment: [:])
        #expect(card.process?.state == .runs)
        #expect(card.process?.number == getpid())
        #expect(!card.scope.isEmpty && !card.cores.isEmpty && card.coresOfJob > 0)
        #expect(RankCard.current(environment: ["SLURM_CPUS_ON_NODE": "1"]).coresOfJob == 1)
    }

    @Test func `a neighbour that dies ends the wait for it`() throws {
        let process = try Self.sleeper()
        let number = process.processIdentifier
        let failure = #expect(throws: RankFailure.self) {
            try withThreadRanks(2, machines: ["node017", "node017"]) { group in
                try group.exchangeCards(Self.card(group.isFirst ? getpid() : number))
                if group.isFirst {
                    kill(number, SIGKILL)
                    _ = try group.answers(during: "step 812")
                }
            }
        }
        process.waitUntilExit()
        #expect(
            failure?.description == "rank 1 (node017, process \(number)) has died in step 812")
    }

    @Test func `a neighbour that is stopped is told of, once`() throws {
        let process = try Self.sleeper()
        let number = process.processIdentifier
        let said = Said()
        _ = try withThreadRanks(2, machines: ["node017", "node017"]) { group in
            group.notify = { sentence in said.sentences.withLock { $0.append(sentence) } }
            try group.exchangeCards(Self.card(group.isFirst ? getpid() : number))
            if group.isFirst {
                kill(number, SIGSTOP)
                _ = try group.answers(during: "step 812")
            } else {
                usleep(3_200_000)
                try group.answer([])
            }
        }
        kill(number, SIGKILL)
        process.waitUntilExit()
        #expect(
            said.sentences.withLock { $0 } == [
                "rank 1 (node017) is stopped in step 812: kill -CONT \(number) lets it go on"
            ])
    }

    @Test func `processes of another container are not looked at`() throws {
        let process = try Self.sleeper()
        let number = process.processIdentifier
        _ = try withThreadRanks(2) { group in
            try group.exchangeCards(
                group.isFirst ? Self.card(getpid()) : Self.card(number, scope: "there"))
            if group.isFirst {
                kill(number, SIGKILL)
                _ = try group.answers(during: "step 812")
            } else {
                usleep(2_200_000)
                try group.answer([])
            }
        }
        process.waitUntilExit()
    }

    private final class Said: Sendable {
        let sentences = Mutex<[String]>([])
    }
}
