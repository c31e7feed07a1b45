import Foundation
import LabelledText
import TestSupport
import Testing

/// `mmbert measure` on small files.
@Suite("Measuring predictions")
struct MeasureTests {
    private let folder = try? TemporaryFolder()

    /// Writes both files and measures them.
    private func measure(
        _ metric: String, _ references: String, _ predictions: String, _ options: String...
    ) throws -> RunningProgram.Ending {
        let folder = try #require(folder)
        try folder.write(references, to: "references")
        try folder.write(predictions, to: "predictions")
        return try Program.mmbert.run(
            [
                "measure", "--metric", metric, "--references", "references", "--predictions",
                "predictions",
            ] + options, in: folder.path)
    }

    /// The numbers of the first run of a report in JSON.
    private func values(_ ending: RunningProgram.Ending) throws -> [String: Double] {
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let report = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        let runs = (report as? [String: Any])?["runs"] as? [[String: Any]]
        let measures = try #require(runs?.first?["measures"] as? [String: [String: Any]])
        return measures.compactMapValues { $0["value"] as? Double }
    }

    @Test("Labels are matched by id where there are ids, and by line where there are none")
    func labels() throws {
        let references = "{\"id\": 1, \"label\": \"a\"}\n{\"id\": \"2\", \"label\": \"b\"}\n"
        let byID = try measure(
            "classification", references,
            "{\"id\": \"2\", \"label\": \"b\"}\n\n{\"id\": 1, \"scores\": {\"a\": 2, \"b\": 2}}\n",
            "--json", "--positive", "b")
        #expect(try values(byID)["accuracy"] == 1)
        #expect(try values(byID)["f1"] == 1)
        let byLine = try measure("classification", "a\nb\n", "b\nb\n", "--json")
        #expect(try values(byLine)["accuracy"] == 0.5)
        let table = try measure(
            "classification", "0\n1\n", "index\tprediction\n0\tno\n1\tyes\n", "--labels", "no,yes",
            "--json", "--resamples", "0")
        #expect(try values(table)["matthews_correlation"] == 1)
    }

    @Test("A threshold that is no number, and a label without a name, are refused")
    func optionMistakes() throws {
        for (metric, option, message) in [
            ("multilabel", "--threshold=nan", "--threshold nan: give a finite number."),
            ("classification", "--labels=no,,yes", "--labels 'no,,yes': give names separated by"),
        ] {
            let ending = try measure(metric, "a\n", "a\n", option)
            #expect(ending.exitCode == 2 && ending.output.isEmpty)
            #expect(ending.messages.contains(message), "\(ending.messages)")
        }
    }

    @Test("Predictions beside the true labels are what is scored")
    func predictionsBesideLabels() throws {
        let references = "{\"label\": \"a\"}\n{\"label\": \"b\"}\n"
        let lines = try measure(
            "classification", references,
            "{\"label\": \"a\", \"prediction\": \"b\"}\n"
                + "{\"label\": \"b\", \"prediction\": \"b\"}\n", "--json")
        #expect(try values(lines)["accuracy"] == 0.5)
        let table = try measure(
            "classification", references, "label\tprediction\na\tb\nb\ta\n", "--json")
        #expect(try values(table)["accuracy"] == 0)
        for name in ["label", "score"] {
            let numbers = try measure(
                "regression", "1\n2\n3\n",
                "\(name)\tprediction\n1\t3\n2\t2\n3\t1\n", "--json")
            #expect(abs((try values(numbers)["pearson"] ?? 0) + 1) < 1e-12)
        }
        let both = "{\"label\": \"a\", \"prediction\": \"b\"}\n"
        #expect(try values(measure("classification", both, "a\n", "--json"))["accuracy"] == 1)
    }

