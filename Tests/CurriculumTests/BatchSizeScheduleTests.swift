import Curriculum
import Testing

@Suite("Batch size")
struct BatchSizeScheduleTests {
    /// mmBERT base: from 384 to 4,608 sequences of 1,024 tokens over 60B tokens.
    let published = BatchSizeSchedule(
        tokens: 4608 * 1024, from: 384 * 1024, warmupTokens: 60_000_000_000)

    @Test("The warm-up of mmBERT base switches where its recipe does")
    func publishedSwitchPoints() {
        let billions = published.dwells.map { Double($0.end) / 1e9 }
        let expected = [
            0.91, 2.73, 5.45, 9.09, 13.64, 19.09, 25.45, 32.73, 40.91, 50, 60,
        ]
        #expect(billions.count == expected.count)
        // The published points have two decimals.
        for (point, expected) in zip(billions, expected) {
            #expect(abs(point - expected) <= 0.005 + 1e-12)
        }
        #expect(published.dwells.map(\.batchTokens) == (1...11).map { $0 * 384 * 1024 })
    }

    @Test("mmBERT small's warm-up is base's, five thirds as long")
    func switchPointsOfSmall() {
        let small = BatchSizeSchedule(
            tokens: 4608 * 1024, from: 384 * 1024, warmupTokens: 100_000_000_000)
        let billions = small.dwells.map { (Double($0.end) / 1e7).rounded() / 100 }
        #expect(
            billions == [1.52, 4.55, 9.09, 15.15, 22.73, 31.82, 42.42, 54.55, 68.18, 83.33, 100])
    }

    @Test("Quantities as a recipe writes them switch at the same points")
    func roundedQuantities() {
        let rounded = BatchSizeSchedule(
            tokens: 4_700_000, from: 393_000, warmupTokens: 60_000_000_000)
        #expect(rounded.dwells.map(\.end) == published.dwells.map(\.end))
    }

    @Test("Every size takes about the same number of steps")
    func equalSteps() {
        var start = 0
        for dwell in published.dwells {
            let steps = Double(dwell.end - start) / Double(dwell.batchTokens)
            #expect(abs(steps - 60e9 / (66 * 384 * 1024)) < 1)
            start = dwell.end
        }
    }

    @Test("A size holds up to its switch point, and the full size from the warm-up's end on")
    func sizesOverTheClock() {
        let schedule = BatchSizeSchedule(tokens: 40, from: 10, warmupTokens: 600)
        #expect(schedule.dwells.map(\.end) == [100, 300, 600])
        let sizes = [0, 99, 100, 299, 300, 599, 600, 9999].map(schedule.batchTokens)
        #expect(sizes == [10, 10, 20, 20, 30, 30, 40, 40])
    }

    @Test("The last growth is smaller where the increment does not divide the way")
    func unevenIncrement() {
        let schedule = BatchSizeSchedule(tokens: 35, from: 10, increment: 10, warmupTokens: 60)
        #expect(schedule.dwells.map(\.batchTokens) == [10, 20, 30])
        #expect(schedule.batchTokens(at: 60) == 35)
    }

    @Test("Without a warm-up every batch is full")
    func withoutWarmup() {
        #expect(BatchSizeSchedule(tokens: 7).batchTokens(at: 0) == 7)
        #expect(BatchSizeSchedule(tokens: 7, from: 2).batchTokens(at: 0) == 7)
        #expect(BatchSizeSchedule(tokens: 7, warmupTokens: 100).batchTokens(at: 0) == 7)
    }
}
