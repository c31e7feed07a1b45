import Formats
import Foundation
import TestSupport
import Testing
import Tokenization

/// Tokenizers of XLM-R's and BERT's families against the libraries they were made for.
@Suite struct FamilyTokenizerTests {
    @Test func `unigrams with XLM-R's map of characters give the tokenizers library's ids`() throws
    {
        let content = try FamilyFixtures.content(
            "families-unigram.json", as: FamilyFixtures.Content.self)
        #expect(content.variants.count == 8)
        for variant in content.variants {
            let tokenizer = try FamilyFixtures.tokenizer(variant.changes)
            let texts = content.texts + variant.extraTexts
            try check(tokenizer, variant, texts)
            #expect(
                tokenizer.special.all.map(tokenizer.piece)
                    == ["<pad>", "</s>", "<s>", "<unk>", "<mask>"])
        }
    }

    @Test func `a SentencePiece model alone gives transformers' ids, moved by fairseq's rule`()
        throws
    {
        let fixture = try FamilyFixtures.content(
            "families-model.json", as: FamilyFixtures.Model.self)
        let tokenizer = try FamilyFixtures.modelTokenizer()
        let count = tokenizer.vocabularySize
        #expect(tokenizer.special.all == [1, 2, 0, 3, Int32(count - 1)])
        #expect(tokenizer.piece(4) != "</s>" && tokenizer.piece(Int32(count - 1)) == "<mask>")
        for (place, text) in fixture.texts.enumerated() {
            let encoded = tokenizer.encodeWithRanges(text)
            #expect(encoded.ids == fixture.ids[place], "\(text.debugDescription)")
            #expect(encoded.ids == tokenizer.encode(text))
            checkRanges(encoded, of: text)
            // SentencePiece knows no special tokens.
            guard !text.contains("<"), !text.contains("\0") else { continue }
            let theirs = fixture.offsets[place]
            #expect(encoded.ids == fixture.pieces[place].map { $0 == 0 ? 3 : $0 + 1 })
            for (number, range) in encoded.ranges.enumerated() {
                #expect(
                    range.upperBound == theirs[2 * number + 1]
                        || theirs[2 * number] == theirs[2 * number + 1],
                    "\(text.debugDescription): \(range)")
            }
        }
        for pair in fixture.pairs {
            let ids = pair.texts.map { tokenizer.encode(fixture.texts[$0]) }
            let sequence = tokenizer.template.pair(ids[0], ids[1])
            #expect(sequence.ids == pair.ids && sequence.types == pair.types)
        }
        let text = "All human beings <mask> born"
        #expect(tokenizer.decode(tokenizer.encode(text)) == "All human beings<mask> born")
    }

    @Test func `pieces of words give transformers' ids from vocab.txt and tokenizer.json`() throws {
        let content = try FamilyFixtures.content(
            "families-words-ids.json", as: FamilyFixtures.Content.self)
        #expect(content.variants.count == 5)
        let folder = try TemporaryFolder()
        try folder.write(
            Fixtures.bytes("Tokenization/families-words.json"), to: "tokenizer.json")
        for variant in content.variants {
            let settings = try #require(variant.settings)
            try check(
                FamilyFixtures.vocabularyTokenizer(settings), variant, content.texts)
            // The class goes by its settings and not by the file.
            try folder.write(settings, to: "tokenizer_config.json")
            try check(Tokenizer(path: folder.path), variant, content.texts)
        }
        let first = content.variants[0]
        let tokenizer = try FamilyFixtures.vocabularyTokenizer(nil)
        for (ids, text) in zip(first.ids, try #require(first.decoded)) {
            // Control tokens are left out by us.
            if !text.contains("[CLS]") { #expect(tokenizer.decode(ids) == text) }
        }
        #expect(
            tokenizer.special.all.map(tokenizer.piece)
                == ["[PAD]", "[SEP]", "[CLS]", "[UNK]", "[MASK]"])
    }

    private func check(
        _ tokenizer: Tokenizer, _ variant: FamilyFixtures.Variant, _ texts: [String]
    ) throws {
        try #require(texts.count == variant.ids.count)
        for (place, text) in texts.enumerated() {
            let encoded = tokenizer.encodeWithRanges(text)
            let title = "\(variant.name): \(text.debugDescription)"
            #expect(encoded.ids == variant.ids[place], "\(title)")
            #expect(tokenizer.encode(text) == encoded.ids, "\(title)")
            guard encoded.ids == variant.ids[place] else { continue }
            checkRanges(encoded, of: text)
            guard Self.areOffsetsComparable(text, variant) else { continue }
            let offsets = ExampleFixtures.offsets(encoded.ranges, of: text)
            let theirs = variant.offsets[place]
            for number in stride(from: 0, to: offsets.count, by: 2) {
                let (a, b) = (offsets[number]..<offsets[number + 1], theirs[number..<(number + 2)])
                // They differ where text was changed, in bytes of one character, and by spaces
                // that were put in front.
                let isNear = b[number] <= a.upperBound && a.lowerBound <= b[number + 1]
                #expect(isNear, "\(title) \(number / 2): \(a), \(b)")
                if ["released", "converted", "one space"].contains(variant.name) {
                    let isNested =
                        a.lowerBound <= b[number] && b[number + 1] <= a.upperBound
                        || b[number] <= a.lowerBound && a.upperBound <= b[number + 1]
                    #expect(isNested, "\(title) \(number / 2): \(a), \(b)")
                }
            }
        }
        for pair in variant.pairs {
            let ids = pair.texts.map { tokenizer.encode(texts[$0]) }
            let sequence = tokenizer.template.pair(ids[0], ids[1])
            #expect(sequence.ids == pair.ids && sequence.types == pair.types)
        }
    }

    /// The library's offsets are off behind characters that its steps take away in front, and in
    /// clusters that it decomposes.
    private static func areOffsetsComparable(
        _ text: String, _ variant: FamilyFixtures.Variant
    ) -> Bool {
        let taken: [Unicode.Scalar] = ["\u{1}", "\u{7}", "\u{7f}", "\u{80}", "\u{9f}"]
        return !["accents", "strips", "added"].contains(variant.name)
            && !text.unicodeScalars.contains(where: taken.contains)
    }

    /// Ranges ascend and lie between characters.
    private func checkRanges(_ encoded: EncodedText, of text: String) {
        let utf8 = Array(text.utf8)
        var last = 0..<0
        for range in encoded.ranges {
            #expect(range.lowerBound >= last.lowerBound && range.upperBound >= last.upperBound)
            #expect(
                [range.lowerBound, range.upperBound].allSatisfy {
                    $0 == utf8.count || utf8[$0] & 0xc0 != 0x80
                }, "\(text.debugDescription): \(range)")
            last = range
        }
    }

    @Test(
        .enabled(if: SharedFolder.has("eval/topic_sib200"), "\(SharedFolder.absence)"))
    func `ids of real text in 30 scripts equal the libraries'`() throws {
        let variants = try FamilyFixtures.content(
            "families-unigram.json", as: FamilyFixtures.Content.self
        ).variants
        var tokenizers = [
            "model": try FamilyFixtures.modelTokenizer(),
            "words": try FamilyFixtures.vocabularyTokenizer(nil),
        ]
        for variant in variants where ["released", "converted", "bytes"].contains(variant.name) {
            tokenizers[variant.name] = try FamilyFixtures.tokenizer(variant.changes)
        }
        let files = try FamilyFixtures.content(
            "families-real.json", as: [FamilyFixtures.Real].self)
        let scripts = files.map { $0.file.split(separator: ".")[0].split(separator: "_")[1] }
        #expect(Set(scripts).count == 30)
        for file in files {
            let texts = try Self.texts(SharedFolder.path("eval/topic_sib200/\(file.file)"))
            #expect(texts.count == file.texts)
            #expect(file.digests.count == tokenizers.count)
            for (name, tokenizer) in tokenizers {
                var digest: UInt64 = 0xcbf2_9ce4_8422_2325
                for id in texts.lazy.flatMap({ tokenizer.encode($0) }) {
                    digest = (digest ^ UInt64(id)) &* 0x100_0000_01b3
                }
                #expect(String(digest) == file.digests[name], "\(file.file), \(name)")
            }
        }
    }

    private static func texts(_ path: String) throws -> [String] {
        struct Row: Decodable { var text: String }
        var reader = try LineReader(path: path)
        var texts: [String] = []
        while let line = try reader.next() {
            texts.append(try JSONDecoder().decode(Row.self, from: Data(line.bytes)).text)
        }
        return texts
    }

    @Test func `a range is that of the characters a piece was made from`() throws {
        let released = try FamilyFixtures.content(
            "families-unigram.json", as: FamilyFixtures.Content.self
        ).variants[0]
        // The ligature becomes two letters, the letter and its accent one, the rest one space.
        let text = "  \u{fb01}e\u{301}\u{3000}\u{200b} \u{ff21}ll"
        let utf8 = Array(text.utf8)
        for tokenizer in [
            try FamilyFixtures.tokenizer(released.changes), try FamilyFixtures.modelTokenizer(),
        ] {
            let encoded = tokenizer.encodeWithRanges(text)
            let last = try #require(encoded.ranges.last)
            #expect(last.upperBound == utf8.count)
            let covered = Set(encoded.ranges.joined())
            let words = utf8.indices.filter { utf8[$0] != 0x20 }
            #expect(covered.isSuperset(of: words.filter { $0 < 8 || $0 >= utf8.count - 5 }))
        }
    }

    @Test func `words inside a text are encoded as they stand there`() throws {
        for name in ["released", "converted"] {
            let variant = try #require(
                try FamilyFixtures.content(
                    "families-unigram.json", as: FamilyFixtures.Content.self
                ).variants.first { $0.name == name })
            for tokenizer in [
                try FamilyFixtures.tokenizer(variant.changes), try FamilyFixtures.modelTokenizer(),
            ] {
                let words = WordPieces(
                    ["All", "human", "beings", "."], spaces: [false, true, true, false],
                    tokenizer: tokenizer)
                let separate = ["All", "human", "beings"].flatMap { tokenizer.encode($0) }
                #expect(Array(words.ids.prefix(separate.count)) == separate)
                let dot = Array(words.ids.dropFirst(separate.count))
                #expect(dot.count == 1 && tokenizer.piece(dot[0]) != "▁")
            }
        }
    }
}

extension FamilyFixtures.Variant {
    /// Texts beside those of all variants.
    var extraTexts: [String] {
        name == "added" ? ["Alle\u{301} x \u{ff21}lle\u{301}  y Alle x\u{c1}lle\u{301}"] : []
    }
}
