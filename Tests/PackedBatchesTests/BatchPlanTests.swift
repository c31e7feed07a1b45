import PackedBatches
import TestSupport
import Testing

@Suite struct BatchPlanTests {
    @Test("Every sequence is in one batch, and no batch exceeds the budget", arguments: vectorEdges)
    func packs(count: Int) {
        let lengths = testIndices(count, below: 100, seed: 3).map { 1 + Int($0) }
        let plan = BatchPlan(lengths: lengths, budget: 128)
        #expect(plan.batches.joined().sorted() == Array(0..<count))
        for batch in plan.batches {
            #expect(batch.reduce(0) { $0 + lengths[$1] } <= 128)
        }
    }

    @Test("Long sequences come first, equal ones in their order")
    func sorts() {
        let plan = BatchPlan(lengths: [3, 9, 3, 7, 9], budget: 18)
        #expect(plan.batches == [[1, 4], [3, 0, 2]])
    }

    @Test("A sequence longer than the budget is a batch of its own")
    func longSequences() {
        let plan = BatchPlan(lengths: [2, 50, 8, 60], budget: 10)
        #expect(plan.batches == [[3], [1], [2, 0]])
    }
}
