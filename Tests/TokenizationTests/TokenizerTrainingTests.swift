import Diagnostics
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerTrainingTests {
    /// Made-up lines: words of a few syllables, some far more common than others.
    private var lines: [[UInt8]] {
        var random = SeededGenerator(state: 11)
        let words = (0..<300).map { _ in
            (0..<Int.random(in: 1...3, using: &random)).map { _ in
                String("ptkmnslr".randomElement(using: &random) ?? "p")
                    + String("aeiouäö".randomElement(using: &random) ?? "a")
            }.joined()
        }
        return (0..<1500).map { _ in
            let line = (0..<8).map { _ in
                words[
                    min(
                        Int.random(in: 0..<300, using: &random),
                        Int.random(in: 0..<300, using: &random))]
            }
            return Array(line.joined(separator: " ").utf8)
        }
    }

    private func train(_ size: Int, _ lines: [[UInt8]]) throws -> [UInt8] {
        var next = lines.makeIterator()
        return try TokenizerTraining(vocabularySize: size).train { next.next() }
    }

    @Test func `a vocabulary has Gemma's layout and encodes what it was trained on`() throws {
        let tokenizer = try Tokenizer(modelBytes: train(600, lines), path: "trained")
        let model = try #require(tokenizer.model)
        let pieces = model.pieces
        #expect(pieces.count == 600)
        #expect(
            pieces.prefix(5).map(\.text) == ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"])
        let symbols = TokenizerTraining.whitespaceSymbols
        #expect(pieces[5..<(5 + symbols.count)].map(\.text) == symbols)
        #expect(pieces[5..<(5 + symbols.count)].allSatisfy { $0.kind == .userDefined })
        let firstByte = 5 + symbols.count
        #expect(pieces[firstByte].text == "<0x00>")
        #expect(pieces[firstByte + 255].text == "<0xFF>")
        #expect(model.hasByteFallback && model.keepsTextAsItIs)
        for line in lines.prefix(50) {
            let text = String(decoding: line, as: UTF8.self)
            let ids = tokenizer.encode(text)
            #expect(tokenizer.decode(ids) == text)
            #expect(ids.count < text.utf8.count / 2)
        }
    }

    @Test func `runs of whitespace are single pieces and survive decoding`() throws {
        let tokenizer = try Tokenizer(modelBytes: train(600, lines), path: "trained")
        for run in TokenizerTraining.whitespaceSymbols {
            let text = "pa" + run.replacing("\u{2581}", with: " ") + "\tpa\n"
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
            #expect(tokenizer.encode(run.replacing("\u{2581}", with: " ")).count == 1)
        }
    }

    @Test func `the same lines give the same model`() throws {
        #expect(try train(500, lines) == train(500, lines))
    }

    @Test func `a vocabulary that the text cannot fill is an error`() throws {
        let error = #expect(throws: InputError.self) { try train(20_000, lines) }
        #expect(error?.expected.hasPrefix("a vocabulary of at most ") == true)
        #expect(error?.found == "20000")
        #expect(throws: InputError.self) { try train(500, []) }
    }

    @Test func `an error while lines are read ends the training`() throws {
        struct Interrupted: Error {}
        var left = lines.prefix(100).makeIterator()
        #expect(throws: Interrupted.self) {
            try TokenizerTraining(vocabularySize: 400).train {
                guard let line = left.next() else { throw Interrupted() }
                return line
            }
        }
    }
}
