import Diagnostics
import Foundation
import TestSupport
import Testing
import Tokenization

/// The trainer against SentencePiece 0.2.3; see Tests/Fixtures/Tokenization/make_trained.py.
@Suite struct TrainedModelTests {
    private struct Case: Decodable {
        var lines: [Data]
        var vocabulary: Int
        var coverage: Double
        var model: Data?
        var smallest: Int?
        var largest: Int?

        var training: TokenizerTraining {
            TokenizerTraining(vocabularySize: vocabulary, characterCoverage: coverage)
        }

        func train() throws -> [UInt8] {
            var next = lines.makeIterator()
            return try training.train { next.next().map(Array.init) }
        }
    }

    private func cases() throws -> [Case] {
        try JSONDecoder().decode(
            [Case].self, from: Data(Fixtures.bytes("Tokenization/trained.json")))
    }

    @Test func `a trained model has the bytes that SentencePiece writes`() throws {
        let cases = try cases().filter { $0.model != nil }
        #expect(cases.count == 7)
        for one in cases {
            #expect(try one.train() == one.model.map(Array.init), "\(one.vocabulary) pieces")
        }
    }

    @Test func `a vocabulary that cannot be is refused with the sizes that can`() throws {
        let cases = try cases().filter { $0.model == nil }
        #expect(cases.count == 7)
        for one in cases {
            let error = #expect(throws: InputError.self) { try one.train() }
            if let smallest = one.smallest {
                #expect(error?.remedy.hasPrefix("Ask for \(smallest) or more") == true)
            }
            if let largest = one.largest {
                #expect(error?.remedy.hasPrefix("Ask for \(largest) or fewer") == true)
            }
        }
    }

    @Test func `counts from several threads add up to those of one`() throws {
        let one = try #require(try cases().first { $0.model != nil })
        var parts = [WordCounts(), WordCounts(), WordCounts()]
        for (index, line) in one.lines.enumerated() { parts[index % 3].add(Array(line)[...]) }
        let sum = parts.reversed().reduce(into: WordCounts()) { $0.add($1) }
        #expect(try one.training.train(on: sum) == one.model.map(Array.init))
    }

    @Test func `lines that are too long or hold the mark of unknown characters are counted`() {
        var counts = WordCounts()
        counts.add(Array(repeating: 0x61, count: TokenizerTraining.longestLine + 1)[...])
        counts.add(Array("a\u{2585}b".utf8)[...])
        counts.add([])
        #expect(counts.skippedLines == 2)
        #expect(counts.isEmpty)
        counts.add(Array(repeating: 0x61, count: TokenizerTraining.longestLine)[...])
        #expect(counts.skippedLines == 2)
        #expect(counts.bytes == TokenizerTraining.longestLine)
    }

    @Test func `words end where no piece can go on`() {
        var counts = WordCounts()
        let text = "ab, ab1ab \u{2581}вab\u{301}в <mask>ab   カかー-x"
        counts.add(Array(text.utf8)[...])
        var words: [String: Int64] = [:]
        counts.words.forEach { words[String(decoding: $0, as: UTF8.self)] = $1 }
        #expect(words == ["ab": 3, " ab": 1, "ab\u{301}в": 1, "カかー": 1])
    }

    @Test func `pairs of one count come shorter first, then by code points`() throws {
        var next = ["zz zz", "bc bc", "aaa aaa", "\u{e9}\u{e8} \u{e9}\u{e8}"].makeIterator()
        let counts = { () -> WordCounts in
            var counts = WordCounts()
            while let line = next.next() { counts.add(Array(line.utf8)[...]) }
            return counts
        }()
        let alphabet = Alphabet(counts.characters, coverage: 1)
        let words = try #require(WordSymbols(counts, alphabet))
        var learner = BytePairLearner(words, alphabet)
        var pieces: [String] = []
        while let piece = learner.next() {
            pieces.append(String(String.UnicodeScalarView(piece.compactMap(Unicode.Scalar.init))))
        }
        #expect(pieces.first == "aa")
        #expect(pieces.dropFirst().prefix(3) == ["bc", "zz", "\u{e9}\u{e8}"])
    }
}
