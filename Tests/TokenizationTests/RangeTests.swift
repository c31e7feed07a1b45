import Foundation
import TestSupport
import Testing
import Tokenization

/// Where pieces stand in text, against the tokenizers library and SentencePiece.
@Suite struct RangeTests {
    private let fixtures: ExampleFixtures

    init() throws { fixtures = try ExampleFixtures() }

    /// In what our range of a piece differs from the library's; nil where it does not.
    private func difference(_ ours: Range<Int>, _ theirs: Range<Int>) -> String? {
        if ours == theirs { return nil }
        // The library gives a space that it put in front the character behind it.
        if ours.isEmpty, ours.lowerBound == theirs.lowerBound { return "space in front" }
        // It gives a composed character only the first of those that it was composed from.
        if ours.lowerBound <= theirs.lowerBound, theirs.upperBound <= ours.upperBound {
            return "composed"
        }
        // It gives bytes of neighbouring unknown characters all of these.
        if theirs.lowerBound <= ours.lowerBound, ours.upperBound <= theirs.upperBound {
            return "bytes"
        }
        return "wrong"
    }

    @Test func `ranges equal the tokenizers library's but where text is changed`() {
        let expected = [
            "byte-level, as it is": ["composed"], "byte-level, NFKD": ["composed"],
            "byte-level, a space in front": ["composed", "space in front"],
            "byte-level, RoBERTa's pairs": ["composed"], "byte-level, BERT's pairs": ["composed"],
            "unigram, as it is": ["bytes"],
            "unigram, words with spaces in front": ["bytes", "space in front"],
        ]
        #expect(fixtures.variants.count == 11)
        for (variant, tokenizer) in fixtures.variants {
            var found: Set<String> = []
            for (text, entry) in zip(fixtures.texts, variant.texts) {
                let encoded = tokenizer.encodeWithRanges(text)
                #expect(encoded.ids == entry.ids, "\(variant.title): \(text.debugDescription)")
                guard encoded.ids == entry.ids else { continue }
                let offsets = ExampleFixtures.offsets(encoded.ranges, of: text)
                for place in stride(from: 0, to: offsets.count, by: 2) {
                    let kind = difference(
                        offsets[place]..<offsets[place + 1],
                        entry.offsets[place]..<entry.offsets[place + 1])
                    if let kind { found.insert(kind) }
                    #expect(kind != "wrong", "\(variant.title): \(text.debugDescription) \(place)")
                }
            }
            #expect(found == Set(expected[variant.title] ?? []), "\(variant.title)")
        }
    }

    @Test func `ranges ascend, lie between characters and cover all that is no space`() {
        for (variant, tokenizer) in fixtures.variants {
            for text in fixtures.texts {
                let (encoded, utf8) = (tokenizer.encodeWithRanges(text), Array(text.utf8))
                #expect(encoded.ids == tokenizer.encode(text))
                var isCovered = [Bool](repeating: false, count: utf8.count)
                var last = 0..<0
                for range in encoded.ranges {
                    #expect(
                        range.lowerBound >= last.lowerBound && range.upperBound >= last.upperBound)
                    #expect(
                        [range.lowerBound, range.upperBound].allSatisfy {
                            $0 == utf8.count || utf8[$0] & 0xc0 != 0x80
                        })
                    for place in range { isCovered[place] = true }
                    last = range
                }
                let bare = utf8.indices.filter { !isCovered[$0] }.map { utf8[$0] }
                #expect(bare.allSatisfy { $0 == 0x20 }, "\(variant.title): \(text)")
            }
        }
    }

    @Test func `the text of a range encodes to its piece where the piece is that text`() throws {
        for (variant, tokenizer) in fixtures.variants where !variant.name.contains("front") {
            var count = 0
            for text in fixtures.texts {
                let (encoded, utf8) = (tokenizer.encodeWithRanges(text), Array(text.utf8))
                for (id, range) in zip(encoded.ids, encoded.ranges) {
                    let part = String(decoding: utf8[range], as: UTF8.self)
                    guard id != tokenizer.special.unknown,
                        Array(tokenizer.decode([id]).utf8) == Array(part.utf8)
                    else { continue }
                    #expect(tokenizer.encode(part) == [id], "\(variant.title): \(part)")
                    count += 1
                }
            }
            #expect(count > 300, "\(variant.title)")
        }
    }

    @Test func `characters that a form changes have the places of those they come from`() throws {
        let tokenizer = try fixtures.tokenizer("byte-level", "NFKD")
        // ﬁ becomes two letters, é a letter and a mark, 한 three letters.
        let text = "x\u{fb01}y e\u{301}\u{e9} \u{d55c}z"
        let encoded = tokenizer.encodeWithRanges(text)
        let ranges = Set(encoded.ranges.filter { $0.count > 1 || $0.lowerBound > 0 })
        for (range, character) in [(1..<4, "\u{fb01}"), (4..<5, "y"), (9..<11, "\u{e9}")] {
            #expect(Array(text.utf8)[range].elementsEqual(character.utf8))
            #expect(ranges.contains(range), "\(character)")
        }
        #expect(encoded.ranges.last == 15..<16)
    }

    @Test func `a model's own changes of text are followed as SentencePiece does it`() throws {
        struct Entry: Decodable {
            var text: String
            var ids: [Int32]
            var offsets: [Int]
        }
        let entries = try JSONDecoder().decode(
            [Entry].self, from: Data(Fixtures.bytes("Tokenization/rules.json")))
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/rules.model"))
        for entry in entries {
            let encoded = tokenizer.encodeWithRanges(entry.text)
            #expect(encoded.ids == entry.ids)
            #expect(encoded.ids == tokenizer.encode(entry.text))
            for (place, range) in encoded.ranges.enumerated() {
                let theirs = entry.offsets[2 * place]..<entry.offsets[2 * place + 1]
                // It gives several pieces of one character to the last of them.
                #expect(
                    range == theirs || theirs.isEmpty && range.lowerBound == theirs.lowerBound,
                    "\(entry.text.debugDescription): \(range), \(theirs)")
            }
        }
        let text = "a\u{334d}"
        let encoded = tokenizer.encodeWithRanges(text)
        #expect(tokenizer.decode(encoded.ids) == "aメートル")
        #expect(Array(encoded.ranges.prefix(2)) == [0..<0, 0..<1])
        #expect(encoded.ranges.dropFirst(2).allSatisfy { $0 == 1..<4 })
    }
}
