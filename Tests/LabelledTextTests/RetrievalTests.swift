import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("Retrieval sets are read")
struct RetrievalTests {
    @Test("in BEIR's form")
    func beir() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"{"_id": "d1", "title": "Lamps", "text": " of Öre"}"# + "\n"
                + #"{"_id": 2, "title": "", "text": ""}"#, to: "corpus.jsonl")
        try folder.write(#"{"_id": "q1", "text": "lamps?"}"#, to: "queries.jsonl")
        try folder.write(
            "query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\t2\t0\r\n", to: "qrels/test.tsv")
        let set = try RetrievalFolder(path: folder.path)
        let corpus = try LabelledSet(RetrievalTextReader(path: set.corpus))
        #expect(corpus.examples.map(\.id) == ["d1", "2"])
        #expect(corpus.examples.map(\.content.whole) == ["Lamps  of Öre", ""])
        #expect(corpus.counts.summary == "2 examples, 1 with an empty text")
        let judgements = try Judgements(path: set.judgements)
        #expect(judgements.grades == ["q1": ["d1": 2, "2": 0]] && judgements.count == 2)
        #expect(judgements.answeredQueries == ["q1"])
        try judgements.check(queries: ["q1"], documents: ["d1", "2"])
        let error = refusal {
            try judgements.check(queries: ["q1"], documents: ["d1"])
        }
        #expect(error?.location == "\(set.judgements):3" && error?.found == "“2”")
        #expect(refusal { try RetrievalFolder(path: folder.path, split: "dev") }?.found == "none")
    }

    @Test("or refused with the line")
    func refused() throws {
        let folder = try TemporaryFolder()
        func error(_ text: String) throws -> String {
            let path = try folder.write(text, to: "a")
            let error = refusal { try Judgements(path: path) }
            return error?.description.replacing(path, with: "a") ?? ""
        }
        let header = "query-id\tcorpus-id\tscore\n"
        #expect(try error("").contains("expected judgements, found no example"))
        #expect(try error("q\td\t1\n").contains("a:1: expected 4 columns of TREC, or query-id"))
        #expect(try error("\(header)q\td\n").contains("a:2: expected 3 columns"))
        #expect(try error("\(header)q\td\t0.5\n").contains("a:2: expected a grade, a whole"))
        #expect(
            try error("q 0 d 1\nq 0 d 2\n").contains("a:2: expected each document once for a query")
        )
        let twice = try folder.write(
            "{\"_id\": 1, \"text\": \"\"}\n{\"_id\": \"1\", \"text\": \"\"}", to: "b")
        let repeated = refusal { try LabelledSet(RetrievalTextReader(path: twice)) }
        #expect(repeated?.location == "\(twice):2: _id")
    }

    @Test(
        "as they are counted in real folders",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"),
        arguments: [
            ("cranfield", "test", 1400, 225, 1837, 225, 2), ("cosqa", "dev", 552, 604, 604, 313, 0),
        ])
    func real(
        name: String, split: String, documents: Int, queries: Int, judged: Int, answered: Int,
        empty: Int
    ) throws {
        let set = try RetrievalFolder(
            path: SharedFolder.path("eval/retrieval_\(name)"), split: split)
        let corpus = try LabelledSet(RetrievalTextReader(path: set.corpus))
        let asked = try LabelledSet(RetrievalTextReader(path: set.queries))
        let judgements = try Judgements(path: set.judgements)
        #expect(corpus.examples.count == documents && asked.examples.count == queries)
        #expect(judgements.count == judged && judgements.answeredQueries.count == answered)
        #expect(corpus.counts.emptyTexts == empty)
        try judgements.check(
            queries: Set(asked.examples.map(\.id)), documents: Set(corpus.examples.map(\.id)))
    }

    @Test(
        "with TREC's judgements the same as BEIR's",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"))
    func trec() throws {
        let folder = SharedFolder.path("eval/retrieval_cranfield/qrels")
        let trec = try Judgements(path: "\(folder)/test.trec")
        #expect(try trec.grades == Judgements(path: "\(folder)/test.tsv").grades)
    }
}
