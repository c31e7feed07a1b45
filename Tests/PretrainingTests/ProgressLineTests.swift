import Pretraining
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

    @Test("says 1 language, not 1 languages")
    func oneLanguage() {
        var state = ProgressLine.State()
        state.languages = 1
        #expect(ProgressLine.line(state, tokensPerSecond: 1).hasSuffix(" · 1 language"))
    }
}
