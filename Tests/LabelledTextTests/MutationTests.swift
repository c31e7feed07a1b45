import LabelledText
import TestSupport
import Testing

@Suite("Changed files are read or refused")
struct MutationTests {
    /// Reads the file at `path` as what its name says, with any rules.
    private func read(_ path: String, as name: String, _ rules: ReadingRules) throws {
        switch name.split(separator: "/")[0] {
        case "glue":
            let task = GLUETask.allCases.first { name.contains($0.rawValue) } ?? .cola
            _ = try LabelledSet(GLUEReader(path: path, task: task, rules: rules))
        case "squad":
            _ = try SQuADFile.read(path, rules: rules)
            _ = try SQuADFile.read(path, offsets: .mended, rules: rules)
        case "tagged" where name.contains("rows"):
            _ = try LabelledSet(TagRowReader(path: path, rules: rules))
        case "tagged":
            let layout: TagLayout =
                name.contains("conllu") ? .conllu : name.contains("uner") ? .uner : .conll
            _ = try LabelledSet(CoNLLReader(path: path, layout: layout, rules: rules))
        case "pairs" where name.contains("choices"):
            _ = try LabelledSet(ChoiceReader(path: path, rules: rules))
        case "pairs" where name.contains("json"):
            _ = try LabelledSet(TextRowReader(path: path, names: .single, rules: rules))
        default:
            _ = try LabelledSet(XTREMETask.xnli.reader(path: path, rules: rules))
        }
    }

    @Test(
        "of every format",
        arguments: [
            "glue/cola-train.tsv", "glue/mrpc.tsv.zst", "glue/stsb.tsv", "glue/mnli.tsv",
            "tagged/iob2.txt", "tagged/uner.iob2", "tagged/made.conllu", "tagged/rows.jsonl",
            "squad/v1.json", "squad/v2.json.gz", "squad/offsets.json", "squad/columns.json",
            "squad/flat.jsonl.zst", "pairs/xnli.tsv", "pairs/choices.jsonl", "pairs/list.json",
        ])
    func changed(name: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixtures.bytes("LabelledText/\(name)")
        var mutations = Mutations(seed: UInt64(bytes.count))
        for number in 0..<Mutations.count {
            let isText = name.contains("json") && !name.contains("json.") && number % 2 == 0
            let changed = isText ? mutations.change(json: bytes) : mutations.change(bytes)
            let path = try folder.write(changed, to: "a")
            for rules in [ReadingRules(), ReadingRules(needsLabels: true, malformedLines: 3)] {
                _ = Mutations.isRead("\(name), change \(number)") {
                    try read(path, as: name, rules)
                }
            }
        }
    }
}
