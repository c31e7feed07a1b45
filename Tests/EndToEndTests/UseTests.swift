import Foundation
import TestSupport
import Testing

/// `mmbert embed`, `fill-mask` and `score` on the model of a run.
@Suite struct UseTests {
    @Test("Vectors come in the order of the lines, to a NumPy file as to standard output")
    func embed() throws {
        let used = try UsedModel()
        let printed = try used.run("embed", "--input", "texts.txt")
        try #require(printed.exitCode == 0, "\(printed.messages)")
        #expect(printed.messages.contains("7 texts"))
        #expect(printed.messages.contains("1 input was longer than the model's 64 tokens"))
        let vectors = try used.vectors(printed.output)
        try #require(vectors.map(\.count) == [Int](repeating: 48, count: 7))
        #expect(Set(vectors).count == 7)
        let filed = try used.run("embed", "--input", "texts.txt", "--output", "v.npy", "--json")
        try #require(filed.exitCode == 0, "\(filed.messages)")
        let bytes = try Data(contentsOf: URL(filePath: used.folder.path("v.npy")))
        try #require(bytes.count == 128 + 4 * 7 * 48)
        let numbers = bytes.dropFirst(128).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(numbers == Array(vectors.joined()))
        #expect(filed.output.contains("\"texts\":7"))
        // The last alone has the same vector, but for the rounding of smaller products.
        let alone = try used.vectors(try used.run("embed", input: "the end\n").output)
        #expect(mismatch(alone[0], vectors[6], relative: 0, absolute: 1e-5) == nil)
    }

    @Test("Folders of others: tokenizer.json alone reads texts, one of another kind leaves ids")
    func tokenizerJSON() throws {
        let used = try UsedModel()
        let (folder, model) = (used.folder, used.folder.path("theirs"))
        try FileManager.default.copyItem(atPath: used.model, toPath: model)
        try FileManager.default.removeItem(atPath: model + "/tokenizer.model")
        func embed(_ input: String) throws -> RunningProgram.Ending {
            try folder.write(input, to: "input")
            return try Program.mmbert.run(
                ["embed", "--model", model, "--input", "input"], in: folder.path)
        }
        let text = try embed("Ein Satz.\n")
        #expect(text.exitCode == 0, "\(text.messages)")
        let expected = try used.run("embed", input: "Ein Satz.\n")
        #expect(text.output == expected.output)
        let json = try String(contentsOfFile: model + "/tokenizer.json", encoding: .utf8)
        try folder.write(
            json.replacing("\"BPE\"", with: "\"WordLevel\""), to: "theirs/tokenizer.json")
        let ids = try embed("{\"input_ids\": [2, 300, 1]}\n")
        #expect(ids.exitCode == 0, "\(ids.messages)")
        let refused = try embed("Ein Satz.\n")
        #expect(refused.exitCode == 2)
        #expect(refused.messages.contains("tokenizer.json: model.type") && refused.output.isEmpty)
    }

