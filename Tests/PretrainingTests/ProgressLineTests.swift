import Pretraining
import Recipes
import Testing

@Suite("The progress line")
struct ProgressLineTests {
    @Test("says phase, tokens, loss, speed, time left, mask ratio, learning rate and languages")
    func line() {
        var state = ProgressLine.State()
        state.stage = "pretrain"
        state.stageTokens = 1_234_567
        state.stageTotal = 4_000_000
        state.loss = 5.1234
        state.maskRatio = 0.3
        state.learningRate = 8e-4
        state.languages = 60
        state.tokensLeft = 2_928_000
        #expect(
            ProgressLine.line(state, tokensPerSecond: 6100) == """
                pretrain 1.23M of 4M · loss 5.123 · 6.1k tokens/s · 8 min left · mask 30 % · \
                lr 8.00e-4 · 60 languages
                """)
    }

    @Test("has a place for every ratio and rate")
    func smallNumbers() {
        var state = ProgressLine.State()
        state.maskRatio = 0.225
        #expect(ProgressLine.line(state, tokensPerSecond: 1).contains("mask 22.5 % · lr 0.00 "))
        state.learningRate = 1.25e-12
        #expect(ProgressLine.line(state, tokensPerSecond: 1).contains("lr 1.25e-12 "))
        state.learningRate = 1
        #expect(ProgressLine.line(state, tokensPerSecond: 1).contains("lr 1.00 "))
    }

    @Test("does not know the time left before the first step")
    func noSpeed() {
        var state = ProgressLine.State()
        state.tokensLeft = 1_000_000
        #expect(ProgressLine.line(state, tokensPerSecond: 0).contains("0 tokens/s · ? left"))
    }

    @Test(
        "Counts have three digits and a unit",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1k"), (1234, "1.23k"), (12_345, "12.3k"),
            (393_000, "393k"), (999_499, "999k"), (999_500, "1M"), (4_718_592, "4.72M"),
            (60_000_000_000, "60B"), (2_300_000_000_000, "2.3T"),
        ])
    func counts(count: Int, text: String) {
        #expect(shortCount(count) == text)
    }

    @Test(
        "Durations have the units that people use",
        arguments: [
            (0, "0 s"), (44.6, "45 s"), (89, "89 s"), (90, "2 min"), (480, "8 min"),
            (5399, "90 min"), (5400, "1 h 30 min"), (7500, "2 h 05 min"),
            (172_799, "47 h 59 min"), (273_600, "3 d 4 h"), (.infinity, "?"), (.nan, "?"),
        ])
    func durations(seconds: Double, text: String) {
        #expect(shortDuration(seconds: seconds) == text)
    }
}
