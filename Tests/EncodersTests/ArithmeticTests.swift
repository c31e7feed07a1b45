import Encoders
import Testing

@Suite("The arithmetic of a step")
struct ArithmeticTests {
    /// 8 columns, 2 heads, gated width 6, 3 layers of which the first is global, 10 words.
    private let tiny = ModernBERTConfiguration(
        vocabularySize: 10, hiddenSize: 8, intermediateSize: 6, layerCount: 3, headCount: 2
    ) { $0.localAttention = 4 }

    @Test("is what one counts by hand")
    func byHand() {
        // One sequence of 5 tokens, 2 of them scored. Forward, in multiply-adds: Wqkv takes 8 × 24
        // = 192 for 5 tokens in 3 layers; Wo 8 × 8 = 64, Wi 8 × 12 = 96 and Wo 6 × 8 = 48 for 5
        // tokens in 2 layers and for 2 in the last.
        let body = 5 * 3 * 192 + (5 * 2 + 2) * (64 + 96 + 48)
        // Pairs of tokens: 25 in the global layer; |i - j| <= 2 in two: 3 + 4 + 5 + 4 + 3. Each
        // pair takes 8 for its scores and 8 for its values.
        let attention = (25 + 2 * 19) * 16
        // The head: 8 × 8 and 8 × 10 for 2 tokens.
        let head = 2 * (64 + 80)
        let count = tiny.operations(sequenceLengths: [5], scoredTokens: 2)
        // Two operations each, forward once and backward twice.
        #expect(abs(count.body - Double(6 * body)) < 1e-6)
        #expect(abs(count.attention - Double(6 * attention)) < 1e-6)
        #expect(abs(count.head - Double(6 * head)) < 1e-6)
        #expect(abs(count.total - Double(6 * (body + attention + head))) < 1e-6)
    }

    @Test("of several sequences is the sum of theirs")
    func sums() {
        let both = tiny.operations(sequenceLengths: [3, 9], scoredTokens: 4)
        let first = tiny.operations(sequenceLengths: [3], scoredTokens: 1)
        let second = tiny.operations(sequenceLengths: [9], scoredTokens: 3)
        #expect(abs(both.total - first.total - second.total) < 1e-6)
        #expect(tiny.operations(sequenceLengths: [], scoredTokens: 0).total == 0)
    }

    @Test("of mmBERT small at 8 × 512 tokens, 30 % scored, is about 0.46 GFLOP a token")
    func small() {
        let count = ModernBERTConfiguration.mmBERTSmall.operations(
            sequenceLengths: Array(repeating: 512, count: 8), scoredTokens: 1229)
        #expect(abs(count.total / 4096 / 1e9 - 0.46) < 0.01)
    }
}
