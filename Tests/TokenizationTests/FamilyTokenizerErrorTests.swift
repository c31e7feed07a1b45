import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// Files of XLM-R's and BERT's tokenizers that are damaged, or ask for what is not done.
@Suite struct FamilyTokenizerErrorTests {
    @Test(arguments: [
        (
            "normalizer", #"{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#,
            "normalizer.precompiled_charsmap"
        ),
        (
            "normalizer", #"{"type":"Precompiled","precompiled_charsmap":"?"}"#,
            "normalizer.precompiled_charsmap"
        ),
        ("normalizer", #"{"type":"Nmt"}"#, "normalizer"),
        (
            "normalizer", #"{"type":"Replace","pattern":{"Regex":"x+"},"content":""}"#,
            "normalizer.pattern"
        ),
        ("pre_tokenizer", #"{"type":"WhitespaceSplit"}"#, "normalizer"),
        (
            "pre_tokenizer",
            """
            {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
             {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]}
            """, "pre_tokenizer"
        ),
        ("pre_tokenizer", #"{"type":"BertPreTokenizer"}"#, "pre_tokenizer"),
        ("post_processor", #"{"type":"X"}"#, "post_processor"),
    ])
    func `what is not read is refused by its key`(part: String, json: String, key: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(FamilyFixtures.json([part: json]), to: "tokenizer.json")
        let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
        #expect(error?.location == folder.path("tokenizer.json: \(key)"))
    }

    @Test func `damaged maps of characters are refused, or change text, and never crash`() throws {
        let map = try #require(Data(base64Encoded: FamilyFixtures.characterMap()))
        let texts = try FamilyFixtures.content(
            "families-unigram.json", as: FamilyFixtures.Content.self
        ).texts
        let original = try FamilyFixtures.json([:])
        let folder = try TemporaryFolder()
        var random = SeededGenerator(state: 5)
        for _ in 0..<30 {
            var damaged = map
            for _ in 0..<[1, 3, 400].randomElement(using: &random)! {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            try folder.write(
                original.replacing(
                    map.base64EncodedString(), with: damaged.base64EncodedString()),
                to: "tokenizer.json")
            do {
                let tokenizer = try Tokenizer(path: folder.path)
                for text in texts { _ = tokenizer.encodeWithRanges(text) }
            } catch let error as InputError {
                #expect(error.location.hasSuffix("normalizer.precompiled_charsmap"))
            }
        }
    }

    @Test func `damaged models and lists of pieces are read or refused, and never crash`() throws {
        let texts = try FamilyFixtures.content(
            "families-model.json", as: FamilyFixtures.Model.self
        ).texts
        var random = Mutations(seed: 11)
        for (fixture, name) in [
            (FamilyFixtures.model, "sentencepiece.bpe.model"), ("families-vocab.txt", "vocab.txt"),
            ("families-words.json", "tokenizer.json"),
        ] {
            let folder = try TemporaryFolder()
            let original = try Fixtures.bytes("Tokenization/\(fixture)")
            for _ in 0..<Mutations.count {
                var damaged = original
                for _ in 0..<[1, 3, 30, 1000].randomElement(using: &random)! {
                    damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                if Bool.random(using: &random) {
                    damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
                }
                try folder.write(damaged, to: name)
                do {
                    let tokenizer = try Tokenizer(path: folder.path)
                    for text in texts { _ = tokenizer.encodeWithRanges(text) }
                } catch let error as InputError {
                    #expect(error.location.hasPrefix(folder.path(name)))
                }
            }
        }
    }

    @Test func `a model of another kind or with other tokens is refused by its key`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            Fixtures.bytes("Tokenization/\(FamilyFixtures.model)"), to: "sentencepiece.bpe.model")
        for (settings, key) in [
            (#"{"tokenizer_class": "CamembertTokenizer"}"#, "tokenizer_class"),
            (#"{"mask_token": "[MASK]"}"#, "mask_token"),
            (#"{"additional_special_tokens": ["<de_DE>"]}"#, nil),
        ] {
            try folder.write(settings, to: "tokenizer_config.json")
            let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
            if let key {
                #expect(error?.location == folder.path("tokenizer_config.json: \(key)"))
            }
        }
        try folder.write(
            #"{"tokenizer_class": "XLMRobertaTokenizerFast"}"#, to: "tokenizer_config.json")
        #expect(try Tokenizer(path: folder.path).vocabularySize > 900)
        try folder.write(Fixtures.bytes("Tokenization/rules.model"), to: "sentencepiece.bpe.model")
        let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
        #expect(error?.expected.contains("<unk> <s> </s>") == true)
    }

    @Test func `a list of pieces without a special token, or with one twice, is refused`() throws {
        let folder = try TemporaryFolder()
        for (text, expected) in [
            ("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", "a line with [MASK]"),
            ("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\na\n", "every token once"),
            ("", "a line with [PAD]"),
        ] {
            try folder.write(text, to: "vocab.txt")
            let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
            #expect(error?.expected == expected)
            #expect(error?.location.hasPrefix(folder.path("vocab.txt")) == true)
        }
        let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", ""]
        try folder.write(lines.joined(separator: "\r\n"), to: "vocab.txt")
        #expect(try Tokenizer(path: folder.path).encode("ab A c") == [5, 6, 5, 1])
    }
}
