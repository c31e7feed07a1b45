import Foundation
import TestSupport
import Testing
import Tokenization

/// Templates, cutting and windows, against the tokenizers library.
@Suite struct SequenceTests {
    private let fixtures: ExampleFixtures

    init() throws { fixtures = try ExampleFixtures() }

    @Test func `pairs have the library's tokens around them and types`() {
        for (variant, tokenizer) in fixtures.variants where variant.file != "converted" {
            for pair in variant.pairs {
                let ids = pair.texts.map { tokenizer.encode(fixtures.texts[$0]) }
                let sequence = tokenizer.template.pair(ids[0], ids[1])
                #expect(sequence.ids == pair.ids, "\(variant.title)")
                #expect(sequence.types == pair.types, "\(variant.title)")
                #expect(sequence.ids[sequence.first].elementsEqual(ids[0]))
                #expect(sequence.ids[sequence.second].elementsEqual(ids[1]))
                #expect(sequence.cut == 0)
            }
        }
    }

    @Test func `one text stands between the tokens of its ends`() throws {
        for (_, tokenizer) in fixtures.variants {
            let sequence = tokenizer.template.single([7, 8, 9])
            #expect(sequence.ids == [tokenizer.special.begin, 7, 8, 9, tokenizer.special.end])
            #expect(sequence.first == 1..<4 && sequence.second.isEmpty)
            #expect(sequence.types == [0, 0, 0, 0, 0])
            let cut = tokenizer.template.single([7, 8, 9], limit: 4)
            #expect(cut.ids == [tokenizer.special.begin, 7, 8, tokenizer.special.end])
            #expect(cut.cut == 1)
        }
    }

    @Test func `a conversion that lacks an end and a bare model have the usual pairs`() throws {
        let model = try Tokenizer(path: Fixtures.path("Tokenization/gemma-like.model"))
        for tokenizer in [try fixtures.tokenizer("converted"), model] {
            let (begin, end) = (tokenizer.special.begin, tokenizer.special.end)
            #expect(tokenizer.template.pair([7], [8, 9]).ids == [begin, 7, end, 8, 9, end])
        }
    }

    @Test func `a class that puts both ends around a text puts them around each of two`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Tokenization/tokenizer.json"), to: "tokenizer.json")
        try folder.write(
            """
            {"tokenizer_class": "GemmaTokenizer", "add_eos_token": true, "bos_token": "<bos>",
             "eos_token": "<eos>"}
            """, to: "tokenizer_config.json")
        let tokenizer = try Tokenizer(path: folder.path)
        let (begin, end) = (tokenizer.special.begin, tokenizer.special.end)
        let pair = tokenizer.template.pair([7], [8, 9])
        #expect(pair.ids == [begin, 7, end, begin, 8, 9, end])
        #expect(pair.types == [0, 0, 0, 1, 1, 1, 1])
    }

    @Test func `pairs are cut to the library's lengths`() throws {
        let cases = try JSONDecoder().decode(
            [Int].self, from: Data(Fixtures.bytes("Tokenization/cutting.json")))
        #expect(cases.count == 5 * 3000)
        for start in stride(from: 0, to: cases.count, by: 5) {
            let (first, second, room) = (cases[start], cases[start + 1], cases[start + 2])
            let kept = PairCutting.longestFirst.counts(first, second, room: room)
            #expect(
                [kept.first, kept.second] == Array(cases[(start + 3)..<(start + 5)]),
                "\(first) and \(second) in \(room)")
            let other = PairCutting.onlySecond.counts(first, second, room: room)
            #expect(other.first == min(first, room))
            #expect(other.second == min(second, room - other.first))
        }
        let template = try fixtures.tokenizer("unigram").template
        let pair = template.pair([5, 6, 7, 8, 9], [15], limit: 7)
        #expect(pair.ids == [1, 5, 6, 7, 2, 15, 2] && pair.cut == 2)
        let second = template.pair([5, 6], [15, 16, 17], limit: 6, cutting: .onlySecond)
        #expect(second.ids == [1, 5, 6, 2, 15, 2] && second.cut == 2)
    }

    @Test func `windows are the library's overflowing parts`() {
        var count = 0
        for (variant, tokenizer) in fixtures.variants where variant.file != "converted" {
            for entry in variant.windows {
                let windows = ContextWindows(
                    question: entry.question, context: entry.context, tokenizer: tokenizer,
                    limit: entry.limit, stride: entry.stride)
                #expect(windows.windows.map(\.sequence.ids) == entry.windows.map(\.ids))
                #expect(windows.questionCut == 0)
                guard windows.windows.count == entry.windows.count else { continue }
                for (window, theirs) in zip(windows.windows, entry.windows) {
                    #expect(
                        theirs.rows == [
                            window.sequence.second.lowerBound, window.sequence.second.upperBound,
                        ])
                    let offsets = ExampleFixtures.offsets(
                        windows.ranges[window.tokens], of: entry.context)
                    #expect(
                        offsets == theirs.offsets
                            || !["as it is", "not normalised"].contains(
                                variant.name)
                            || variant.file == "unigram", "\(variant.title)")
                    count += 1
                }
            }
        }
        #expect(count > 100)
    }

    @Test func `answers are found in the windows that have them, and come back`() throws {
        let context = "日本 pata \u{1f600}\u{1f600} กานิ, ka  the house's  roof e\u{301}x"
        let utf8 = Array(context.utf8)
        for (variant, tokenizer) in fixtures.variants {
            let windows = ContextWindows(
                question: "pa?", context: context, tokenizer: tokenizer, limit: 26, stride: 16)
            #expect(windows.windows.count > 1)
            for answer in ["日本", "pata", "\u{1f600}", "กานิ", "the house", "roof", "e\u{301}x"] {
                let start = try #require(utf8.ranges(of: Array(answer.utf8)).first).lowerBound
                let bytes = start..<(start + answer.utf8.count)
                let found = windows.windows.compactMap { window in
                    windows.rows(covering: bytes, in: window).map { ($0, window) }
                }
                #expect(!found.isEmpty, "\(variant.title): \(answer)")
                for (rows, window) in found {
                    let range = windows.bytes(ofRows: rows, in: window)
                        .withoutWhiteSpace(in: utf8.span)
                    #expect(range.lowerBound <= bytes.lowerBound)
                    #expect(range.upperBound >= bytes.upperBound)
                    #expect(range.count <= bytes.count + 4, "\(variant.title): \(answer)")
                }
            }
        }
    }

    @Test func `an empty context is one window, and an endless question leaves it room`() throws {
        let tokenizer = try fixtures.tokenizer("tokenizer")
        let empty = ContextWindows(
            question: "pa", context: "", tokenizer: tokenizer, limit: 8, stride: 2)
        #expect(empty.windows.map(\.tokens) == [0..<0])
        let long = ContextWindows(
            question: [Int32](repeating: 9, count: 50),
            context: tokenizer.encodeWithRanges("pa ta ka la ma"), template: tokenizer.template,
            limit: 13, stride: 3)
        #expect(long.questionCut == 45)
        #expect(long.windows.allSatisfy { $0.sequence.first.count == 5 && $0.tokens.count <= 5 })
        #expect(long.windows.last?.tokens.upperBound == long.ranges.count)
    }
}
