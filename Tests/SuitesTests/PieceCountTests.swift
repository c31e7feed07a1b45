import LabelledText
import Suites
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite("Counts of pieces")
struct PieceCountTests {
    @Test("of a pair are those of either text and those of both, as often as both have them")
    func pairs() {
        let pieces = PieceFeatures.pair([5, 7, 7, 9], [7, 7, 7, 2, 5], vocabulary: 100)
        #expect(
            pieces == [5, 7, 7, 9] + [107, 107, 107, 102, 105] + [207, 207, 205])
    }

    @Test("give each word its most frequent tag, and an unknown one that of its first piece")
    func tags() throws {
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/tiny.model"))
        let learned = [
            TaggedWords(words: ["zq", "a", "a", "a"], tags: ["X", "DET", "NOUN", "DET"]),
            TaggedWords(words: ["zqq", "ov"], tags: ["Y", "DET"]),
            TaggedWords(words: ["zqqq", "zqqq"], tags: ["Y", "Y"]),
        ]
        let tags = FrequentTags(
            learning: learned, tokenizer: tokenizer, parallel: Parallel(threads: 1))
        let found = tags.tags(
            of: [TaggedWords(words: ["zq", "a", "zqzq", "a"], tags: nil)], tokenizer: tokenizer,
            parallel: Parallel(threads: 1))
        // As first word zq has the pieces that it had in training.
        #expect(found[0][0] == "X")
        #expect(found[0][1] == "DET" && found[0][3] == "DET")
    }
}
