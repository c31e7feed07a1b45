import TestSupport
import Testing
import Tokenization

/// Words of sentences as pieces, and places in code points.
@Suite struct WordPiecesTests {
    private let fixtures: ExampleFixtures

    init() throws { fixtures = try ExampleFixtures() }

    @Test func `words alone have the pieces of transformers' words`() {
        for (variant, tokenizer) in fixtures.variants {
            for (words, entry) in zip(fixtures.words, variant.words) {
                let pieces = WordPieces(words, tokenizer: tokenizer, manner: .alone)
                #expect(pieces.ids == entry.ids, "\(variant.title): \(words)")
                let places = pieces.places.enumerated().flatMap { word, place in
                    repeatElement(word, count: place.count)
                }
                #expect(places == entry.words, "\(variant.title): \(words)")
            }
        }
    }

    @Test func `words in text have their spaces, and pieces of their own`() throws {
        let words = ["the", "house", "'s", "roof", "日本", "語", "😀"]
        let spaces = [true, true, false, true, true, false, true]
        let text = "the house's roof 日本語 😀"
        for (variant, tokenizer) in fixtures.variants {
            let pieces = WordPieces(words, spaces: spaces, tokenizer: tokenizer)
            #expect(pieces.places.allSatisfy { !$0.isEmpty })
            // Every piece of one word, and together the text.
            let decoded = tokenizer.decode(pieces.ids)
            let isKnown = !pieces.ids.contains(tokenizer.special.unknown)
            #expect(!isKnown || [text, " " + text].contains(decoded), "\(variant.title)")
            var (ranges, end) = ([Range<Int>](), 0)
            for (word, space) in zip(words, spaces) {
                let start = end + (space && end > 0 ? 1 : 0)
                end = start + word.utf8.count
                ranges.append(start..<end)
            }
            let same = WordPieces(of: text, words: ranges, tokenizer: tokenizer)
            #expect(same.ids == pieces.ids && same.places == pieces.places)
        }
        let byteLevel = try fixtures.tokenizer("byte-level")
        let inText = WordPieces(["the", "house"], tokenizer: byteLevel)
        #expect(inText.ids == byteLevel.encode("the house"))
        let alone = WordPieces(["the", "house"], tokenizer: byteLevel, manner: .alone)
        #expect(alone.ids == byteLevel.encode("the") + byteLevel.encode("house"))
        #expect(alone.ids != inText.ids)
    }

    @Test func `with a space in front of every word both manners are one`() throws {
        let tokenizer = try fixtures.tokenizer("unigram", "words with spaces in front")
        for words in fixtures.words where !words.contains("") {
            let (a, b) = (
                WordPieces(words, tokenizer: tokenizer),
                WordPieces(words, tokenizer: tokenizer, manner: .alone)
            )
            #expect(a.ids == b.ids && a.places == b.places)
        }
        let spaces = [false, true, false]
        let joined = WordPieces(["pa", "ta", "ka"], spaces: spaces, tokenizer: tokenizer)
        #expect(tokenizer.decode(joined.ids) == "pa taka")
    }

    @Test func `a SentencePiece model that puts a space in front does not inside of text`() throws {
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/rules.model"))
        let words = ["the", "house", "'s", "日本", "語"]
        let pieces = WordPieces(
            words, spaces: [true, true, false, true, false], tokenizer: tokenizer)
        #expect(tokenizer.decode(pieces.ids) == "the house's 日本語")
        let apart = WordPieces(words, tokenizer: tokenizer)
        #expect(apart.ids == tokenizer.encode("the house 's 日本 語"))
        let text = "the \u{3000} house"
        let spaced = WordPieces(of: text, words: [0..<3, 8..<13], tokenizer: tokenizer)
        #expect(tokenizer.decode(spaced.ids).hasPrefix("the"))
        #expect(spaced.places.count == 2)
    }

    @Test func `a word without pieces is unknown in text and nothing alone`() throws {
        let tokenizer = try fixtures.tokenizer("tokenizer")
        let words = ["pa", "", "ta"]
        let inText = WordPieces(
            words, spaces: [true, false, true], tokenizer: tokenizer)
        #expect(inText.ids[inText.places[1]].elementsEqual([tokenizer.special.unknown]))
        let alone = WordPieces(words, tokenizer: tokenizer, manner: .alone)
        let part = alone.truncated(tokenizer.template, limit: 50).part
        #expect(part.firstRows == [1, nil, 1 + alone.places[2].lowerBound])
    }

    @Test func `long sentences are parted between words, or cut off and counted`() throws {
        let tokenizer = try fixtures.tokenizer("tokenizer")
        var random = SeededGenerator(state: 4)
        for _ in 0..<200 {
            let words = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                String(repeating: "пat", count: Int.random(in: 1...6, using: &random))
            }
            let pieces = WordPieces(words, tokenizer: tokenizer)
            let limit = Int.random(in: 4...30, using: &random)
            let parts = pieces.parts(tokenizer.template, limit: limit)
            #expect(parts.flatMap { Array($0.words) } == Array(words.indices))
            for part in parts {
                #expect(part.sequence.ids.count <= limit)
                #expect(part.sequence.cut == 0 || part.words.count == 1)
                for (word, row) in zip(part.words, part.firstRows) {
                    let row = try #require(row)
                    #expect(part.sequence.ids[row] == pieces.ids[pieces.places[word].lowerBound])
                }
            }
            let (part, lost) = pieces.truncated(tokenizer.template, limit: limit)
            #expect(part.sequence == tokenizer.template.single(pieces.ids, limit: limit))
            #expect(part.words == 0..<(words.count - lost))
            #expect(part.firstRows.allSatisfy { $0 ?? 0 < limit - 1 })
            #expect(lost > 0 || parts.count <= 1 || part.sequence.cut > 0)
        }
    }

    @Test func `bytes and code points give each other's places`() {
        for text in fixtures.texts + [String(repeating: "aé日😀", count: 100), "plain"] {
            let offsets = CodePointOffsets(text)
            #expect(offsets.count == text.unicodeScalars.count)
            var byte = 0
            for (place, scalar) in text.unicodeScalars.enumerated() {
                #expect(offsets.codePoint(ofByte: byte) == place)
                #expect(offsets.byte(ofCodePoint: place) == byte)
                byte += scalar.utf8.count
            }
            #expect(offsets.codePoints(ofBytes: 0..<byte) == 0..<offsets.count)
            #expect(offsets.bytes(ofCodePoints: 0..<offsets.count) == 0..<byte)
        }
    }
}
