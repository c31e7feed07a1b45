import Pretraining
import Testing

@Suite("The pace of ranks")
struct RankPaceTests {
    @Test("a rank that is slow in twenty steps in a row is named once")
    func slow() throws {
        var pace = RankPace()
        var said: [(step: Int, slow: RankPace.Slow)] = []
        for step in 1...60 {
            let slow = pace.slowRank(computing: [8, 8.2, 12.4, 7.9], microbatches: [4, 4, 4, 4])
            if let slow { said.append((step, slow)) }
        }
        #expect(said.count == 1)
        let first = try #require(said.first)
        #expect(first.step == 20)
        #expect(first.slow.rank == 2 && first.slow.seconds == 3.1 && first.slow.usual == 2)
    }

    @Test("a pause begins the count again")
    func pause() {
        var pace = RankPace()
        for step in 1...60 {
            let last = step % 15 == 0 ? 1.0 : 2
            #expect(pace.slowRank(computing: [1, last], microbatches: [1, 1]) == nil)
        }
    }

    @Test("a rank with more microbatches is not slow, one without any is not asked")
    func uneven() {
        var pace = RankPace()
        for _ in 1...60 {
            #expect(pace.slowRank(computing: [2, 1, 0], microbatches: [2, 1, 0]) == nil)
        }
        #expect(pace.slowRank(computing: [], microbatches: []) == nil)
    }
}
