import Foundation
import Serialization
import TestSupport
import Testing
import Tokenization

/// Tokenizers of XLM-R's and BERT's families in Tests/Fixtures/Tokenization, and what SentencePiece,
/// the tokenizers library and transformers make of texts with them.
enum FamilyFixtures {
    struct Pair: Decodable {
        var texts: [Int]
        var ids: [Int32]
        var types: [Int32]
    }
    struct Variant: Decodable {
        var name: String
        /// Parts of the file in place of its own, as JSON.
        var changes: [String: String]
        /// The content of `tokenizer_config.json`.
        var settings: String?
        var ids: [[Int32]]
        var offsets: [[Int]]
        var pairs: [Pair]
        var decoded: [String]?
    }
    struct Content: Decodable {
        var texts: [String]
        var variants: [Variant]
    }
    /// What a `sentencepiece.bpe.model` gives.
    struct Model: Decodable {
        var texts: [String]
        var ids: [[Int32]]
        /// SentencePiece's own ids, and the places of its pieces.
        var pieces: [[Int32]]
        var offsets: [[Int]]
        var pairs: [Pair]
    }
    /// A file of ../shared/eval, and a digest of the ids of its texts by each tokenizer.
    struct Real: Decodable {
        var file: String
        var texts: Int
        var digests: [String: String]
    }

    static func content<Value: Decodable>(_ name: String, as: Value.Type) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(Fixtures.bytes("Tokenization/\(name)")))
    }

    static let model = "families.model"

    /// The map of characters in the model, in Base64.
    static func characterMap() throws -> String {
        var reader = ProtocolBufferReader(try Fixtures.bytes("Tokenization/\(model)")[...])
        var normalizer: ArraySlice<UInt8> = []
        while let (field, value) = reader.next() {
            if field == 3, case .bytes(let part) = value { normalizer = part }
        }
        reader = ProtocolBufferReader(normalizer)
        while let (field, value) = reader.next() {
            if field == 2, case .bytes(let map) = value {
                return Data(map).base64EncodedString()
            }
        }
        throw CocoaError(.fileReadCorruptFile)
    }

    /// The content of a `tokenizer.json` with these parts changed.
    static func json(_ changes: [String: String]) throws -> String {
        func value(_ text: [UInt8]) throws -> Any {
            try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
        }
        var object = try #require(
            try value(Fixtures.bytes("Tokenization/families.json")) as? [String: Any])
        for (key, part) in changes { object[key] = try value(Array(part.utf8)) }
        let text = try JSONSerialization.data(
            withJSONObject: object, options: .withoutEscapingSlashes)
        return String(decoding: text, as: UTF8.self)
            .replacing("THE MAP OF FAMILIES.MODEL", with: try characterMap())
    }

    /// The tokenizer of a folder with nothing but this file.
    static func tokenizer(_ changes: [String: String]) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        try folder.write(json(changes), to: "tokenizer.json")
        return try Tokenizer(path: folder.path)
    }

    /// The tokenizer of a folder with `sentencepiece.bpe.model` alone.
    static func modelTokenizer() throws -> Tokenizer {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Tokenization/\(model)"), to: "sentencepiece.bpe.model")
        return try Tokenizer(path: folder.path)
    }

    /// The tokenizer of a folder with `vocab.txt`, and these settings beside it.
    static func vocabularyTokenizer(_ settings: String?) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Tokenization/families-vocab.txt"), to: "vocab.txt")
        if let settings { try folder.write(settings, to: "tokenizer_config.json") }
        return try Tokenizer(path: folder.path)
    }
}
