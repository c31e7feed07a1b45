import LabelledText
import TestSupport
import Testing

@Suite("What repeats is counted")
struct RepetitionTests {
    private func set(_ text: String) throws -> LabelledSet<ClassifiedText> {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "a.tsv")
        return try LabelledSet(GLUEReader(path: path, task: .sst2))
    }

    @Test("within a set, and between two")
    func repetitions() throws {
        let first = try set("idx\tsentence\tlabel\n1\tA\t0\n1\tB\t1\n2\tA\t1\n3\tA\t0\n4\tC\t\n")
        var expected = Repetitions()
        (expected.ids, expected.texts, expected.otherLabels) = (1, 2, 1)
        #expect(first.repetitions == expected)
        let second = try set("sentence\tlabel\nB\t0\nD\t1\n")
        #expect(second.repetitions == Repetitions())
        #expect(first.sharedTexts(with: second) == 1 && second.sharedTexts(with: first) == 1)
    }

    @Test(
        "in CoLA, as it is published",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"))
    func cola() throws {
        func read(_ name: String) throws -> LabelledSet<ClassifiedText> {
            let path = SharedFolder.path("eval/glue/CoLA/\(name)")
            return try LabelledSet(GLUEReader(path: path, task: .cola))
        }
        #expect(try read("dev.tsv").sharedTexts(with: read("train.tsv.zst")) == 16)
    }
}
