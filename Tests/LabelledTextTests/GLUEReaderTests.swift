import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("GLUE's files are read")
struct GLUEReaderTests {
    private func read(
        _ path: String, _ task: GLUETask, _ rules: ReadingRules = ReadingRules()
    ) throws -> LabelledSet<ClassifiedText> {
        try LabelledSet(GLUEReader(path: path, task: task, rules: rules))
    }

    @Test("CoLA without names of columns, and with them for testing")
    func cola() throws {
        let train = try read(made("glue/cola-train.tsv"), .cola)
        #expect(
            train.examples.map(\.content) == [
                ClassifiedText(text: "Tova lamps the river.", label: .name("acceptable")),
                ClassifiedText(text: "River the lamps tova tova.", label: .name("unacceptable")),
                ClassifiedText(text: "A \"quoted lamp was \"there.", label: .name("acceptable")),
            ])
        #expect(train.examples.map(\.id) == ["0", "1", "2"])
        #expect(train.examples[2].location == made("glue/cola-train.tsv") + ":3")
        let test = try read(made("glue/cola-test.tsv.gz"), .cola)
        #expect(test.examples.map(\.content.label) == [nil, nil])
        #expect(test.counts.summary == "2 examples, 2 without label")
    }

    @Test("MRPC with its mark, line ends and quotation marks")
    func mrpc() throws {
        let set = try read(made("glue/mrpc.tsv.zst"), .mrpc)
        #expect(
            set.examples.map(\.content) == [
                ClassifiedText(
                    text: "\" Tova , he said .", pair: "Tova , said he .",
                    label: .name("equivalent")),
                ClassifiedText(
                    text: "Öre lamp .", pair: "A river 's \"lamp\" .",
                    label: .name("not_equivalent")),
            ])
        #expect(set.counts.labelNames == ["equivalent", "not_equivalent"])
    }

    @Test("STS-B with scores")
    func stsb() throws {
        let set = try read(made("glue/stsb.tsv"), .stsb)
        #expect(set.examples.map(\.content.label) == [.score(5), .score(0.2)])
        #expect(set.examples.map(\.content.pair) == ["A lamp.", "Tova."])
    }

    @Test("STS-B of the hub, as JSON and without scores")
    func hub() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            """
            {"sentence1": "A", "sentence2": "B", "label": -1.0, "idx": 4}
            {"sentence1": "A", "sentence2": "B", "label": 2.5, "idx": 5}
            """, to: "a.jsonl")
        let task = GLUETask.stsb
        let set = try LabelledSet(TextRowReader(path: path, names: task.fields, kind: task.kind))
        #expect(set.examples.map(\.content.label) == [nil, .score(2.5)])
        #expect(set.examples.map(\.id) == ["4", "5"])
    }

    @Test("QQP without its short rows, which are counted")
    func qqp() throws {
        let set = try read(made("glue/qqp.tsv"), .qqp)
        #expect(set.examples.map(\.id) == ["7", "9"])
        #expect(
            set.counts.summary
                == "2 examples, 1 with an empty text; passed over: 1 short row")
    }

    @Test("MNLI without pairs on which people disagree, and with the hub's numbers")
    func mnli() throws {
        let set = try read(made("glue/mnli.tsv"), .mnli)
        #expect(
            set.examples.map(\.content.label) == [.name("contradiction"), .name("entailment")])
        #expect(set.counts.passedOver == [.noAgreement: 1])
        let hub = try read(made("glue/mnli-hub.tsv"), .mnli)
        #expect(
            hub.examples.map(\.content.label) == [
                .name("entailment"), .name("neutral"), .name("contradiction"), nil,
            ])
        #expect(hub.examples.map(\.id) == ["20", "21", "22", "23"])
    }

    @Test("MNLI's JSON lines without pairs on which people disagree")
    func mnliRows() throws {
        let folder = try TemporaryFolder()
        let lines = ["entailment", "-", "neutral"].map {
            #"{"gold_label": "\#($0)", "sentence1": "A", "sentence2": "B"}"#
        }
        let path = try folder.write(lines.joined(separator: "\n"), to: "mnli.jsonl")
        let task = GLUETask.mnli
        let set = try LabelledSet(
            TextRowReader(
                path: path, names: task.fields, kind: task.kind, noAgreement: task.noAgreement))
        #expect(set.examples.map(\.content.label) == [.name("entailment"), .name("neutral")])
        #expect(set.examples.map(\.id) == ["0", "1"])
        #expect(set.counts.passedOver == [.noAgreement: 1])
    }

    @Test(
        "as Python reads the real ones",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"),
        arguments: RealSet.files(of: "glue"))
    func real(file: RealSet) throws {
        let task = try #require(GLUETask(named: String(file.format.dropFirst(5))))
        file.compare(try read(file.path, task)) { $0.content.fields }
    }

    @Test("or refused with the line and what to do")
    func refused() throws {
        let folder = try TemporaryFolder()
        func error(
            _ text: String, _ task: GLUETask, _ rules: ReadingRules = ReadingRules()
        ) throws -> String {
            let path = try folder.write(text, to: "a.tsv")
            let error = refusal { try read(path, task, rules) }
            return error?.description.replacing(path, with: "a.tsv") ?? ""
        }
        #expect(
            try error("sentence\tlabel\nA lamp.\t1\nA\tlamp.\t1\n", .sst2)
                == "a.tsv:3: expected 2 columns, as the first row, found 3 columns. Part the "
                + "columns by single tabs, and write none inside a text.")
        #expect(
            try error("sentence\tlabel\n\"A\tlamp.\"\t1\n", .sst2)
                .contains("Quotation marks do not protect tabs"))
        #expect(
            try error("sentence\tlabel\nA lamp.\t2\n", .sst2)
                == "a.tsv:2: expected one of the labels negative, positive, found “2”. Correct "
                + "the label, or list all the labels that the file has.")
        #expect(
            try error("text\tlabel\nA lamp.\t1\n", .sst2)
                == "a.tsv:1: expected a column “sentence” in the first row, found the columns "
                + "text, label. Check that the file has the format that is named, with "
                + "its first row.")
        #expect(
            try error("A lamp.\t1\n", .sst2).contains("found the columns A lamp., 1"))
        #expect(
            try error("sentence\tSentence\tlabel\na\tb\t1\n", .sst2)
                .contains("expected one column “sentence”, found 2"))
        #expect(try error("", .sst2).contains("expected examples of sst2, found no example"))
        #expect(
            try error("sentence\tlabel\n", .sst2)
                .contains("expected examples of sst2, found no example"))
        let needed = ReadingRules(needsLabels: true)
        #expect(
            try error("sentence\nA lamp.\n", .sst2, needed)
                .contains("a.tsv:1: expected a column “label”, found none, as in files for"))
        #expect(
            try error("sentence\tlabel\nA lamp.\t \n", .sst2, needed)
                .contains("a.tsv:2: expected a label, found none"))
        let header = "sentence1\tsentence2\tscore\n"
        for score in ["nan", "0x1p1", "5.1", "-0.1", "-2", "4,5", "inf", "1e999"] {
            #expect(
                try error("\(header)A\tB\t\(score)\n", .stsb)
                    .contains("a.tsv:2: expected a score between 0.0 and 5.0, found “\(score)”"))
        }
    }

    @Test("passing over as many malformed rows as may be")
    func malformed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("sentence\tlabel\nA\t1\nB\nC\t7\nD\t0\n", to: "a.tsv")
        let set = try read(path, .sst2, ReadingRules(malformedLines: 2))
        #expect(set.examples.map(\.content.text) == ["A", "D"])
        #expect(set.counts.passedOver == [.malformed: 2])
        #expect(set.counts.firstMalformed?.hasPrefix("\(path):3: expected 2 columns") == true)
        let error = refusal { try read(path, .sst2, ReadingRules(malformedLines: 1)) }
        #expect(error?.location == "\(path):4")
    }

    @Test("but not other bytes, and tables of others say how they become text")
    func others() throws {
        let folder = try TemporaryFolder()
        let latin = try folder.write(
            Array("sentence\tlabel\n".utf8) + [0xf6, 9, 0x31], to: "a.tsv")
        #expect(refusal { try read(latin, .sst2) }?.expected == "text in UTF-8")
        let parquet = try folder.write(Array("PAR1".utf8) + [0x15, 0, 0, 0], to: "b.parquet")
        let error = refusal { try read(parquet, .sst2) }
        #expect(error?.found == "a Parquet table")
        #expect(error?.remedy.contains("pandas.read_parquet('FILE').to_json(") == true)
        #expect(refusal { try read(folder.path("absent.tsv"), .sst2) } != nil)
    }

    @Test("with labels that a list allows")
    func labels() throws {
        let names = try LabelNames(["positive", "negative", "Mixed"])
        let set = try read(
            made("glue/cola-train.tsv"), .cola,
            ReadingRules(labels: try LabelNames(["Acceptable", "unacceptable"])))
        #expect(set.counts.labels == ["Acceptable": 2, "unacceptable": 1])
        #expect(
            refusal {
                try read(made("glue/cola-train.tsv"), .cola, ReadingRules(labels: names))
            }?.expected == "one of the labels positive, negative, Mixed")
        #expect(names.name(for: " mixed ") == "Mixed" && names.name(for: "1") == "negative")
        #expect(names.name(for: "3") == nil && names.name(for: "-1") == nil)
        #expect(names.name(for: "+1") == nil && names.name(for: "01") == nil)
        let cased = try LabelNames(["A", "a"])
        #expect(cased.name(for: "a") == "a" && cased.name(for: "A") == "A")
        for list in [["a", "a"], ["a"], ["a", ""], ["a", " b"]] {
            #expect(throws: InputError.self) { try LabelNames(list) }
        }
    }
}
