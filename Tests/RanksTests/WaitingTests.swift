import Foundation
import Ranks
import Synchronization
import TestSupport
import Testing

@Suite struct WaitingTests {
    private static let machines = ["node017", "node017", "node018"]

    @Test func `a rank that never answers is named`() throws {
        let failure = #expect(throws: RankFailure.self) {
            try withThreadRanks(3, machines: Self.machines, patience: .seconds(1)) { group in
                if group.isFirst {
                    _ = try group.answers(during: "step 812")
                } else if group.rank == 1 {
                    try group.answer([1])
                }
            }
        }
        #expect(
            failure?.description
                == "rank 2 (node018) has not answered for 1 s in step 812")
    }

    @Test func `several ranks that never answer are named together`() throws {
        let failure = #expect(throws: RankFailure.self) {
            try withThreadRanks(3, machines: Self.machines, patience: .milliseconds(100)) { group in
                if group.isFirst { _ = try group.answers(during: "step 812") }
            }
        }
        #expect(failure?.description == "all other ranks have not answered for 0 s in step 812")
    }

    @Test func `a rank 0 that says nothing is named by the others`() throws {
        let failure = #expect(throws: RankFailure.self) {
            try withThreadRanks(2, machines: ["a", "b"], patience: .milliseconds(100)) { group in
                if !group.isFirst { _ = try group.hear() }
            }
        }
        #expect(failure?.description == "rank 0 (a) has not answered for 1 s")
    }

    @Test func `a long wait is said, and again when it has doubled`() throws {
        let said = Said()
        _ = try withThreadRanks(2, machines: ["a", "b"]) { group in
            guard group.isFirst else {
                usleep(3_500_000)
                return try group.answer([7])
            }
            group.silence = .milliseconds(1000)
            group.notify = { sentence in said.sentences.withLock { $0.append(sentence) } }
            #expect(try group.answers(during: "step 7") == [[], [7]])
        }
        let sentences = said.sentences.withLock { $0 }
        #expect(sentences.count == 2)
        for sentence in sentences {
            #expect(sentence.hasPrefix("waiting for rank 1 (b) for "))
            #expect(sentence.hasSuffix(" s, step 7"))
        }
    }

    private final class Said: Sendable {
        let sentences = Mutex<[String]>([])
    }
}
