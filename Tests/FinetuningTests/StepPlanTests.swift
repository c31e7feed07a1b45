import Finetuning
import Testing

/// Which examples each step learns from.
@Suite struct StepPlanTests {
    private func bytes(_ texts: [[String]]) -> [[[UInt8]]] {
        texts.map { $0.map { Array($0.utf8) } }
    }

    @Test func `every example comes once in an epoch, in another order in the next`() {
        let plan = StepPlan(count: 10, batch: 4, epochs: 2.5, seed: 1)
        #expect(plan.total == 8 && plan.firstEpoch == 3 && plan.shortSteps == 0)
        let epochs = [0..<3, 3..<6].map { $0.map { Array(plan.examples(of: $0)) } }
        for epoch in epochs {
            #expect(epoch.map(\.count) == [4, 4, 2])
            #expect(epoch.flatMap(\.self).sorted() == Array(0..<10))
        }
        #expect(epochs[0] != epochs[1])
        #expect(plan.examples(of: 6).count == 4 && plan.examples(of: 7).count == 4)
        #expect(plan.epochs(after: 3) == 1 && plan.epochs(after: 4) == 1 + 1.0 / 3)
        #expect((0...8).filter { plan.isEndOfEpoch(after: $0) } == [3, 6])
    }

    @Test func `no text comes twice in a batch, and every row once in an epoch`() {
        // Anchors of 12 kinds, positives of 7.
        let texts = (0..<100).map { ["a\($0 % 12)", "p\($0 * $0 % 7)"] }
        let plan = StepPlan(count: 100, batch: 5, epochs: 2, seed: 3, texts: bytes(texts))
        var step = 0
        for epoch in 1...2 {
            var seen: [Int] = []
            while !plan.isEndOfEpoch(after: step) || seen.isEmpty {
                let batch = Array(plan.examples(of: step))
                let all = batch.flatMap { texts[$0] }
                #expect(Set(all).count == all.count && !batch.isEmpty && batch.count <= 5)
                seen += batch
                step += 1
            }
            #expect(seen.sorted() == Array(0..<100))
            #expect(plan.epochs(after: step) == Double(epoch))
        }
        #expect(step == plan.total)
    }

    @Test func `steps are counted as they come, not by the number of rows`() {
        let same = StepPlan(
            count: 6, batch: 4, epochs: 1, seed: 1, texts: bytes((0..<6).map { ["a", "p\($0)"] }))
        #expect(same.total == 6 && same.shortSteps == 5)
        let half = StepPlan(
            count: 6, batch: 4, epochs: 0.5, seed: 1,
            texts: bytes((0..<6).map { ["a", "p\($0)"] }))
        #expect(half.total == 3)
        // A row whose texts are equal is still a row.
        let own = StepPlan(
            count: 2, batch: 2, epochs: 1, seed: 1, texts: bytes([["a", "a"], ["b", "c"]]))
        #expect(own.total == 1)
    }
}
