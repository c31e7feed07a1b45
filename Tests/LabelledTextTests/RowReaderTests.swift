import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("Choices and tags in JSON are read")
struct RowReaderTests {
    @Test("premises with choices, in the form of XCOPA")
    func choices() throws {
        let set = try LabelledSet(ChoiceReader(path: made("pairs/choices.jsonl")))
        #expect(
            set.examples.map(\.content) == [
                ChosenAnswer(
                    premise: "Tova woke.", question: "cause",
                    choices: ["It was day.", "It was night."], choice: 0),
                ChosenAnswer(
                    premise: "A lamp fell.", question: "effect",
                    choices: ["It broke.", "It slept."], choice: nil),
            ])
        #expect(set.examples.map(\.id) == ["3", "4"] && set.counts.unlabelled == 1)
    }

    @Test("labels of choices in quotation marks count, and empty ones are withheld")
    func choicesAsStrings() throws {
        let folder = try TemporaryFolder()
        let lines = ["\"1\"", "\" 0 \"", "\"\"", "\" \"", "\"-1\"", "-1", "null"].map {
            #"{"premise": "A", "choice1": "B", "choice2": "C", "label": \#($0)}"#
        }
        let path = try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
        let set = try LabelledSet(ChoiceReader(path: path))
        #expect(set.examples.map(\.content.choice) == [1, 0, nil, nil, nil, nil, nil])
        #expect(set.counts.unlabelled == 5 && set.counts.labels == ["0": 1, "1": 1])
        let empty = try folder.write(lines[2], to: "b.jsonl")
        let rules = ReadingRules(needsLabels: true)
        let error = refusal { try LabelledSet(ChoiceReader(path: empty, rules: rules)) }
        #expect(error?.expected == "a label")
    }

    @Test("choices are refused with their key")
    func refusedChoices() throws {
        let folder = try TemporaryFolder()
        func error(_ lines: String...) throws -> String {
            let path = try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
            let error = refusal { try LabelledSet(ChoiceReader(path: path)) }
            return error?.description.replacing(path, with: "a.jsonl") ?? ""
        }
        let good = #"{"premise": "A", "choice1": "B", "choice2": "C", "label": 1}"#
        #expect(
            try error(good.replacing("1}", with: "2}"))
                .contains("a.jsonl:1: label: expected the place of a choice, 0 to 1, found 2"))
        #expect(
            try error(good.replacing("1}", with: #""second"}"#))
                .contains("a.jsonl:1: label: expected the place of a choice, 0 to 1, found a"))
        #expect(
            try error(good, #"{"premise": "A", "choice1": "B"}"#)
                .contains("a.jsonl:2: expected choice1 to choice2, found those to choice1"))
        #expect(
            try error(#"{"choice1": "B"}"#).contains("a.jsonl:1: expected the key “premise”"))
        #expect(try error("").contains("expected premises with choices, found no example"))
    }

    @Test("words with tags, and spaces where the text is there")
    func tags() throws {
        let set = try LabelledSet(TagRowReader(path: made("tagged/rows.jsonl")))
        #expect(
            set.examples.map(\.content) == [
                TaggedWords(
                    words: ["Tova", "'s", "lamp", "."], tags: ["B-PER", "O", "O", "O"],
                    spaces: [true, false, true, false]),
                TaggedWords(words: ["Öre"], tags: ["O"]),
            ])
        #expect(set.examples.map(\.id) == ["s", "1"])
    }

    @Test(
        "tags as lines, one line, a list and columns",
        arguments: [
            #"{"tokens": ["A", "B"], "tags": ["O", "X"]}"#,
            #"[{"tokens": ["A", "B"], "tags": ["O", "X"]}]"#,
            #"{"tokens": [["A", "B"]], "tags": [["O", "X"]]}"#,
        ])
    func forms(text: String) throws {
        let folder = try TemporaryFolder()
        let expected = TaggedWords(words: ["A", "B"], tags: ["O", "X"])
        let once = try folder.write(text, to: "a.json")
        #expect(try LabelledSet(TagRowReader(path: once)).examples.map(\.content) == [expected])
        guard text.hasPrefix(#"{"tokens": ["A""#) else { return }
        let twice = try folder.write("\(text)\n\(text)\n", to: "a.jsonl")
        let set = try LabelledSet(TagRowReader(path: twice))
        #expect(set.examples.map(\.content) == [expected, expected])
        #expect(set.examples[1].location == "\(twice):2")
    }

    @Test("words that the text has not leave unknown where spaces stand")
    func otherText() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            #"{"id": 1, "tokens": ["de", "el", "."], "text": "del.", "tags": ["O", "O", "O"]}"#,
            to: "a.jsonl")
        let set = try LabelledSet(TagRowReader(path: path))
        #expect(set.examples[0].content.spaces == nil)
        #expect(set.counts.summary == "1 example, 1 with words that the text has not")
    }

    @Test("tags of a scheme that is named, of which IOB1 becomes IOB2")
    func namedScheme() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            #"{"tokens": ["A", "B", "C"], "tags": ["I-X", "B-X", "I-X"]}"#, to: "a.jsonl")
        var reader = try TagRowReader(path: path, scheme: .iob1)
        let (first, second) = (try reader.next(), try reader.next())
        #expect(first?.content.tags == ["B-X", "B-X", "I-X"] && second == nil)
        #expect(reader.scheme == .iob2 && reader.counts.labels == ["B-X": 2, "I-X": 1])
        let error = refusal { try LabelledSet(TagRowReader(path: path, scheme: .bilou)) }
        #expect(error?.expected == "tags of BILOU, as is named")
    }

    @Test("tags are refused with their key")
    func refusedTags() throws {
        let folder = try TemporaryFolder()
        func error(_ line: String, _ rules: ReadingRules = ReadingRules()) throws -> String {
            let path = try folder.write(line, to: "a.jsonl")
            let error = refusal { try LabelledSet(TagRowReader(path: path, rules: rules)) }
            return error?.description.replacing(path, with: "a.jsonl") ?? ""
        }
        #expect(
            try error(#"{"id": 1, "tokens": ["A", "B"], "tags": ["O"]}"#)
                .contains("a.jsonl:1: tags: expected 2 tags, one for each word, found 1"))
        #expect(
            try error(#"{"id": 1, "tokens": ["A"], "tags": [3]}"#)
                .contains("a.jsonl:1: tags[0]: expected the name of a tag, found the number 3"))
        let names = ReadingRules(labels: try LabelNames(["O", "B-X", "I-X"]))
        #expect(
            try error(#"{"id": 1, "tokens": ["A"], "tags": [3]}"#, names)
                .contains("a.jsonl:1: tags[0]: expected one of the labels O, B-X, I-X, found"))
        #expect(
            try error(#"{"id": 1, "tokens": ["A", ""], "tags": ["O", "O"]}"#)
                .contains("a.jsonl:1: tokens[1]: expected a word of at least a character"))
        #expect(
            try error(#"{"id": 1, "tokens": ["A"], "tags": ["I-X"]}"#)
                .contains("a.jsonl:1: expected B- at the beginning of every span (IOB2)"))
        let path = try folder.write(#"{"id": 1, "tokens": ["A"], "tags": [1]}"#, to: "b.jsonl")
        let set = try LabelledSet(TagRowReader(path: path, rules: names))
        #expect(set.examples[0].content.tags == ["B-X"])
    }

    private static let isThere = SharedFolder.has("eval")

    @Test(
        "as Python reads the real ones: choices",
        .enabled(if: isThere, "\(SharedFolder.absence)"), arguments: RealSet.files(of: "choices"))
    func realChoices(file: RealSet) throws {
        file.compare(try LabelledSet(ChoiceReader(path: file.path))) {
            let content = $0.content
            let texts = [content.premise, content.question ?? ""] + content.choices
            return texts + [content.choice.map { "\($0)" } ?? ""]
        }
    }

    @Test(
        "as Python reads the real ones: tags",
        .enabled(if: isThere, "\(SharedFolder.absence)"),
        arguments: RealSet.files(of: "tagged-rows"))
    func realTags(file: RealSet) throws {
        file.compare(try LabelledSet(TagRowReader(path: file.path))) {
            $0.content.words + [($0.content.tags ?? []).joined(separator: " ")]
        }
    }

    @Test(
        "as Python reads the real ones: questions in rows",
        .enabled(if: isThere, "\(SharedFolder.absence)"), arguments: RealSet.files(of: "flat"))
    func realQuestions(file: RealSet) throws {
        file.compare(try SQuADFile.read(file.path)) {
            let content = $0.content
            let answers = content.answers.map { "\($0.range?.lowerBound ?? -1) \($0.text)" }
            return [$0.id, content.context, content.question, answers.joined(separator: " ")]
        }
    }
}
