import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("What predictions are scored against is read")
struct ScoredAgainstTests {
    @Test("true answers without their places, in all forms")
    func trueAnswers() throws {
        let folder = try TemporaryFolder()
        func answers(_ text: String) throws -> [[String]?] {
            try SQuADFile.trueAnswers(folder.write(text, to: "a")).map(\.answers)
        }
        let flat = """
            {"id": 1, "answers": ["a", "b"]}
            {"id": "2", "answers": {"text": ["c"], "answer_start": [0]}}
            {"id": "3", "answers": [{"text": "d"}], "is_impossible": false}
            {"id": "4", "answers": []}
            {"id": "5", "answers": ["e"], "is_impossible": true}
            {"id": "6", "answers": [{"text": " ", "answer_start": 0}]}
            {"id": "7"}
            """
        #expect(try answers(flat) == [["a", "b"], ["c"], ["d"], [], [], nil, nil])
        let nested = #"{"data": {"paragraphs": [{"qas": [{"id": 1, "answers": [{"text": 7}]}]}]}}"#
        #expect(try answers(nested) == [["7"]])
        for (text, message) in [
            (#"{"answers": ["a"]}"#, "a:1: expected the key “id”"),
            (#"{"id": 1, "answers": "a"}"#, "a:1: answers: expected a list, found a string"),
            ("{\"id\": 1}\n{\"id\": \"1\"}", "a:2: expected questions with an id each"),
            ("[]", "no example"),
        ] {
            let error = refusal { try answers(text) }?.description ?? ""
            #expect(error.contains(message), "\(error)")
        }
    }

    @Test("runs, whose ids are compared by their bytes")
    func runs() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "b Q0 é 1 0.5 x\n\nb Q0 e\u{301} 2\t-1e2 x\na Q0 d 1 7 x\n", to: "a")
        let run = try RetrievalRun(path: path)
        #expect(run.queries == ["b", "a"])
        #expect(run.documents(of: "b")?.map(\.score) == [0.5, -100])
        #expect(run.documents(of: "c") == nil)
        for (text, message) in [
            ("", "expected lines of queries and documents"),
            ("a Q0 d 1 7\n", "a:1: expected query, Q0, document, rank, score and tag, found 5"),
            ("a Q0 d 1 nan x\n", "a:1: expected a finite score of “d” for “a”, found “nan”"),
            ("a Q0 d 1 2 x\na Q0 d 2 1 x\n", "a:2: expected each document once for a query"),
        ] {
            let path = try folder.write(text, to: "a")
            let error = refusal { try RetrievalRun(path: path) }?.description ?? ""
            #expect(error.contains(message), "\(error)")
        }
    }

    @Test("judged queries in the order of the file")
    func judgements() throws {
        let folder = try TemporaryFolder()
        let judged = try Judgements(path: folder.write("q2 0 d 1\nq1 0 b -1\nq2 0 a 0\n", to: "a"))
        #expect(judged.queries == ["q2", "q1"])
        #expect(judged.documents(of: "q2")?.map(\.document) == ["d", "a"])
        #expect(judged.answeredQueries == ["q2"])
    }

    @Test("−1 is a class where it is named, and otherwise stands for none")
    func minusOne() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "{\"text\": \"a\", \"label\": -1}\n{\"text\": \"b\", \"label\": 1}\n", to: "a")
        func labels(_ names: [String]?) throws -> [TextLabel?] {
            let rules = ReadingRules(labels: try names.map { try LabelNames($0) })
            return try LabelledSet(TextRowReader(path: path, names: .single, rules: rules))
                .examples.map(\.content.label)
        }
        #expect(try labels(nil) == [nil, .name("1")])
        #expect(try labels(["0", "1"]) == [nil, .name("1")])
        #expect(try labels(["-1", "0", "1"]) == [.name("-1"), .name("1")])
    }

    @Test("and half of a surrogate pair is one code point")
    func surrogates() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            #"{"id": 1, "context": "\ud83d a \ud83d\ude00", "question": "?", "#
                + #""answers": [{"text": "a", "answer_start": 2}]}"#, to: "a")
        let set = try SQuADFile.read(path)
        #expect(set.examples[0].content.context == "\u{fffd} a 😀")
        #expect(set.counts.offsets == [.codePoints: 1])
    }
}
