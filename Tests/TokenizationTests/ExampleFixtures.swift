import Foundation
import TestSupport
import Testing
import Tokenization

/// What the tokenizers library says of texts as examples, in Tests/Fixtures/Tokenization, and the
/// tokenizers that it says it with.
struct ExampleFixtures {
    struct Variant: Decodable {
        struct Encoded: Decodable {
            var ids: [Int32]
            var offsets: [Int]
        }
        struct Pair: Decodable {
            var texts: [Int]
            var ids: [Int32]
            var types: [Int32]
        }
        struct Windows: Decodable {
            struct Window: Decodable {
                var ids: [Int32]
                var rows: [Int]?
                var offsets: [Int]
            }
            var question: String
            var context: String
            var limit: Int
            var stride: Int
            var windows: [Window]
        }
        struct Words: Decodable {
            var ids: [Int32]
            var words: [Int]
        }
        var file: String
        var name: String
        var replacements: [[String]]
        var texts: [Encoded]
        var pairs: [Pair]
        var windows: [Windows]
        var words: [Words]

        var title: String { "\(file), \(name)" }
    }

    private struct Content: Decodable {
        var texts: [String]
        var words: [[String]]
        var tokenizers: [Variant]
    }

    let texts: [String]
    let words: [[String]]
    let variants: [(fixture: Variant, tokenizer: Tokenizer)]

    init() throws {
        let content = try JSONDecoder().decode(
            Content.self, from: Data(Fixtures.bytes("Tokenization/ranges.json")))
        (texts, words) = (content.texts, content.words)
        variants = try content.tokenizers.map { ($0, try Self.tokenizer($0)) }
    }

    private static func tokenizer(_ variant: Variant) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        var text = String(
            decoding: try Fixtures.bytes("Tokenization/\(variant.file).json"), as: UTF8.self)
        for pair in variant.replacements { text = text.replacing(pair[0], with: pair[1]) }
        try folder.write(text, to: "tokenizer.json")
        let roles = [
            "byte-level": #"{"pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}"#,
            "unigram": #"{"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}"#,
        ]
        if let roles = roles[variant.file] {
            try folder.write(roles, to: "special_tokens_map.json")
        }
        return try Tokenizer(path: folder.path)
    }

    /// The tokenizer of a variant.
    func tokenizer(_ file: String, _ name: String = "as it is") throws -> Tokenizer {
        let found = variants.first { $0.fixture.file == file && $0.fixture.name == name }
        return try #require(found).tokenizer
    }

    /// Ranges of bytes as a list of starts and ends in code points.
    static func offsets(_ ranges: some Sequence<Range<Int>>, of text: String) -> [Int] {
        let places = CodePointOffsets(text)
        return ranges.map(places.codePoints(ofBytes:)).flatMap { [$0.lowerBound, $0.upperBound] }
    }
}
