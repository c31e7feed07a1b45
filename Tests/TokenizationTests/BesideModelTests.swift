import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// Folders with `tokenizer.json` beside `tokenizer.model` against AutoTokenizer: variants with its
/// ids, in Tests/Fixtures.
@Suite struct BesideModelTests {
    /// What is changed in `tokenizer.json`, the files beside it, and the ids of the texts, or where
    /// the error is.
    struct Variant: Decodable, CustomTestStringConvertible {
        var name: String
        var replacements: [[String]]
        var files: [String: String]
        var ids: [[Int32]]?
        var error: String?

        var testDescription: String { name }
    }

    private struct Expectations: Decodable {
        var texts: [String]
        var variants: [Variant]
    }

    private static func expectations() throws -> Expectations {
        try JSONDecoder().decode(
            Expectations.self, from: Data(Fixtures.bytes("Tokenization/beside-model.json")))
    }

    private func write(_ variant: Variant, to folder: TemporaryFolder) throws {
        var text = String(
            decoding: try Fixtures.bytes("Tokenization/tokenizer.json"), as: UTF8.self)
        for pair in variant.replacements {
            try #require(text.contains(pair[0]))
            text = text.replacing(pair[0], with: pair[1])
        }
        try folder.write(text, to: "tokenizer.json")
        try folder.write(Fixtures.bytes("Tokenization/tiny.model"), to: "tokenizer.model")
        for (name, content) in variant.files { try folder.write(content, to: name) }
    }

    @Test(arguments: try expectations().variants)
    func `ids are AutoTokenizer's, or an error names both files`(variant: Variant) throws {
        let folder = try TemporaryFolder()
        try write(variant, to: folder)
        guard let expected = variant.ids else {
            let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
            #expect(error?.location == folder.path(variant.error ?? ""))
            #expect(error?.remedy.contains("tokenizer.model") == true)
            return
        }
        let tokenizer = try Tokenizer(path: folder.path)
        for (text, ids) in zip(try Self.expectations().texts, expected) {
            let found = [tokenizer.special.begin] + tokenizer.encode(text) + [tokenizer.special.end]
            #expect(found == ids, "\(text.debugDescription)")
        }
    }

    @Test func `all files are handed on as they are, so that nothing is lost`() throws {
        let folder = try TemporaryFolder()
        let variants = try Self.expectations().variants
        let variant = try #require(variants.first { $0.name == "an added token" })
        try write(variant, to: folder)
        let tokenizer = try Tokenizer(path: folder.path)
        #expect(tokenizer.vocabularySize == 701 && tokenizer.piece(700) == "[DOC]")
        let files = try HuggingFaceTokenizer(tokenizer).files
        #expect(
            files.map(\.name) == ["tokenizer.model", "tokenizer.json", "tokenizer_config.json"])
        for (name, content) in files {
            #expect(try Data(contentsOf: URL(filePath: folder.path(name))) == Data(content))
        }
        try TokenizerFolder.write(tokenizer, from: folder.path, to: folder.path("copy"))
        #expect(try Tokenizer(path: folder.path("copy")).encode("[DOC]") == [700])
    }

    @Test func `files made from the model say the same, whatever length they name`() throws {
        let folder = try TemporaryFolder()
        let model = try Tokenizer(path: Fixtures.path("Tokenization/tiny.model"))
        try HuggingFaceTokenizer(model, maximumLength: 99).write(toFolder: folder.path)
        let tokenizer = try Tokenizer(path: folder.path)
        #expect(tokenizer.bytes == model.bytes)
        let files = try HuggingFaceTokenizer(tokenizer, maximumLength: 7).files
        let configuration = try #require(files.first { $0.name == "tokenizer_config.json" })
        #expect(String(decoding: configuration.content, as: UTF8.self).contains(": 7,"))
    }

    @Test func `tokens that files beside a model alone add are an error that names them`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Tokenization/tiny.model"), to: "tokenizer.model")
        #expect(try Tokenizer(path: folder.path).vocabularySize == 700)
        for (name, content) in [
            ("added_tokens.json", #"{"<mask>": 4, "[DOC]": 700}"#),
            ("special_tokens_map.json", #"{"sep_token": "[DOC]"}"#),
            (
                "tokenizer_config.json",
                #"{"added_tokens_decoder": {"4": {"content": "<mask>"}, "#
                    + #""700": {"content": "[DOC]"}}}"#
            ),
        ] {
            try folder.write(content, to: name)
            let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
            #expect(error?.location == folder.path(name))
            #expect(error?.found.contains("[DOC]") == true)
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
    }

    @Test(arguments: ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"])
    func `damaged files beside it are named`(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Tokenization/tokenizer.json"), to: "tokenizer.json")
        try folder.write(#"{"mask_token": "#, to: name)
        let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
        #expect(error?.location.hasPrefix(folder.path(name)) == true)
    }

    @Test func `a vocabulary that has a token twice is refused`() throws {
        let folder = try TemporaryFolder()
        let text = String(
            decoding: try Fixtures.bytes("Tokenization/tokenizer.json"), as: UTF8.self)
        try folder.write(
            text.replacing(#""vocab": {"#, with: #""vocab": {"pa": 700, "#), to: "tokenizer.json")
        let error = #expect(throws: InputError.self) { try Tokenizer(path: folder.path) }
        #expect(error?.location == folder.path("tokenizer.json: model.vocab"))
    }
}
