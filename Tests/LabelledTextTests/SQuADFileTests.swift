import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("Questions are read")
struct SQuADFileTests {
    private let context = "𐓏𐓘 lamps the café. Öre sleeps, öre\u{301} wakes."

    private typealias Answer = AnsweredQuestion.Answer

    /// The code points at a place of the context.
    private func text(_ range: Range<Int>?) -> String? {
        range.map {
            String(String.UnicodeScalarView(Array(context.unicodeScalars)[$0]))
        }
    }

    @Test("in SQuAD's form, with several answers and ids that are numbers")
    func first() throws {
        let set = try SQuADFile.read(made("squad/v1.json"))
        #expect(
            set.examples.map(\.content) == [
                AnsweredQuestion(
                    context: context, question: "Who is a?",
                    answers: [Answer(text: "𐓏𐓘", range: 0..<2)]),
                AnsweredQuestion(
                    context: context, question: "Who is 2?",
                    answers: [
                        Answer(text: "café", range: 13..<17),
                        Answer(text: "wakes", range: 36..<41),
                    ]),
            ])
        #expect(set.examples.map(\.id) == ["a", "2"])
        #expect(
            set.examples[1].location == made("squad/v1.json") + ": data[0].paragraphs[0].qas[1]")
        #expect(set.counts.offsets == [.codePoints: 3])
    }

    @Test("in the second form, with questions that have no answer")
    func second() throws {
        let set = try SQuADFile.read(
            made("squad/v2.json.gz"), rules: ReadingRules(needsLabels: true))
        #expect(set.examples.map(\.content.isImpossible) == [false, true])
        #expect(set.examples.map(\.content.answers.count) == [1, 0])
        #expect(set.counts.unlabelled == 0)
    }

    @Test(
        "as flat rows: lines, an object of rows, an object of columns",
        arguments: ["flat.jsonl.zst", "rows.json", "columns.json"])
    func flat(name: String) throws {
        let set = try SQuADFile.read(made("squad/\(name)"))
        #expect(set.examples.map(\.content.question) == ["Who?", "Why?", "When?", "Where?"])
        #expect(
            set.examples[0].content.answers == [
                Answer(text: "𐓏𐓘", range: 0..<2), Answer(text: "wakes", range: 36..<41),
            ])
        #expect(set.examples.map(\.content.isImpossible) == [false, false, true, false])
        #expect(
            set.counts.summary == "4 examples, 1 without label, 1 with the id of another")
        let error = refusal {
            try SQuADFile.read(made("squad/\(name)"), rules: ReadingRules(needsLabels: true))
        }
        #expect(error?.expected == "a label")
    }

    @Test("whose offsets count other units: refused, or mended and counted")
    func offsets() throws {
        let path = made("squad/offsets.json")
        let set = try SQuADFile.read(path, offsets: .mended)
        #expect(
            set.counts.offsets == [.utf16: 1, .bytes: 1, .elsewhere: 3, .absent: 1])
        #expect(
            set.counts.summary
                == "6 examples; offsets that count 1 units of UTF-16, 1 bytes of UTF-8, "
                + "3 another place, 1 no place")
        let ranges = set.examples.map { $0.content.answers[0].range }
        #expect(ranges == [36..<41, 36..<41, 20..<22, 32..<34, 20..<22, nil])
        #expect(ranges.map(text) == ["wakes", "wakes", "re", "re", "re", nil])
        let error = refusal { try SQuADFile.read(path) }
        #expect(
            error?.description
                == "\(path): data[0].paragraphs[0].qas[0].answers[0].answer_start: expected where "
                + "“wakes” begins in code points, 36, found 38, which counts units of UTF-16. "
                + "Count code points as Python does, or let offsets be mended, which counts what "
                + "is wrong.")
    }

    @Test("without answers where they are withheld")
    func withheld() throws {
        let path = made("squad/withheld.json")
        let set = try SQuADFile.read(path)
        #expect(set.counts.summary == "2 examples, 2 without label")
        #expect(set.examples.allSatisfy { !$0.content.isImpossible })
        let error = refusal { try SQuADFile.read(path, rules: ReadingRules(needsLabels: true)) }
        #expect(error?.location == "\(path): data[0].paragraphs[0].qas[0]")
    }

    @Test("or refused with the key")
    func refused() throws {
        let folder = try TemporaryFolder()
        func error(_ text: String) throws -> String {
            let path = try folder.write(text, to: "a.json")
            let error = refusal { try SQuADFile.read(path) }
            return error?.description.replacing(path, with: "a.json") ?? ""
        }
        func document(_ questions: String) -> String {
            #"{"data": [{"paragraphs": [{"context": "A lamp.", "qas": [\#(questions)]}]}]}"#
        }
        let place = "a.json: data[0].paragraphs[0].qas[0]"
        #expect(try error("").contains("expected questions in the form of SQuAD, found no"))
        #expect(try error(#"{"data": []}"#).contains("found no example"))
        #expect(try error(#"{"version": "1.1"}"#).contains("a.json:1: expected the key “context”"))
        #expect(
            try error(#"{"data": [{"title": "A"}]}"#)
                .contains("a.json: data[0]: expected the key “paragraphs”, found the keys title"))
        #expect(
            try error(#"{"data": [{"paragraphs": [{"qas": []}]}]}"#)
                .contains("a.json: data[0].paragraphs[0]: expected the key “context”"))
        #expect(
            try error(document(#"{"question": 3}"#))
                .contains("\(place).question: expected a string, found 3"))
        #expect(
            try error(document(#"{"question": "?", "answers": [{"text": "lamp"}]}"#))
                .contains("\(place).answers[0]: expected the key “answer_start”"))
        #expect(
            try error(
                document(#"{"question": "?", "answers": [{"text": "lamp", "answer_start": 2.5}]}"#)
            ).contains("\(place).answers[0].answer_start: expected a whole number, found 2.5"))
        #expect(
            try error(
                document(
                    #"{"question": "?", "answers": [{"text": "lamp", "answer_start": 2},"#
                        + #" {"text": " ", "answer_start": 2}]}"#)
            ).contains("\(place).answers[1].text: expected the words of an answer"))
        #expect(
            try error(
                document(#"{"question": "?", "answers": [{"text": "tova", "answer_start": 2}]}"#)
            ).contains("expected the place of “tova” in the context, found 2, and the text nowh"))
        #expect(
            try error(
                document(
                    #"{"question": "?", "answers": [{"text": "lamp", "answer_start": 2}],"#
                        + #" "is_impossible": true}"#)
            ).contains("\(place): expected no answers, as is_impossible says, found 1 answer"))
        #expect(
            try error(document(#"{"question": "?", "id": 1, "id": 2, "answers": []}"#))
                .contains("\(place).id: expected each key once, found it twice"))
        #expect(
            try error(
                #"{"context": "A", "question": "?", "answers": {"text": ["A"], "#
                    + #""answer_start": []}}"#
            )
            .contains("answers.answer_start: expected as many places as texts, 1, found 0"))
        #expect(
            try error(#"{"context": ["A"], "question": ["?", "!"]}"#)
                .contains("a.json: question: expected 1 values, as “context” has, found 2"))
        #expect(
            try error("{\"context\": \"A\", \"question\": \"?\"}\n{\"context\": \"A\" \"b\"}\n")
                .contains("a.json:2:17: expected \"}\", found “\"b\"}”"))
    }

    @Test("passing over as many broken lines as may be")
    func malformed() throws {
        let folder = try TemporaryFolder()
        let good = #"{"context": "A", "question": "?", "answers": []}"#
        let path = try folder.write("\(good)\n{\n\n{}\n\(good)\n", to: "a.jsonl")
        let set = try SQuADFile.read(path, rules: ReadingRules(malformedLines: 2))
        #expect(set.counts.summary == "2 examples; passed over: 1 blank, 2 malformed")
        #expect(
            refusal {
                try SQuADFile.read(path, rules: ReadingRules(malformedLines: 1))
            }?.location == "\(path):4")
    }

    @Test(
        "as Python reads the real ones",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"),
        arguments: RealSet.files(of: "squad"))
    func real(file: RealSet) throws {
        file.compare(try SQuADFile.read(file.path)) {
            let content = $0.content
            let answers = content.answers.map { "\($0.range?.lowerBound ?? -1) \($0.text)" }
            return [$0.id, content.context, content.question, answers.joined(separator: " ")]
        }
    }

    @Test(
        "of AmQA, whose offsets are partly wrong, and with ids that repeat",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"))
    func partlyWrong() throws {
        func counts(_ name: String) throws -> ReadingCounts {
            try SQuADFile.read(SharedFolder.path("eval/\(name)"), offsets: .mended).counts
        }
        func wrong(_ counts: ReadingCounts) -> Int {
            counts.offsets.filter { $0.key != .codePoints }.values.reduce(0, +)
        }
        let train = try counts("qa_amqa/train_data.json.gz")
        #expect(train.examples == 1723 && wrong(train) == 6 && train.offsets[.absent] == nil)
        let dev = try counts("qa_amqa/dev_data.json.gz")
        #expect(dev.examples == 600 && wrong(dev) == 14 && dev.offsets[.absent] == nil)
        let repeated = try counts("qa_tydiqa/tydiqa.goldp.en.train.json.gz")
        #expect(repeated.examples == 3696 && repeated.repeatedIDs == 3607)
    }

    @Test(
        "but not broken JSON, whose line and column are named as Python does",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"))
    func broken() throws {
        let folder = SharedFolder.path("eval/qa_tigqa_broken")
        for (name, place) in [("dev.json", "472:14444"), ("test.json", "168:1805")] {
            let error = refusal { try SQuADFile.read("\(folder)/\(name)") }
            #expect(error?.location == "\(folder)/\(name):\(place)")
        }
        let train = "\(folder)/train.json"
        #expect(refusal { try SQuADFile.read(train) }?.location.hasSuffix("answer_start") == true)
        let mended = try SQuADFile.read(train, offsets: .mended).counts
        #expect(mended.examples == 37 && mended.offsets[.absent] == 11)
        #expect(mended.offsets[.codePoints] == nil)
    }
}
