import Encoders
import Formats
import Foundation
import Inference
import TestSupport
import Testing
import Tokenization

/// A question with windows and logits, and the answers that `run_qa` finds; see
/// Fixtures/Heads/make_answers.py.
private struct Searched: Decodable {
    let context: String
    /// The code points that each piece covers.
    let pieces: [[Int]]
    let question: Int
    let limit: Int
    let stride: Int
    let longest: Int
    let windows: Int
    let always: String
    let orNone: String

    var contextWindows: ContextWindows {
        let offsets = CodePointOffsets(context)
        return ContextWindows(
            pieces: pieces.map { offsets.bytes(ofCodePoints: $0[0]..<$0[1]) }, question: question,
            limit: limit, stride: stride)
    }
}

extension ContextWindows {
    /// Windows of a context of these pieces, of which each has an id of its own.
    fileprivate init(pieces: [Range<Int>], question: Int, limit: Int, stride: Int) {
        self.init(
            question: Array(repeating: 7, count: question),
            context: EncodedText(ids: pieces.indices.map { Int32($0 + 10) }, ranges: pieces),
            template: SequenceTemplate(
                single: .init(front: [.init(id: 2)], behind: [.init(id: 1)]),
                pair: .init(
                    front: [.init(id: 2)], between: [.init(id: 1)], behind: [.init(id: 1)])),
            limit: limit, stride: stride)
    }
}

@Suite("From logits to answers")
struct AnswerSearchTests {
    @Test("The answers are those of run_qa, white space at their ends aside")
    func asRunQA() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let questions = try decoder.decode(
            [Searched].self, from: Data(Fixtures.bytes("Heads/answers.json")))
        let file = try SafetensorsFile(path: Fixtures.path("Heads/answers.safetensors"))
        var rest = zip(try file.floats("start"), try file.floats("end")).map { [$0, $1] }[...]
        for (number, question) in questions.enumerated() {
            let windows = question.contextWindows
            try #require(windows.windows.count == question.windows)
            let logits = windows.windows.map { window in
                let count = window.sequence.ids.count
                defer { rest = rest.dropFirst(count) }
                return LogitRows(Array(rest.prefix(count)))
            }
            for (mayBeNone, expected) in [(false, question.always), (true, question.orNone)] {
                let found = AnswerSearch(longest: question.longest, mayBeNone: mayBeNone)
                    .answer(in: question.context, windows, logits)
                #expect(
                    found.text == expected.trimmingCharacters(in: .whitespaces), "\(number)")
                let bytes = found.bytes.map { Array(question.context.utf8)[$0] }
                #expect(bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" == found.text)
            }
        }
        #expect(rest.isEmpty)
    }

    /// One window of "one two three", a piece for each word, with these logits for start and end;
    /// rows 0 to 2 are in front of the context, row 6 behind it.
    private func answer(
        _ starts: [Float], _ ends: [Float], pieces: [Range<Int>] = [0..<3, 3..<7, 7..<13],
        context: String = "one two three", longest: Int = 30, mayBeNone: Bool = false
    ) -> FoundAnswer {
        let windows = ContextWindows(pieces: pieces, question: 1, limit: 40, stride: 0)
        return AnswerSearch(longest: longest, mayBeNone: mayBeNone)
            .answer(in: context, windows, [LogitRows(zip(starts, ends).map { [$0, $1] })])
    }

    @Test("The best sum of a start and an end that is not before it wins")
    func best() {
        var found = answer([9, 9, 9, 1, 3, 0, 9], [9, 9, 9, 0, 2, 1, 9])
        #expect(found.text == "two" && found.score == 5 && found.bytes == 4..<7)
        #expect(found.noAnswerScore == 18)
        found = answer([0, 0, 0, 1, 3, 0, 0], [0, 0, 0, 5, 2, 2.5, 0])
        #expect(found.text == "one" && found.score == 6)
        found = answer([0, 0, 0, 1, 3, 0, 0], [0, 0, 0, 0, 2, 2.5, 0])
        #expect(found.text == "two three" && found.score == 5.5)
        found = answer([0, 0, 0, 1, 3, 0, 0], [0, 0, 0, 0, 2, 2.5, 0], longest: 1)
        #expect(found.text == "two" && found.score == 5)
    }

    @Test("Of equal sums the one of the later start wins, and of one start the later end")
    func ties() {
        #expect(answer([0, 0, 0, 2, 2, 2, 0], [0, 0, 0, 2, 2, 2, 0]).text == "three")
        #expect(answer([0, 0, 0, 2, 1, 1, 0], [0, 0, 0, 0, 3, 3, 0]).text == "one two three")
    }

    @Test("No answer wins only with more, and only where there may be none")
    func none() {
        let (starts, ends) = ([3, 0, 0, 1, 3, 0, 0] as [Float], [2, 0, 0, 0, 2, 1, 0] as [Float])
        #expect(answer(starts, ends, mayBeNone: true).text == "two")
        var more = starts
        more[0] = 3.5
        let found = answer(more, ends, mayBeNone: true)
        #expect(found.text.isEmpty && found.bytes == nil)
        #expect(found.score == 5 && found.noAnswerScore == 5.5)
        #expect(answer(more, ends).text == "two")
    }

    @Test("Where nothing can be an answer there is none")
    func nothing() {
        // All candidates for a start lie behind all for an end.
        let pieces = (0..<60).map { $0..<$0 + 1 }
        let rows = 64
        let starts = (0..<rows).map { Float($0) }
        let found = answer(
            starts, starts.reversed(), pieces: pieces,
            context: String(repeating: "a", count: 60))
        #expect(found.text.isEmpty && found.bytes == nil && found.score == nil)
        #expect(answer([1, 1, 1, 1], [1, 1, 1, 1], pieces: [], context: "").text.isEmpty)
    }

    @Test("Answers have no white space at their ends, and are not white space")
    func whiteSpace() {
        let (context, pieces) = (" a \u{3000}b", [0..<2, 2..<3, 3..<6, 6..<7])
        var found = answer(
            [0, 0, 0, 5, 1, 0, 0, 0], [0, 0, 0, 0, 5, 0, 0, 0], pieces: pieces, context: context)
        #expect(found.text == "a" && found.bytes == 1..<2)
        found = answer(
            [0, 0, 0, 0, 9, 1, 0, 0], [0, 0, 0, 0, 9, 0, 2, 0], pieces: pieces, context: context)
        #expect(found.text == "b" && found.score == 11)
    }

    @Test("The least score of none of all windows counts, and the best answer of all")
    func windows() {
        let windows = ContextWindows(
            pieces: [0..<3, 3..<7, 7..<13], question: 1, limit: 6, stride: 1)
        #expect(windows.windows.count == 2)
        let logits = [
            LogitRows([[5, 5], [0, 0], [0, 0], [1, 1], [2, 2], [0, 0]]),
            LogitRows([[1, 1], [0, 0], [0, 0], [2, 3], [0, 0], [0, 0]]),
        ]
        let found = AnswerSearch(longest: 30, mayBeNone: true)
            .answer(in: "one two three", windows, logits)
        #expect(found.noAnswerScore == 2 && found.score == 5 && found.text == "two")
    }
}