    @Test("The table has percentages with their interval, and says what was left out")
    func table() throws {
        let ending = try measure(
            "classification", "{\"label\": \"a\"}\n{\"label\": null}\n{\"label\": \"b\"}\n",
            "a\nb\nc\n")
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.output.hasPrefix("% of 2 examples "))
        #expect(ending.output.contains("accuracy               50.0   0.0  100.0\n"))
        #expect(ending.output.contains("references without a label, which are not scored: 1\n"))
        #expect(ending.output.contains("predictions of labels that no reference has: 1\n"))
    }

    @Test("What the references withhold is not scored, and counted")
    func withheld() throws {
        func unscored(_ ending: RunningProgram.Ending) throws -> Bool {
            _ = try values(ending)
            return ending.output.contains("\"unscored\":1}")
        }
        let labels = try measure("classification", "-1\n0\n1\n", "0\n0\n0\n", "--json")
        #expect(try values(labels)["accuracy"] == 0.5 && unscored(labels))
        let named = try measure(
            "classification", "-1\n0\n1\n", "-1\n0\n0\n", "--json", "--labels=-1,0,1")
        #expect(abs((try values(named)["accuracy"] ?? 0) - 2.0 / 3) < 1e-12)
        let numbers = try measure("regression", "1\n\n3\n", "1\n2\n3\n", "--json")
        #expect(abs((try values(numbers)["pearson"] ?? 0) - 1) < 1e-12)
        #expect(try unscored(numbers))
        let minus = try measure("regression", "-1\n2\n3\n", "-1\n2\n3\n", "--json")
        #expect(abs((try values(minus)["pearson"] ?? 0) - 1) < 1e-12)
        #expect(minus.output.contains("\"minus_ones\":1"))
        let sets = try measure(
            "multilabel", "{\"labels\": [\"a\"]}\n{\"labels\": null}\n",
            "{\"labels\": [\"a\"]}\n{\"labels\": []}\n", "--json")
        #expect(try values(sets)["exact_match"] == 1 && unscored(sets))
        let tags = try measure(
            "seqeval", "{\"tags\": [\"B-X\"]}\n{\"tokens\": [\"b\"]}\n", "a B-X\n\nb B-X\n",
            "--json")
        #expect(try values(tags)["precision"] == 1 && unscored(tags))
        let answers = try measure(
            "squad-v2", "{\"id\": 1, \"answers\": []}\n{\"id\": 2}\n",
            "{\"1\": \"\", \"2\": \"x\"}",
            "--json")
        #expect(try values(answers)["exact_match"] == 1 && unscored(answers))
    }

    @Test("Half a surrogate pair, a list of objects and a pipe are read")
    func lenient() throws {
        let list = try measure(
            "classification", "[\n{\"label\": \"a\"},\n{\"label\": true}\n]\n",
            "{\"label\": \"a\", \"text\": \"\\ud83d\"}\n{\"label\": true}\n", "--json")
        #expect(try values(list)["accuracy"] == 1)
        let folder = try #require(folder)
        try folder.write("{\"id\": 1,\n \"answers\": [\"a\"]}", to: "questions")
        try folder.write("{\n\"1\": \"a\"}", to: "answers")
        let piped = try RunningProgram(
            "/bin/sh",
            [
                "-c",
                "cat questions | \"$0\" measure --json --metric squad --references - "
                    + "--predictions answers", Program.mmbert.path,
            ], in: folder.path)
        #expect(try values(piped.wait())["exact_match"] == 1)
    }

    @Test("What LabelledText writes of predictions is read")
    func written() throws {
        let folder = try #require(folder)
        func measured(
            _ metric: String, _ references: String, _ predictions: [Prediction],
            _ format: PredictionFormat = .json
        ) throws -> [String: Double] {
            var writer = try PredictionWriter(path: folder.path("written"), format: format)
            for (place, prediction) in predictions.enumerated() {
                try writer.add(prediction, id: "\(place)", words: ["w\(place)"])
            }
            try writer.finish()
            try folder.write(references, to: "references")
            return try values(
                Program.mmbert.run(
                    [
                        "measure", "--metric", metric, "--references", "references",
                        "--predictions", "written", "--json",
                    ], in: folder.path))
        }
        let labels = "{\"id\": 1, \"label\": \"b\"}\n{\"id\": 0, \"label\": \"a\"}\n"
        let predicted: [Prediction] = [.label("a", scores: [NamedScore("a", 1)]), .label("a")]
        for format in [PredictionFormat.json, .glue()] {
            #expect(try measured("classification", labels, predicted, format)["accuracy"] == 0.5)
        }
        let choices = "{\"id\": 0, \"label\": 1}\n{\"id\": 1, \"label\": 0}\n"
        let chosen: [Prediction] = [.choice(1, scores: [0, 1]), .choice(1)]
        #expect(try measured("classification", choices, chosen)["accuracy"] == 0.5)
        let scores: [Prediction] = [.score(1), .score(3), .score(2)]
        let spearman = try measured("regression", "1\n2\n3\n", scores)["spearman"]
        #expect(abs((spearman ?? 0) - 0.5) < 1e-12)
        let tags: [Prediction] = [.tags(["B-X"], scores: [1]), .tags(["O"])]
        for format in [PredictionFormat.json, .conll] {
            let numbers = try measured("seqeval", "w0 B-X\n\nw1 B-X\n", tags, format)
            #expect(numbers["precision"] == 1 && numbers["recall"] == 0.5)
        }
        let answers: [Prediction] = [
            .answer(PredictedAnswer(text: "x", range: 0..<1, score: 1, noAnswerScore: 0)),
            .answer(PredictedAnswer(text: "", range: nil, score: 1, noAnswerScore: 1)),
        ]
        let questions = "{\"id\": 0, \"answers\": [\"x\"]}\n{\"id\": 1, \"answers\": []}\n"
        for format in [PredictionFormat.json, .squad] {
            let numbers = try measured("squad-v2", questions, answers, format)
            #expect(numbers["exact_match"] == 1)
            #expect((numbers["best_f1"] != nil) == (format == .json))
        }
    }

    @Test("Several runs have a mean, a baseline a difference on the same resamples")
    func runs() throws {
        let folder = try #require(folder)
        try folder.write("1\n2\n3\n4\n", to: "other")
        let both = try measure("regression", "1\n2\n3\n5\n", "2\n1\n3\n4\n", "other", "--json")
        #expect(abs((try values(both)["spearman"] ?? 0) - 0.8) < 1e-12)
        #expect(both.output.contains("\"mean\":{\"pearson\":{\"half_width\":"))
        let compared = try measure(
            "regression", "1\n2\n3\n5\n", "1\n2\n3\n5\n", "--baseline", "other", "--json")
        #expect(try values(compared)["pearson"] == 1)
        #expect(compared.output.contains("\"difference\":{\"pearson\":{\"lower\":"))
    }

    @Test("Tags come as columns or as JSON lines")
    func tags() throws {
        let columns = "-DOCSTART- O\n\n# text = x\nU.N. B-ORG\n# O\n\nBonn I-LOC\n"
        let lines = "{\"tags\": [\"B-ORG\", \"O\"]}\n{\"tokens\": [\"Bonn\"], \"tags\": [\"O\"]}\n"
        let ending = try measure("seqeval", columns, lines, "--json")
        let numbers = try values(ending)
        #expect(numbers["recall"] == 0.5)
        #expect(numbers["precision"] == 1)
        #expect(numbers["accuracy"] == 2.0 / 3)
        let text = try measure("seqeval", columns, lines)
        #expect(text.output.contains("tags of the references: IOB1; of the predictions: IOB2\n"))
    }

    @Test("Tags are matched by id where all sentences of both files have one")
    func tagsByID() throws {
        func line(_ id: String, _ tag: String) -> String {
            "{\"id\": \(id), \"tags\": [\"\(tag)\"]}\n"
        }
        let references = line("1", "B-X") + line("\"2\"", "B-Y")
        for metric in ["seqeval", "seqeval-strict"] {
            let ending = try measure(
                metric, references, line("3", "O") + line("2", "B-Y") + line("1", "B-X"), "--json")
            #expect(try values(ending)["f1"] == 1)
            #expect(ending.output.contains("\"strangers\":1"))
        }
        let columns = try measure("seqeval", "a B-X\n\nb B-Y\n", references, "--json")
        #expect(try values(columns)["f1"] == 1)
        for (predictions, message) in [
            (line("1", "O"), "expected a prediction for the id “2”"),
            (line("1", "O") + line("1", "O"), "predictions:2: expected an id of its own"),
            (line("1", "O") + "{\"tags\": [\"O\"]}\n", "predictions:2: expected an “id”"),
        ] {
            let ending = try measure("seqeval", references, predictions)
            #expect(ending.exitCode == 2 && ending.messages.contains(message))
        }
    }

    @Test("Answers to SQuAD's questions come as one object or as JSON lines")
    func answers() throws {
        let questions = """
            {"data": [{"paragraphs": [{"context": "The red car.", "qas": [
              {"id": "q1", "answers": [{"text": "red car", "answer_start": 4}]},
              {"id": 2, "answers": []}]}]}]}
            """
        let object = "{\"q1\": \"the car\", \"2\": \"\"}"
        let lines = """
            {"id": "2", "text": "", "no_answer_score": 0.9}
            {"id": "q1", "text": "the car", "no_answer_score": 0.1}
            """
        let objects = "{\"q1\": \"the car\"}\n{\"2\": \"\"}\n"
        let mixed = "{\"q1\": \"the car\"}\n{\"id\": 2, \"prediction_text\": \"\"}\n"
        for (predictions, hasScores) in [
            (object, false), (lines, true), (objects, false), (mixed, false),
            ("[\(object)]", false),
        ] {
            let numbers = try values(measure("squad-v2", questions, predictions, "--json"))
            #expect(numbers["exact_match"] == 0.5)
            #expect(abs((numbers["f1"] ?? 0) - 5.0 / 6) < 1e-12)
            #expect((numbers["best_f1"] != nil) == hasScores)
        }
        let missing = try measure("squad-v2", questions, "{\"2\": \"\"}")
        #expect(missing.output.contains("questions without a prediction, which score 0: 1\n"))
    }

    @Test("Rankings are TREC runs against judgements of either form")
    func rankings() throws {
        let run = "1 Q0 a 1 0.5 x\n1 Q0 b 2 0.5 x\n2 Q0 a 1 1 x\n"
        for judged in ["1 0 a 1\n2 0 b 0\n", "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t0\n"] {
            let ending = try measure("ranking", judged, run, "--json", "--at", "1,2")
            let numbers = try values(ending)
            #expect(numbers["mrr_at_1"] == 0)
            #expect(numbers["mrr_at_2"] == 0.5)
            #expect(ending.output.contains("\"queries_without_relevant\":1"))
        }
    }

    @Test("Pairs are measured from a threshold on")
    func pairs() throws {
        let found = "0.9\ta\tx\n0.8\tb\tz\n0.7\tb\ty\n"
        let best = try measure("mined-pairs", "a\tx\nb\ty\n", found, "--json")
        #expect(abs((try values(best)["f1"] ?? 0) - 0.8) < 1e-12)
        let high = try measure(
            "mined-pairs", "a\tx\nb\ty\n", found, "--json", "--threshold", "0.85")
        #expect(try values(high)["precision"] == 1)
        #expect(try values(high)["recall"] == 0.5)
    }

    @Test(
        "What is wrong in a file is told with its line",
        arguments: [
            ("classification", "a\nb\n", "a\n", "predictions: expected 2 lines, one for each"),
            ("classification", "a\n\n", "\na\n", "predictions:1: expected a label"),
            ("classification", "-1\n-1\n", "0\n1\n", "−1 in all, which stands for none"),
            ("regression", "-1\n-1\n", "0\n1\n", "−1 in all, which stands for none"),
            (
                "classification", "-1\n0\n1\n", "-1\n0\n1\n",
                "predictions:1: expected another label than −1, which stands for none (references:1)"
            ),
            ("classification", "0\n1\n", "no\nyes\n", "Say with --labels"),
            ("classification", "{\"label\": 1}\n{", "1\n1\n", "references:2:2: expected \""),
            ("classification", "{\"label\": [1]}\n", "1\n", "references:1: expected a label"),
            (
                "classification", "{\"id\": 1, \"label\": 1}\n", "{\"id\": 2, \"label\": 1}\n",
                "expected a prediction for the id “1”"
            ),
            (
                "classification", "{\"id\": 1, \"label\": 1}\n{\"label\": 1}\n", "1\n1\n",
                "references:2: expected an “id”"
            ),
            ("regression", "1\n2\n", "1\nnan\n", "predictions:2: expected a finite number"),
            ("multilabel", "{\"labels\": [\"a\"]}\n", "{}\n", "predictions:1: expected “labels”"),
            ("seqeval", "a O\nb O\n", "a O\n", "predictions:1: expected a sentence of 2 tags"),
            ("seqeval", "a O\nb O\n", "a O\nc O\n", "predictions:2: expected the word “b”"),
            ("seqeval", "a O\n\nb O\n", "a O\n", "predictions: expected 2 sentences"),
            ("seqeval", "{\"tags\": [0]}\n", "a O\n", "references:1: expected names of tags"),
            ("seqeval-strict", "a I-X\n", "a O\n", "references:1: expected B-X"),
            ("seqeval-strict", "a O\n", "a S-X\n", "predictions:1: expected B-…, I-… or O"),
            ("squad", "{\"data\": [}", "{}", "references:1:11: expected a JSON value, found “}”"),
            ("squad", "{\"id\": 1, \"answers\": []}", "{}", "Use --metric squad-v2"),
            ("squad", "{\"id\": 1}", "{}", "expected answers to some question"),
            ("seqeval", "{\"tokens\": [\"a\"]}\n", "a O\n", "expected “tags” of some sentence"),
            ("seqeval", "a O\nb\n", "a O\n", "references:2: expected 2 columns, as the first row"),
            ("squad", "{\"id\": 1, \"answers\": [\"a\"]}", "{\"2\": \"a\"}", "none with an id"),
            (
                "squad", "{\"id\": 1, \"answers\": [\"a\"]}", "{\"1\": 2}",
                "predictions:1: 1: expected"
            ),
            (
                "squad", "{\"id\": 1, \"answers\": [\"a\"]}", "{\"1\": \"a\"}\n{\"1\": \"b\"}",
                "predictions:2: expected an answer to each question, found a second one to “1”"
            ),
            (
                "squad", "{\"id\": 1, \"answers\": [\"a\"]}", "{\"1\": \"a\"}\n{\"id\": 2}",
                "predictions:2: expected “id” and “text”"
            ),
            ("ranking", "1 0 a x\n", "1 Q0 a 1 1 x\n", "references:1: expected a grade, a whole"),
            ("ranking", "1 0 a 1\n", "1 Q0 a 1 nan x\n", "predictions:1: expected a finite score"),
            ("ranking", "1 0 a 1\n", "1 a 1\n", "predictions:1: expected query, Q0, document"),
            ("ranking", "1 0 a 1\n1 0 a 1\n", "1 Q0 a 1 1 x\n", "references:2: expected each"),
            ("ranking", "1 0 a 1\n", "2 Q0 a 1 1 x\n", "none. Use the ids of queries"),
            ("mined-pairs", "a\tb\n", "a\tb\n", "predictions:1: expected a score and two ids"),
            ("mined-pairs", "\n \n", "1\ta\tb\n", "references: expected a pair of ids"),
            ("mined-pairs", "a\tb\n", "", "predictions: expected a pair of ids"),
            ("classification", "a\tb\n", "a\n", "references:1: expected one value in a line"),
            ("classification", "", "a\n", "references: expected a line for each example"),
        ])
    func mistakes(
        metric: String, references: String, predictions: String, message: String
    ) throws {
        let ending = try measure(metric, references, predictions)
        #expect(ending.exitCode == 2)
        #expect(ending.output.isEmpty)
        #expect(ending.messages.contains(message), "\(ending.messages)")
    }
}
