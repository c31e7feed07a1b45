import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// Tokenizers that have Hugging Face's files only, against that library: a conversion by
/// transformers and variants of it, with ids, in Tests/Fixtures.
@Suite struct TokenizerJSONTests {
    /// Texts, and for each variant what changes in `converted.json` and the texts' ids.
    private struct Expectations: Decodable {
        struct Variant: Decodable {
            var name: String
            var replacements: [[String]]
            var ids: [[Int32]]
        }
        var texts: [String]
        var variants: [Variant]
    }

    private let original: String
    private let folder: TemporaryFolder

    init() throws {
        original = String(
            decoding: try Fixtures.bytes("Tokenization/converted.json"), as: UTF8.self)
        folder = try TemporaryFolder()
    }

    /// The tokenizer of a folder with the original, some of it replaced.
    private func tokenizer(_ replacements: [String]...) throws -> Tokenizer {
        try tokenizer(replacements)
    }

    private func tokenizer(_ replacements: [[String]]) throws -> Tokenizer {
        var text = original
        for pair in replacements {
            try #require(text.contains(pair[0]), "\(pair[0])")
            text = text.replacing(pair[0], with: pair[1], maxReplacements: 1)
        }
        try folder.write(text, to: "tokenizer.json")
        return try Tokenizer(path: folder.path)
    }

    @Test func `ids equal the tokenizers library's, with and without spaces put in front`() throws {
        let expectations = try JSONDecoder().decode(
            Expectations.self, from: Data(Fixtures.bytes("Tokenization/converted-ids.json")))
        #expect(expectations.variants.count == 8)
        for variant in expectations.variants {
            let tokenizer = try tokenizer(variant.replacements)
            for (text, ids) in zip(expectations.texts, variant.ids) {
                #expect(tokenizer.encode(text) == ids, "\(variant.name): \(text)")
            }
        }
    }

    @Test func `a space put in front does not come back`() throws {
        let tokenizer = try tokenizer([
            #""pre_tokenizer":{"type":"Split","pattern":{"String":" "},"#
                + #""behavior":"MergedWithPrevious","invert":false}"#,
            #""pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","#
                + #""split":false}"#,
        ])
        #expect(tokenizer.decode(tokenizer.encode("pa ta")) == "pa ta")
        #expect(tokenizer.decode(tokenizer.encode("")) == "")
    }

    @Test(arguments: ["tiny.model", "gemma-like.model"])
    func `what is written without tokenizer.model is read as the same tokenizer`(
        model: String
    ) throws {
        let first = try Tokenizer(path: Fixtures.path("Tokenization/\(model)"))
        let files = try HuggingFaceTokenizer(first).files.filter { $0.name != "tokenizer.model" }
        for (name, content) in files { try folder.write(content, to: name) }
        let second = try Tokenizer(path: folder.path)
        #expect(second.special == first.special)
        #expect(second.model.pieces.map(\.utf8) == first.model.pieces.map(\.utf8))
        #expect(second.model.pieces.map(\.kind) == first.model.pieces.map(\.kind))
        let lines = try Fixtures.bytes("Tokenization/lines.txt").split(separator: 0x0a)
        for line in lines.map({ String(decoding: $0, as: UTF8.self) }) {
            #expect(second.encode(line) == first.encode(line), "\(line)")
        }
        let copies = try HuggingFaceTokenizer(second).files
        #expect(copies.map(\.name).sorted() == files.map(\.name).sorted())
        for (name, content) in copies {
            #expect(files.first { $0.name == name }?.content == content, "\(name)")
        }
    }

    @Test func `texts of one look and other bytes are pieces of their own, escapes are resolved`()
        throws
    {
        let added = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"].enumerated().map {
            #"{"id": \#($0), "content": "\#($1)", "special": true}"#
        }
        let vocabulary = [#""\u00e9""#, #""e""#, "\"\u{301}\"", "\"e\u{301}\"", #""\ud83d\ude00""#]
        let pieces = vocabulary.enumerated().map { "\($1): \($0 + 5)" }
        try folder.write(
            """
            {"added_tokens": [\(added.joined(separator: ", "))], "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true,
             "vocab": {\(pieces.joined(separator: ",\n"))}, "merges": ["e \u{301}"]},
             "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}}
            """, to: "tokenizer.json")
        let tokenizer = try Tokenizer(path: folder.path)
        #expect(tokenizer.encode("\u{e9}e\u{301}😀e") == [5, 8, 9, 6])
    }

    @Test(arguments: [
        (#""type":"BPE""#, #""type":"WordPiece""#, "model.type"),
        (#""normalizer":{"type":"Replace""#, #""normalizer":{"type":"NFC""#, "normalizer"),
        (
            #""pre_tokenizer":{"type":"Split""#, #""pre_tokenizer":{"type":"ByteLevel""#,
            "pre_tokenizer"
        ),
        (#""ignore_merges":false"#, #""ignore_merges":true"#, "model.ignore_merges"),
        (
            #""end_of_word_suffix":null"#, #""end_of_word_suffix":"</w>""#,
            "model.end_of_word_suffix"
        ),
        (#""<pad>":0"#, #""<pad>":5000"#, "model.vocab"),
        (#""<pad>":0"#, #""<pad>":1"#, "model.vocab"),
        (
            #""id":4,"content":"<mask>","single_word":false"#,
            #""id":4,"content":"<mask>","single_word":true"#, "added_tokens"
        ),
        (#",["▁то","те"]"#, "", "model.merges"),
        (#"["▁ku","mu"]"#, #"["▁то","те"],["▁ku","mu"]"#, "model.merges"),
        (#"["▁ku","mu"]"#, #"["mu","qq"]"#, "model.merges"),
        (#""model":"#, #""other":"#, "model"),
        (#""fuse_unk":true,"byte_fallback":true"#, #""fuse_unk":false"#, "model.fuse_unk"),
        (#""normalizer":{"#, #""normalizer":["x"],"other":{"#, "normalizer"),
        (#"["▁ku","mu"]"#, #"["▁ku","mu"],["▁","▁"]"#, "model.merges"),
    ])
    func `another kind of tokenizer is refused by the key that says so`(
        old: String, new: String, key: String
    ) throws {
        let error = #expect(throws: InputError.self) { try tokenizer([old, new]) }
        #expect(error?.location == folder.path("tokenizer.json: \(key)"))
        #expect(error?.remedy.contains("ids") == true)
    }

    @Test func `damaged files are read or refused with their line, never a crash`() throws {
        let bytes = Array(original.utf8)
        var random = SeededGenerator(state: 9)
        for number in 0..<200 {
            var damaged = bytes
            if number.isMultiple(of: 2) {
                damaged.removeLast(Int.random(in: 2..<bytes.count, using: &random))
            } else {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                damaged[place] =
                    [0x22, 0x5c, 0x7b, 0x5d, 0x2c, 0x80][Int.random(in: 0..<6, using: &random)]
            }
            try folder.write(damaged, to: "tokenizer.json")
            do {
                let tokenizer = try Tokenizer(path: folder.path)
                #expect(!number.isMultiple(of: 2) && tokenizer.vocabularySize > 0)
            } catch let error as InputError {
                #expect(error.location.hasPrefix(folder.path("tokenizer.json")))
            }
        }
    }
}
