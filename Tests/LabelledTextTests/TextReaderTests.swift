import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("Texts and pairs with labels are read")
struct TextReaderTests {
    private typealias Texts = LabelledSet<ClassifiedText>

    @Test("in XTREME's files, with and without labels")
    func xtreme() throws {
        let xnli = try Texts(XTREMETask.xnli.reader(path: made("pairs/xnli.tsv")))
        #expect(
            xnli.examples.map(\.content.label) == [
                .name("entailment"), .name("contradiction"), .name("neutral"),
            ])
        #expect(xnli.examples[0].content.pair == "She \"slept.")
        let test = made("pairs/xnli-test.tsv.zst")
        #expect(try Texts(XTREMETask.xnli.reader(path: test)).counts.unlabelled == 2)
        let error = refusal {
            try XTREMETask.xnli.reader(path: test, rules: ReadingRules(needsLabels: true))
        }
        #expect(error?.location == "\(test):1")
        let paws = try Texts(XTREMETask.pawsX.reader(path: made("pairs/paws-x.tsv")))
        #expect(paws.counts.summary == "3 examples, 1 not translated")
        #expect(paws.counts.labels == ["0": 2, "1": 1])
    }

    @Test("in tables whose columns are named, or are a score and a pair")
    func tables() throws {
        let named = try Texts(
            TextTableReader(path: made("pairs/named.tsv"), columns: .named(.pairs)))
        #expect(
            named.examples.map(\.content) == [
                ClassifiedText(text: "A", pair: "B", label: .name("neutral"))
            ])
        let scores = try Texts(
            TextTableReader(
                path: made("pairs/scores.tsv"), columns: .scoreThenPair, kind: .scores(0...5)))
        #expect(scores.examples.map(\.content.label) == [.score(2.5), .score(5)])
    }

    @Test("in CSV, whose quotation marks protect commas and line ends")
    func csv() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "\u{feff}label,text\r\nsad,\"A, \"\"lamp\"\"\r\n.\"\r\n\r\nglad,Tova\r\n", to: "a.csv")
        let set = try Texts(
            TextTableReader(path: path, columns: .named(.single), quoting: .csv))
        #expect(
            set.examples.map(\.content) == [
                ClassifiedText(text: "A, \"lamp\"\r\n.", label: .name("sad")),
                ClassifiedText(text: "Tova", label: .name("glad")),
            ])
        #expect(set.examples[1].location == "\(path):5" && set.counts.passedOver == [.blank: 1])
        let broken = try folder.write("label,text\nsad,\"A\nglad,B\n", to: "b.csv")
        let reader = { (rules: ReadingRules) in
            try Texts(
                TextTableReader(
                    path: broken, columns: .named(.single), quoting: .csv, rules: rules))
        }
        let error = refusal { try reader(ReadingRules()) }
        #expect(error?.location == "\(broken):2" && error?.found == "one alone")
        #expect(try reader(ReadingRules(malformedLines: 1)).examples.count == 1)
        let wide = try folder.write("label,text\nsad,A, B\n", to: "c.csv")
        #expect(
            refusal {
                try Texts(TextTableReader(path: wide, columns: .named(.single), quoting: .csv))
            }?.remedy == "Put texts with commas into quotation marks.")
    }

    @Test("in JSON: lines, or a list")
    func rows() throws {
        for name in ["single.jsonl.gz", "list.json"] {
            let set = try Texts(TextRowReader(path: made("pairs/\(name)"), names: .single))
            #expect(
                set.examples.map(\.content) == [
                    ClassifiedText(text: "A \"lamp\".", label: .name("sad")),
                    ClassifiedText(text: "Öre\n!", label: nil),
                    ClassifiedText(text: "Tova.", label: .name("glad")),
                ])
            #expect(set.examples.map(\.id) == ["7", "1", "2"])
        }
    }

    @Test("any number of labels is a list, or names parted by commas")
    func lists() throws {
        let folder = try TemporaryFolder()
        func labels(_ text: String, _ name: String, _ rules: ReadingRules = ReadingRules()) throws
            -> [TextLabel?]
        {
            let path = try folder.write(text, to: name)
            let kind = TextLabelKind.lists(rules.labels)
            let set =
                name == "a.csv"
                ? try Texts(
                    TextTableReader(
                        path: path, columns: .named(.single), kind: kind, quoting: .csv,
                        rules: rules))
                : try Texts(
                    TextRowReader(path: path, names: .single, kind: kind, rules: rules))
            return set.examples.map(\.content.label)
        }
        let rows = """
            {"text": "A", "label": ["b", "a"]}
            {"text": "B", "label": []}
            {"text": "C", "label": "a"}
            {"text": "D", "label": null}

            """
        #expect(
            try labels(rows, "a.jsonl") == [.names(["b", "a"]), .names([]), .names(["a"]), nil])
        #expect(
            try labels("text,label\nA,\"b, a\"\nB,a\nC,\n", "a.csv")
                == [.names(["b", "a"]), .names(["a"]), nil])
        let known = ReadingRules(labels: try LabelNames(["no", "yes"]))
        #expect(
            try labels("{\"text\": \"A\", \"label\": [1, 0]}\n", "a.jsonl", known)
                == [.names(["yes", "no"])])
        let marks = refusal {
            try labels("{\"text\": \"A\", \"label\": [0, 1, 0]}\n", "a.jsonl", known)
        }
        #expect(marks?.description.contains("expected the classes that hold, each once") == true)
        let absent = refusal {
            try labels(rows, "a.jsonl", ReadingRules(needsLabels: true))
        }
        #expect(absent?.description.contains("a.jsonl:4: expected a label, found none") == true)
    }

    @Test("or refused with the line or key")
    func refused() throws {
        let folder = try TemporaryFolder()
        func table(
            _ text: String, _ columns: TextTableReader.Columns, _ kind: TextLabelKind = .names()
        ) throws -> String {
            let path = try folder.write(text, to: "a.tsv")
            let error = refusal {
                try Texts(TextTableReader(path: path, columns: columns, kind: kind))
            }
            return error?.description.replacing(path, with: "a.tsv") ?? ""
        }
        #expect(
            try table("A\tB\tC\tD\n", .pairThenLabel)
                .contains("a.tsv:1: expected 3 columns, as text, text, label, found 4 columns"))
        #expect(
            try table("A\tB\tC\nA\tB\n", .pairThenLabel)
                .contains("a.tsv:2: expected 3 columns, as the first row, found 2 columns"))
        #expect(
            try table("A\tB\n", .named(.pairs))
                .contains("expected a column “sentence1” or “premise” or"))
        #expect(
            try table("x\tA\tB\n", .scoreThenPair, .scores())
                .contains("a.tsv:1: expected a score, a finite number, found “x”"))
        #expect(try table("", .pairThenLabel).contains("found no example"))

        func rows(_ text: String, _ rules: ReadingRules = ReadingRules()) throws -> String {
            let path = try folder.write(text, to: "a.jsonl")
            let error = refusal {
                try Texts(TextRowReader(path: path, names: .single, rules: rules))
            }
            return error?.description.replacing(path, with: "a.jsonl") ?? ""
        }
        #expect(
            try rows("{\"body\": \"A\"}\n")
                .contains("a.jsonl:1: expected the key “text” or “sentence”, found the keys body"))
        #expect(
            try rows("{\"text\": 3}\n").contains("a.jsonl:1: text: expected a string, found 3"))
        #expect(
            try rows("{\"text\": \"A\", \"label\": [1]}\n")
                .contains("a.jsonl:1: label: expected a string or a number, found a list"))
        #expect(
            try rows("{\"text\": \"A\"}\n", ReadingRules(needsLabels: true))
                .contains("a.jsonl:1: expected a label, found none"))
        #expect(
            try rows("{\"text\": \"A\", \"label\": null}\n", ReadingRules(needsLabels: true))
                .contains("a.jsonl:1: expected a label, found none"))
        let known = ReadingRules(labels: try LabelNames(["no", "yes"]))
        #expect(
            try rows("{\"text\": \"A\", \"label\": 2}\n", known)
                .contains("a.jsonl:1: label: expected one of the labels no, yes, found “2”"))
        #expect(try rows("[3]").contains("a.jsonl: [0]: expected an object, found 3"))
        #expect(try rows("\n").contains("found no example"))
    }

    private static let isThere = SharedFolder.has("eval")

    @Test(
        "as Python reads real pairs", .enabled(if: isThere, "\(SharedFolder.absence)"),
        arguments: RealSet.files(of: "pairs"))
    func realPairs(file: RealSet) throws {
        let task = try #require(XTREMETask(rawValue: String(file.format.dropFirst(6))))
        let set = try Texts(task.reader(path: file.path))
        file.compare(set) { $0.content.fields }
        let untranslated = ["pairs_pawsx/dev-de.tsv.zst": 68, "pairs_pawsx/dev-ko.tsv.zst": 35]
        #expect(set.counts.untranslated == untranslated[file.file, default: 0])
    }

    @Test(
        "as Python reads real tables", .enabled(if: isThere, "\(SharedFolder.absence)"),
        arguments: ["named-pairs", "sentences", "quoted", "scored"].flatMap {
            RealSet.files(of: $0)
        })
    func realTables(file: RealSet) throws {
        let reader: TextTableReader =
            switch file.format {
            case "named-pairs":
                try TextTableReader(path: file.path, columns: .named(.pairs))
            case "quoted":
                try TextTableReader(
                    path: file.path,
                    columns: .named(TextFieldNames(text: ["text"], label: ["category"])),
                    quoting: .csv)
            case "sentences":
                try TextTableReader(
                    path: file.path,
                    columns: .named(
                        TextFieldNames(text: ["sentence"], label: ["is_counterfactual"])))
            default:
                try TextTableReader(
                    path: file.path, columns: .scoreThenPair, kind: .scores(0...5))
            }
        file.compare(try Texts(reader)) { $0.content.fields }
    }

    @Test(
        "as Python reads real rows", .enabled(if: isThere, "\(SharedFolder.absence)"),
        arguments: ["parts", "single", "scored-rows"].flatMap { RealSet.files(of: $0) })
    func realRows(file: RealSet) throws {
        let reader: TextRowReader =
            switch file.format {
            case "parts:pairs": try TextRowReader(path: file.path, names: .pairs)
            case "parts:single":
                try TextRowReader(
                    path: file.path, names: TextFieldNames(text: ["text_a"], label: ["label"]))
            case "single": try TextRowReader(path: file.path, names: .single)
            default:
                try TextRowReader(path: file.path, names: .scoredPairs, kind: .scores(0...5))
            }
        file.compare(try Texts(reader)) { $0.content.fields }
    }
}
