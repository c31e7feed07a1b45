import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// Byte-level tokenizers such as ModernBERT's against the tokenizers library: a tokenizer trained
/// by it and variants, with ids, in Tests/Fixtures.
@Suite struct ByteLevelTests {
    private let variants: TokenizerVariants
    private var folder: TemporaryFolder { variants.folder }

    init() throws {
        variants = try TokenizerVariants("byte-level")
        try folder.write(
            """
            {"pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": {"content": "[MASK]"}}
            """, to: "special_tokens_map.json")
    }

    @Test func `ids equal the tokenizers library's, in every normal form`() throws {
        try variants.checkIDs(9)
    }

    @Test func `text comes back as from the tokenizers library, without control tokens`() throws {
        try variants.checkTexts(special: ["[PAD]", "[SEP]", "[CLS]", "[UNK]", "[MASK]"])
    }

    @Test func `bytes that are not text count as the replacement character`() throws {
        let tokenizer = try variants.tokenizer()
        var ids: [Int32] = []
        tokenizer.encode(([0x61, 0xff, 0x62] as [UInt8]).span, appendingTo: &ids)
        #expect(ids == tokenizer.encode("a\u{fffd}b"))
    }

    @Test func `files are handed on as they are, roles from either of them`() throws {
        let files = try HuggingFaceTokenizer(variants.tokenizer()).files
        #expect(files.map(\.name) == ["tokenizer.json", "special_tokens_map.json"])
        #expect(files[0].content == Array(variants.original.utf8))
        let map = folder.path("special_tokens_map.json")
        try FileManager.default.moveItem(
            atPath: map, toPath: folder.path("tokenizer_config.json"))
        #expect(try variants.tokenizer().special.mask == 611)
        try folder.write(#"{"unk_token": "[UNK]"}"#, to: "tokenizer_config.json")
        let error = #expect(throws: InputError.self) { try variants.tokenizer() }
        #expect(error?.location == map && error?.expected.contains("pad_token") == true)
    }

    @Test func `a longer model_max_length becomes the model's, all else stays`() throws {
        let before = #"{"mask_token": "[MASK]",  "x": {"model_max_length": 9000},"#
        for (length, expected) in [("8192", "1024"), ("512", "512"), ("1e30", "1024")] {
            try folder.write(
                before + #" "model_max_length":  \#(length) }"#, to: "tokenizer_config.json")
            let files = try HuggingFaceTokenizer(variants.tokenizer(), maximumLength: 1024).files
            let file = try #require(files.first { $0.name == "tokenizer_config.json" })
            let text = String(decoding: file.content, as: UTF8.self)
            #expect(text == before + #" "model_max_length":  \#(expected) }"#)
        }
    }

    @Test func `a space in front is put there as the configuration beside the file says`() throws {
        let (apart, joined) = (
            try variants.tokenizer().encode(" the"), try variants.tokenizer().encode("the")
        )
        try #require(apart != joined)
        for (configuration, adds) in [
            (#"{"add_prefix_space": true}"#, true), (#"{"x": 1}"#, false),
        ] {
            for old in ["false", "true"] {
                try folder.write(configuration, to: "tokenizer_config.json")
                let tokenizer = try variants.tokenizer([
                    [
                        #""pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false"#,
                        #""pre_tokenizer":{"type":"ByteLevel","add_prefix_space":\#(old)"#,
                    ]
                ])
                #expect(tokenizer.encode("the") == (adds ? apart : joined))
            }
        }
    }

    @Test func `damaged files are read or refused with their line, never a crash`() throws {
        try variants.checkDamage()
    }

    @Test(arguments: [
        (#""type":"NFC""#, #""type":"Lowercase""#, "normalizer"),
        (#""use_regex":true"#, #""use_regex":false"#, "pre_tokenizer"),
        (
            #""pre_tokenizer":{"#,
            #""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits"},"#
                + #"{"type":"ByteLevel"}]},"other":{"#, "pre_tokenizer"
        ),
        (#""byte_fallback":false"#, #""byte_fallback":true"#, "model.byte_fallback"),
        (#""dropout":null"#, #""dropout":0.1"#, "model.dropout"),
        (#""ignore_merges":false"#, #""ignore_merges":true"#, "model.ignore_merges"),
        (#""Ġ":"#, #""ĠĠĠĠĠ":"#, "model.vocab"),
        (#""<|padding|>":1"#, #""<|padding|>":2"#, "added_tokens"),
        (#""merges":["#, #""merges":[["qq","q"],"#, "model.merges"),
        (
            #""content":"[MASK]","single_word":false"#, #""content":"[MASK]","single_word":true"#,
            "added_tokens"
        ),
        (
            #"{"SpecialToken":{"id":"[SEP]","type_id":0}}"#,
            #"{"Sequence":{"id":"B","type_id":0}}"#, "post_processor"
        ),
        (#""post_processor":{"#, #""post_processor":null,"other":{"#, "post_processor"),
    ])
    func `what is not read is refused by its key`(old: String, new: String, key: String) throws {
        let error = #expect(throws: InputError.self) {
            try variants.tokenizer([[old, new]], once: true)
        }
        #expect(error?.location == folder.path("tokenizer.json: \(key)"))
        #expect(error?.remedy.contains("ids") == true)
    }
}
