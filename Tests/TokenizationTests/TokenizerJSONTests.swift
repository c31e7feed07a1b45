import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing
import Tokenization

/// Tokenizers that have Hugging Face's files only, against that library: a conversion by
/// transformers and variants of it, with ids, in Tests/Fixtures.
@Suite struct TokenizerJSONTests {
    private let variants: TokenizerVariants
    private var folder: TemporaryFolder { variants.folder }

    init() throws {
        variants = try TokenizerVariants("converted")
        try folder.write(
            #"{"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}"#,
            to: "special_tokens_map.json")
    }

    @Test func `ids equal the tokenizers library's, with and without spaces put in front`() throws {
        try variants.checkIDs(9)
    }

    @Test func `tokens with other names than Gemma's are those of the template and the files`()
        throws
    {
        let llama = try #require(
            variants.expectations.variants.first { $0.name == "Llama's steps" })
        let tokenizer = try variants.tokenizer(llama.replacements)
        let special = tokenizer.special
        #expect(
            special.all.map(tokenizer.piece) == ["<pad>", "<end>", "<begin>", "<unk>", "<mask>"])
        let text = [special.begin] + tokenizer.encode(" pa") + [special.end]
        #expect(tokenizer.decode(text) == " pa")
        // A tokenizer.model beside it says nothing of these names.
        try folder.write(Fixtures.bytes("Tokenization/tiny.model"), to: "tokenizer.model")
        #expect(try Tokenizer(path: folder.path).special == special)
    }

    @Test func `a space put in front does not come back`() throws {
        let tokenizer = try variants.tokenizer([
            [
                #""pre_tokenizer":{"type":"Split","pattern":{"String":" "},"#
                    + #""behavior":"MergedWithPrevious","invert":false}"#,
                #""pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","#
                    + #""split":false}"#,
            ]
        ])
        #expect(tokenizer.decode(tokenizer.encode("pa ta")) == "pa ta")
        #expect(tokenizer.decode(tokenizer.encode("")) == "")
    }

    @Test(arguments: ["tiny.model", "gemma-like.model"])
    func `what is written without tokenizer.model is read as the same tokenizer`(
        model: String
    ) throws {
        let whole = try HuggingFaceTokenizer(
            Tokenizer(path: Fixtures.path("Tokenization/\(model)")))
        try Folder.create(folder.path("whole"))
        try whole.write(toFolder: folder.path("whole"))
        let first = try Tokenizer(path: folder.path("whole"))
        let files = whole.files.filter { $0.name != "tokenizer.model" }
        for (name, content) in files { try folder.write(content, to: name) }
        let second = try Tokenizer(path: folder.path)
        #expect(first.bytes != second.bytes, "the first is read from the model")
        #expect(second.special == first.special)
        #expect(second.pieces == first.pieces)
        #expect(second.model?.pieces.map(\.kind) == first.model?.pieces.map(\.kind))
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

    @Test
    func `the space before a mask belongs to it in files made from a model, not in the model`()
        throws
    {
        let path = Fixtures.path("Tokenization/tiny.model")
        let model = try Tokenizer(path: path)
        try HuggingFaceTokenizer(model).write(toFolder: folder.path)
        let made = try Tokenizer(path: folder.path)
        #expect(model.encode("pa <mask>ta") != model.encode("pa<mask>ta"))
        for text in ["pa <mask>ta", "pa \t\u{a0}<mask>ta"] {
            #expect(made.encode(text) == model.encode("pa<mask>ta"), "\(text)")
        }
        #expect(made.encode("<mask> ta <mask") == model.encode("<mask> ta <mask"))
    }

    /// The field 1 of a protocol buffer, of half a million bytes.
    private func message(_ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let size = [count & 0x7f | 0x80, count >> 7 & 0x7f | 0x80, count >> 14]
        return [0x0a] + size.map { UInt8($0) } + content
    }

    @Test func `a piece of half a million characters takes the time of its length`() throws {
        let long = String(repeating: "pa", count: 250_000)
        let tokenizer = try variants.tokenizer(
            [[#""vocab":{"#, #""vocab":{"\#(long)":1000,"#]], once: true)
        #expect(tokenizer.vocabularySize == 1001)
        #expect(!tokenizer.encode("papa").contains(1000))
        // The same in a model: a message of text, score and kind behind the others.
        let text = Array(long.utf8)
        let rest: [UInt8] = [0x15, 0, 0, 0x80, 0xc4, 0x18, 1]
        let piece = message(text) + rest
        let bytes = try Fixtures.bytes("Tokenization/tiny.model") + message(piece)
        let model = try Tokenizer(modelBytes: bytes, path: "long")
        #expect(model.piece(700) == long)
        #expect(try HuggingFaceTokenizer(model).files.count == 4)
    }

    @Test func `texts of one look and other bytes are pieces of their own, escapes are resolved`()
        throws
    {
        let names = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
        let added = names.enumerated().map {
            #"{"id": \#($0), "content": "\#($1)", "special": true}"#
        }
        let vocabulary = [#""\u00e9""#, #""e""#, "\"\u{301}\"", "\"e\u{301}\"", #""\ud83d\ude00""#]
        let pieces = (names.map { "\"\($0)\"" } + vocabulary).enumerated().map { "\($1): \($0)" }
        try folder.write(
            """
            {"added_tokens": [\(added.joined(separator: ", "))],
             "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true,
             "vocab": {\(pieces.joined(separator: ",\n"))}, "merges": ["e \u{301}"]},
             "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}}
            """, to: "tokenizer.json")
        let tokenizer = try Tokenizer(path: folder.path)
        #expect(tokenizer.encode("\u{e9}e\u{301}😀e") == [5, 8, 9, 6])
    }

    @Test(arguments: [
        (#""type":"BPE""#, #""type":"WordLevel""#, "model.type"),
        (#""normalizer":{"type":"Replace""#, #""normalizer":{"type":"NFC""#, "normalizer"),
        (
            #""pre_tokenizer":{"type":"Split""#, #""pre_tokenizer":{"type":"Whitespace""#,
            "pre_tokenizer"
        ),
        (#""ignore_merges":false"#, #""ignore_merges":true"#, "model.ignore_merges"),
        (
            #""end_of_word_suffix":null"#, #""end_of_word_suffix":"</w>""#,
            "model.end_of_word_suffix"
        ),
        (#""<pad>":0"#, #""<pad>":5000"#, "added_tokens"),
        (#""<pad>":0"#, #""<pad>":1"#, "added_tokens"),
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
        let error = #expect(throws: InputError.self) {
            try variants.tokenizer([[old, new]], once: true)
        }
        #expect(error?.location == folder.path("tokenizer.json: \(key)"))
        #expect(error?.remedy.contains("ids") == true)
    }

    @Test func `damaged files are read or refused with their line, never a crash`() throws {
        try variants.checkDamage()
    }
}
