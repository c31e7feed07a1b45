import Diagnostics
import TestSupport
import Testing
import Tokenization

/// Unigram tokenizers against the tokenizers library: one trained by it and variants, with ids, in
/// Tests/Fixtures.
@Suite struct UnigramTests {
    private let variants: TokenizerVariants

    init() throws {
        variants = try TokenizerVariants("unigram")
        try variants.folder.write(
            #"{"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}"#,
            to: "tokenizer_config.json")
    }

    @Test func `ids equal the tokenizers library's, with bytes and with unknown characters`()
        throws
    {
        try variants.checkIDs(6)
    }

    @Test func `text comes back as from the tokenizers library, without control tokens`() throws {
        try variants.checkTexts(special: ["<pad>", "</s>", "<s>", "<unk>", "<mask>"])
    }

    @Test func `damaged files are read or refused with their line, never a crash`() throws {
        try variants.checkDamage()
    }

    @Test(arguments: [
        (#""unk_id":0"#, #""unk_id":null"#, "model.unk_id"),
        (#""unk_id":0"#, #""unk_id":100000"#, "model.unk_id"),
        (#"["<0x41>",0.0],"#, "", "added_tokens"),
        (#""normalizer":null"#, #""normalizer":{"type":"Nmt"}"#, "normalizer"),
        (
            #""pre_tokenizer":{"type":"Metaspace""#, #""pre_tokenizer":{"type":"ByteLevel""#,
            "model.type"
        ),
        (
            #""post_processor":{"type":"TemplateProcessing""#, #""post_processor":{"type":"X""#,
            "post_processor"
        ),
        (
            #""content":"<br>","single_word":false"#, #""content":"<br>","single_word":true"#,
            "added_tokens"
        ),
    ])
    func `what is not read is refused by its key`(old: String, new: String, key: String) throws {
        let error = #expect(throws: InputError.self) {
            try variants.tokenizer([[old, new]], once: true)
        }
        #expect(error?.location == variants.folder.path("tokenizer.json: \(key)"))
        #expect(error?.remedy.contains("ids") == true)
    }
}
