import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// Ids and text against SentencePiece: a small model in Tests/Fixtures, a larger one with lines in
/// many languages in ../shared/golden.
@Suite struct TokenizerTests {
    /// A model, and lines with the ids that SentencePiece gives them.
    struct Reference: Sendable, CustomTestStringConvertible {
        var model: String
        var lines: String
        var ids: String
        var testDescription: String { model }

        static var all: [Reference] {
            let fixture = Reference(
                model: Fixtures.path("Tokenization/tiny.model"),
                lines: Fixtures.path("Tokenization/lines.txt"),
                ids: Fixtures.path("Tokenization/ids.txt"))
            guard SharedFolder.has("golden") else { return [fixture] }
            let golden = Reference(
                model: SharedFolder.path("golden/sp_sample.model"),
                lines: SharedFolder.path("golden/sp_sample_lines.txt"),
                ids: SharedFolder.path("golden/sp_sample_ids.txt"))
            return [fixture, golden]
        }

        func pairs() throws -> [(line: String, ids: [Int32])] {
            func rows(_ path: String) throws -> [String] {
                try Data(contentsOf: URL(filePath: path))
                    .split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
                    .map { String(decoding: $0, as: UTF8.self) }
            }
            let (lines, ids) = (try rows(lines), try rows(ids))
            try #require(lines.count == ids.count)
            return zip(lines, ids).map { ($0, $1.split(separator: " ").compactMap { Int32($0) }) }
        }
    }

    @Test(arguments: Reference.all)
    func `ids and decoded text equal SentencePiece's`(reference: Reference) throws {
        let tokenizer = try Tokenizer(path: reference.model)
        for (line, expected) in try reference.pairs() {
            let ids = tokenizer.encode(line)
            #expect(ids == expected, "\(line)")
            // SentencePiece reads U+2581 as a space.
            #expect(tokenizer.decode(ids) == line.replacing("\u{2581}", with: " "))
        }
    }

    /// A text of `gemma-like.json` with SentencePiece's ids.
    private struct Pair: Decodable {
        var text: String
        var ids: [Int32]
    }

    @Test func `a user's model of Gemma's kind gives SentencePiece's ids`() throws {
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/gemma-like.model"))
        #expect(tokenizer.special.all == [0, 1, 2, 3, 4])
        #expect(tokenizer.piece(106) == "<start_of_turn>")
        #expect(tokenizer.piece(217) == "<0x00>")
        let pairs = try JSONDecoder().decode(
            [Pair].self, from: Data(try Fixtures.bytes("Tokenization/gemma-like.json")))
        #expect(pairs.count > 100)
        for pair in pairs {
            let ids = tokenizer.encode(pair.text)
            #expect(ids == pair.ids, "\(pair.text.debugDescription)")
            #expect(ids == tokenizer.encodeWithLibrary(pair.text))
            #expect(tokenizer.decode(ids) == pair.text.replacing("\u{2581}", with: " "))
        }
    }

    @Test(arguments: Reference.all)
    func `the fast encoder equals the library on any text`(reference: Reference) throws {
        let tokenizer = try Tokenizer(path: reference.model)
        let letters =
            try #require(tokenizer.model).pieces.filter { $0.kind == .normal }.map(\.text)
            + [" ", " ", "  ", "\n", "\t", "▁", "ž", "😀", "\u{0}", "<mask>", "<mas", "<bos>"]
        var random = SeededGenerator(state: 3)
        for length in [0, 1, 2, 7, 8, 9, 63, 127, 128, 129, 257, 1000] {
            for _ in 0..<40 {
                let range = 1...max(1, Int.random(in: 1...letters.count, using: &random))
                let text = (0..<length).map { _ in
                    letters[Int.random(in: range, using: &random) - 1]
                }.joined()
                #expect(tokenizer.encode(text) == tokenizer.encodeWithLibrary(text), "\(text)")
            }
        }
    }

    @Test func `bytes that are not UTF-8 give the ids of replacement characters`() throws {
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/tiny.model"))
        for bytes: [UInt8] in [
            [0xff], [0x70, 0xc3], [0xed, 0xa0, 0x80, 0x70], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80],
        ] {
            var ids: [Int32] = [7]
            tokenizer.encode(bytes.span, appendingTo: &ids)
            #expect(ids.first == 7)
            #expect(tokenizer.decode(ids.dropFirst()).unicodeScalars.contains("\u{fffd}"))
        }
    }

    @Test func `special tokens have Gemma's ids and a folder serves as well as a file`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Tokenization/tiny.model"), to: "tokenizer.model")
        let tokenizer = try Tokenizer(path: folder.path)
        #expect(tokenizer.special.all == [0, 1, 2, 3, 4])
        #expect(tokenizer.vocabularySize == 700)
        #expect(tokenizer.encode("") == [])
        #expect(tokenizer.decode([2, 1]) == "")
    }

    @Test func `what is no model is an error that names the file`() throws {
        let folder = try TemporaryFolder()
        let model = try Fixtures.bytes("Tokenization/tiny.model")
        let cases: [(name: String, bytes: [UInt8])] = [
            ("empty.model", []), ("text.model", Array("no model at all".utf8)),
            ("cut.model", Array(model.prefix(5000))),
        ]
        for (name, bytes) in cases {
            let path = try folder.write(bytes, to: name)
            let error = #expect(throws: InputError.self) { try Tokenizer(path: path) }
            #expect(error?.location.hasSuffix(name) == true)
        }
        let error = #expect(throws: InputError.self) {
            try Tokenizer(path: folder.path("absent"))
        }
        #expect(error?.found == "no such file")
    }

    @Test func `a model without a mask piece is refused by name`() throws {
        var model = try Fixtures.bytes("Tokenization/tiny.model")
        let mask = try #require(model.firstRange(of: Array("<mask>".utf8)))
        model.replaceSubrange(mask, with: Array("<tusk>".utf8))
        let error = #expect(throws: InputError.self) {
            try Tokenizer(modelBytes: model, path: "a.model")
        }
        #expect(error?.found == "no piece <mask>")
    }

    @Test func `damaged model files are read or refused, never a crash`() throws {
        let model = try Fixtures.bytes("Tokenization/tiny.model")
        var random = SeededGenerator(state: 5)
        for _ in 0..<300 {
            var damaged = model
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
            }
            _ = try? SentencePieceModel(bytes: damaged, path: "damaged")
        }
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
    }
}