    @Test("JSON lines give texts and ids, and options shape the vectors")
    func jsonLines() throws {
        let used = try UsedModel()
        let input = """
            {"text": "two words", "source": "here"}
            {"input_ids": [2, 300, 301, 1]}

            """
        let ending = try used.run(
            "embed", "--dimensions", "8", "--normalize", "--pooling", "cls", input: input)
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let vectors = try used.vectors(ending.output)
        try #require(vectors.map(\.count) == [8, 8])
        for vector in vectors {
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    @Test("JSON lines are read as data build reads them, whatever else they hold and end with")
    func otherJSONLines() throws {
        let used = try UsedModel()
        let lines = [
            #"{"text": "two words", "labels": 1}"#, #"{"score": NaN, "text": "two words"}"#,
            #"{"text": "no", "text": "two words"}"#, #"{"text": "\u0074wo words", "x": "\ud800"}"#,
        ]
        let expected = try used.vectors(used.run("embed", input: lines[0] + "\n").output)
        for end in ["\n", "\r\n", "\r"] {
            let text = "\u{feff}" + lines.joined(separator: end) + end + end
            let ending = try used.run("embed", input: text)
            try #require(ending.exitCode == 0, "\(ending.messages)")
            let vectors = try used.vectors(ending.output)
            #expect(vectors.count == 4)
            for vector in vectors {
                #expect(mismatch(vector, expected[0], relative: 0, absolute: 1e-5) == nil)
            }
            #expect(
                ending.messages.contains(
                    "warning: 1 blank line passed over; the first at standard input:5"))
        }
        let filed = try used.run(
            "embed", "--output", "v.npy", "--json", input: lines[0] + "\n\n\n" + lines[1])
        #expect(filed.output.contains("\"blank_lines\":2") && filed.output.contains("\"texts\":2"))
        for (wrong, found) in [
            (#"{"text": "a",}"#, "a JSON object"), (#"{"text": 5}"#, "found neither"),
            (#"{"input_ids": [1.5]}"#, "a list of whole numbers"),
        ] {
            let refused = try used.run("embed", "--format", "jsonl", input: "\n\(wrong)\n")
            #expect(refused.exitCode == 2 && refused.messages.contains("standard input:2: "))
            #expect(refused.messages.contains(found), "\(refused.messages)")
        }
        let unlabelled = try used.run("score", input: #"{"input_ids": [2, 1], "labels": 3}"#)
        #expect(unlabelled.exitCode == 2 && unlabelled.messages.contains("no “labels”"))
    }

    @Test("Masks are filled, several in a text, several texts")
    func fillMask() throws {
        let used = try UsedModel()
        let ending = try used.run(
            "fill-mask", "--top", "3", "--json", "--text", "a <mask> b <mask>", "--text", "<mask>")
        try #require(ending.exitCode == 0, "\(ending.messages)")
        struct Answer: Decodable {
            struct Mask: Decodable {
                struct Candidate: Decodable {
                    var token: String
                    var probability: Double
                }
                var candidates: [Candidate]
            }
            var text: String
            var masks: [Mask]
        }
        let answers = try ending.output.split(separator: "\n").map {
            try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
        }
        #expect(answers.map(\.text) == ["a <mask> b <mask>", "<mask>"])
        #expect(answers.map(\.masks.count) == [2, 1])
        for mask in answers.flatMap(\.masks) {
            let shares = mask.candidates.map(\.probability)
            #expect(shares.count == 3)
            #expect(shares == shares.sorted(by: >))
            #expect(shares.allSatisfy { $0 > 0 && $0 < 1 })
        }
        let table = try used.run("fill-mask", "--top", "1", input: "a <mask>\n")
        #expect(table.exitCode == 0)
        #expect(table.output.hasPrefix("a <mask>\n"))
    }

    @Test("The loss of all labels is the mean over labels, not over lines")
    func score() throws {
        let used = try UsedModel()
        let input = """
            {"input_ids": [2, 4, 4, 1], "labels": [-100, 300, 301, -100]}
            {"input_ids": [2, 4, 1], "labels": [-100, 302, -100]}
            {"input_ids": [2, 9, 1], "labels": [-100, -100, -100]}
            {"text": "two words"}

            """
        let ending = try used.run("score", "--json", input: input)
        try #require(ending.exitCode == 0, "\(ending.messages)")
        struct Report: Decodable {
            struct Example: Decodable {
                var loss: Double?
                var tokens: Int
                var pseudo_perplexity: Double?
            }
            var loss: Double
            var tokens: Int
            var examples: [Example]
        }
        let report = try JSONDecoder().decode(Report.self, from: Data(ending.output.utf8))
        try #require(report.examples.count == 4)
        #expect(report.examples.prefix(3).map(\.tokens) == [2, 1, 0])
        #expect(report.tokens == report.examples.reduce(0) { $0 + $1.tokens })
        let sum = report.examples.reduce(0) { $0 + ($1.loss ?? 0) * Double($1.tokens) }
        #expect(abs(report.loss - sum / Double(report.tokens)) < 1e-9)
        #expect(report.examples[2].loss == nil)
        #expect(report.examples[0].pseudo_perplexity == nil)
        let mean = try #require(report.examples[3].loss)
        let perplexity = try #require(report.examples[3].pseudo_perplexity)
        #expect(abs(perplexity / exp(mean) - 1) < 1e-9)
    }

    @Test(
        "A bad line is named with its file, and nothing is computed",
        arguments: [
            ("embed", "{\"text\": 3}\n", "standard input:1"),
            ("embed", "{\"text\": \"a\"}\n{\"words\": \"b\"}\n", "standard input:2"),
            ("embed", "{\"input_ids\": [2, 640]}\n", "standard input:1"),
            ("embed", "{\"input_ids\": []}\n", "standard input:1"),
            ("embed", "{\"text\": \"a\", \"input_ids\": [2]}\n", "standard input:1"),
            ("fill-mask", "a <mask>\nno mask\n", "standard input:2"),
            ("score", "{\"input_ids\": [2, 4]}\n", "standard input:1"),
            ("score", "{\"input_ids\": [2, 4], \"labels\": [5]}\n", "standard input:1"),
            ("score", "{\"input_ids\": [2, 4], \"labels\": [5, -1]}\n", "standard input:1"),
        ])
    func badLines(command: String, input: String, place: String) throws {
        let ending = try UsedModel().run(command, input: input)
        #expect(ending.exitCode == 2)
        #expect(ending.messages.contains(place), "\(ending.messages)")
        #expect(ending.output.isEmpty)
    }

    @Test("What is no model, no option or no output is refused")
    func refusals() throws {
        let used = try UsedModel()
        for options in [
            ["--dimensions", "49"], ["--output", "v.txt"], ["--input", "absent.txt"],
            ["--pooling", "sum"], ["--json"],
        ] {
            let ending = try Program.mmbert.run(
                ["embed", "--model", used.model] + options, in: used.folder.path)
            #expect(ending.exitCode == 2, "\(options): \(ending.messages)")
        }
        let ending = try Program.mmbert.run(["embed", "--model", used.folder.path])
        #expect(ending.exitCode == 2)
        #expect(ending.messages.contains("config.json"))
    }

    @Test("The example of the documentation is the example that is compiled, and it runs")
    func example() throws {
        let root = URL(filePath: Fixtures.path("")).appending(path: "../..").standardized
        let source = try String(
            contentsOf: root.appending(
                path: "Examples/SemanticSearch/Sources/SemanticSearch/main.swift"), encoding: .utf8)
        let page = try String(
            contentsOf: root.appending(
                path: "Sources/Inference/Documentation.docc/SearchingByMeaning.md"),
            encoding: .utf8)
        #expect(page.contains("```swift\n\(source)```\n"))
        let used = try UsedModel()
        let ending = try Program(name: "SemanticSearch").run(
            behind: "exec < texts.txt", [used.model, "words two"], in: used.folder.path)
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let lines = ending.output.split(separator: "\n")
        #expect(lines.count == UsedModel.texts.count)
        #expect(lines.first == "1.0000 words two")
    }
}
