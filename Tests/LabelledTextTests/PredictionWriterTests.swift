import Diagnostics
import Foundation
import LabelledText
import TestSupport
import Testing

@Suite("Predictions are written")
struct PredictionWriterTests {
    private typealias Entry = (id: String, prediction: Prediction, words: [String])

    private func written(_ entries: [Entry], as format: PredictionFormat) throws -> String {
        let folder = try TemporaryFolder()
        var writer = try PredictionWriter(path: folder.path("a"), format: format)
        for entry in entries {
            try writer.add(entry.prediction, id: entry.id, words: entry.words)
        }
        #expect(writer.count == entries.count)
        try writer.finish()
        return String(
            decoding: try FileBytes.read(folder.path("a")), as: UTF8.self)
    }

    @Test("as JSON lines, in their order, with null for what is no number")
    func json() throws {
        let answer = PredictedAnswer(text: "the \"a\"", range: 2..<9, score: 1.5, noAnswerScore: -2)
        let none = PredictedAnswer(text: "", range: nil, score: .nan)
        let text = try written(
            [
                (
                    "7", .label("b", scores: [NamedScore("b", 0.75), NamedScore("a", .infinity)]),
                    []
                ),
                ("é", .label("a"), []), ("2", .score(0.1), []), ("3", .score(.nan), []),
                ("4", .tags(["O", "B-X"], scores: [0.5, 1]), ["x", "y"]), ("5", .tags([]), []),
                ("6", .answer(answer), []), ("6b", .answer(none), []),
                ("8", .choice(1, scores: [-1, 2]), []),
            ], as: .json)
        #expect(
            text == #"""
                {"id":"7","label":"b","scores":{"b":0.75,"a":null}}
                {"id":"é","label":"a"}
                {"id":"2","score":0.1}
                {"id":"3","score":null}
                {"id":"4","tags":["O","B-X"],"scores":[0.5,1.0]}
                {"id":"5","tags":[]}
                {"id":"6","text":"the \"a\"","start":2,"end":9,"score":1.5,"no_answer_score":-2.0}
                {"id":"6b","text":"","start":null,"end":null,"score":null,"no_answer_score":null}
                {"id":"8","choice":1,"scores":[-1.0,2.0]}

                """#)
    }

    @Test("as SQuAD's scripts read them")
    func squad() throws {
        let answers = ["x", ""].map { PredictedAnswer(text: $0, range: nil, score: 0) }
        let text = try written(
            [("q\"1", .answer(answers[0]), []), ("2", .answer(answers[1]), [])], as: .squad)
        #expect(text == "{\n\"q\\\"1\":\"x\",\n\"2\":\"\"\n}\n")
        #expect(try written([], as: .squad) == "{\n}\n")
    }

    @Test("as GLUE's server reads them: labels by number where the task's files have numbers")
    func glue() throws {
        func rows(_ prediction: Prediction, _ task: GLUETask?) throws -> String {
            try written([("12", prediction, [])], as: .glue(task))
        }
        #expect(try rows(.label("acceptable"), .cola) == "index\tprediction\n12\t1\n")
        #expect(try rows(.label("neutral"), .mnli) == "index\tprediction\n12\tneutral\n")
        #expect(try rows(.label("any"), nil) == "index\tprediction\n12\tany\n")
        #expect(try rows(.score(2.5), .stsb) == "index\tprediction\n12\t2.5\n")
        let other = refusal { try rows(.label("no"), .cola) }
        #expect(other?.expected == "one of the labels unacceptable, acceptable")
    }

    @Test("as words with tags, which read back")
    func conll() throws {
        let folder = try TemporaryFolder()
        let text = try written(
            [("0", .tags(["B-X", "I-X"]), ["New York", "#"]), ("1", .tags(["O"]), ["a"])],
            as: .conll)
        #expect(text == "New York\tB-X\n#\tI-X\n\na\tO\n\n")
        let set = try LabelledSet(CoNLLReader(path: folder.write(text, to: "a")))
        #expect(set.examples.map(\.content.words) == [["New York", "#"], ["a"]])
        #expect(set.examples.map(\.content.tags) == [["B-X", "I-X"], ["O"]])
    }

    @Test(
        "or refused where the format has no place for them",
        arguments: [
            (PredictionFormat.squad, Prediction.label("a"), "answers, found a label"),
            (.glue(), .tags(["O"]), "labels and finite scores, found tags"),
            (.glue(), .score(.nan), "labels and finite scores, found a score"),
            (.glue(), .label("a\tb"), "without tabs and line ends"),
            (.conll, .choice(1), "tags, found a choice"),
            (.conll, .tags(["O\n"]), "without tabs and line ends"),
        ])
    func refused(format: PredictionFormat, prediction: Prediction, message: String) throws {
        let error = refusal { try written([("1", prediction, ["x"])], as: format) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test("and an unfinished file is not there")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        do {
            var writer = try PredictionWriter(path: folder.path("a"))
            try writer.add(.label("a"), id: "1")
        }
        #expect(throws: (any Error).self) { try FileBytes.read(folder.path("a")) }
    }
}

/// The bytes of a file.
private enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
