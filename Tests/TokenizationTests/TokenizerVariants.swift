import Diagnostics
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

    /// Checks the texts of the original's ids, and its special tokens, of which the mask alone has
    /// a text.
    ///
    /// - Parameter special: padding, end, begin, unknown, mask.
    func checkTexts(special names: [String]) throws {
        let tokenizer = try tokenizer()
        for entry in try #require(expectations.decoded) {
            #expect(tokenizer.decode(entry.ids) == entry.text)
        }
        let special = tokenizer.special
        #expect(special.all.map(tokenizer.piece) == names)
        #expect(tokenizer.decode([special.begin, special.mask, special.end]) == names[4])
        #expect(tokenizer.decode([special.padding]) == "")
    }

    /// Checks that files cut short, and files with a byte changed, are read or refused.
    func checkDamage() throws {
        let bytes = Array(original.utf8)
        var random = SeededGenerator(state: 9)
        for number in 0..<200 {
            var damaged = bytes
            if number.isMultiple(of: 2) {
                damaged.removeLast(Int.random(in: 2..<bytes.count, using: &random))
            } else {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                damaged[place] =
                    [0x22, 0x5c, 0x7b, 0x5d, 0x2c, 0x39, 0x80][
                        Int.random(in: 0..<7, using: &random)]
            }
            try folder.write(damaged, to: "tokenizer.json")
            do {
                let tokenizer = try Tokenizer(path: folder.path)
                #expect(!number.isMultiple(of: 2) && tokenizer.vocabularySize > 0)
                #expect(!tokenizer.encode("the house").isEmpty)
            } catch let error as InputError {
                #expect(error.location.hasPrefix(folder.path("tokenizer.json")))
            }
        }
    }
}
