import Foundation
import TestSupport
import Testing
import Tokenization

/// A `tokenizer.json` of Tests/Fixtures, variants of it, and what the tokenizers library makes of
/// texts with each.
struct TokenizerVariants {
    /// Texts, what each variant changes in the file with the texts' ids, and texts of ids.
    struct Expectations: Decodable {
        struct Variant: Decodable {
            var name: String
            var replacements: [[String]]
            var ids: [[Int32]]
        }
        struct Decoded: Decodable {
            var ids: [Int32]
            var text: String
        }
        var texts: [String]
        var variants: [Variant]
        var decoded: [Decoded]?
    }

    let original: String
    let expectations: Expectations
    let folder: TemporaryFolder

    /// Reads `NAME.json` and `NAME-ids.json`.
    init(_ name: String) throws {
        original = String(
            decoding: try Fixtures.bytes("Tokenization/\(name).json"), as: UTF8.self)
        expectations = try JSONDecoder().decode(
            Expectations.self, from: Data(Fixtures.bytes("Tokenization/\(name)-ids.json")))
        folder = try TemporaryFolder()
    }

    /// The tokenizer of a folder with the original, some of it replaced, wherever it stands or at
    /// first only.
    func tokenizer(_ replacements: [[String]] = [], once: Bool = false) throws -> Tokenizer {
        var text = original
        for pair in replacements {
            try #require(text.contains(pair[0]), "\(pair[0])")
            text = text.replacing(pair[0], with: pair[1], maxReplacements: once ? 1 : .max)
        }
        try folder.write(text, to: "tokenizer.json")
        return try Tokenizer(path: folder.path)
    }

    /// Checks every variant's ids.
    func checkIDs(_ count: Int) throws {
        #expect(expectations.variants.count == count)
        for variant in expectations.variants {
            let tokenizer = try tokenizer(variant.replacements)
            for (text, ids) in zip(expectations.texts, variant.ids) {
                #expect(
                    tokenizer.encode(text) == ids, "\(variant.name): \(text.debugDescription)")
            }
        }
    }

    /// Checks the texts of the original's ids.
    func checkTexts() throws {
        let tokenizer = try tokenizer()
        for entry in try #require(expectations.decoded) {
            #expect(tokenizer.decode(entry.ids) == entry.text)
        }
    }
}
