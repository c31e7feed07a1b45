import Formats
import LabelledText
import TestSupport
import Testing

@Suite("Changed retrieval sets are read or refused")
struct RetrievalMutationTests {
    private static let parts = [
        "corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "qrels/old.trec",
        "top_ranked/test.jsonl",
    ]

    @Test("in BEIR's form, each part", arguments: parts)
    func folders(part: String) throws {
        let folder = try TemporaryFolder()
        for name in Self.parts {
            try folder.write(try Fixtures.bytes("LabelledText/retrieval/\(name)"), to: name)
        }
        let bytes = try Fixtures.bytes("LabelledText/retrieval/\(part)")
        var mutations = Mutations(seed: UInt64(bytes.count))
        var read = 0
        for number in 0..<Mutations.count {
            let isText = part.hasSuffix("jsonl") && number % 2 == 0
            try folder.write(
                isText ? mutations.change(json: bytes) : mutations.change(bytes), to: part)
            for split in ["test", "old"] {
                let isRead = Mutations.isRead("\(part), change \(number)") {
                    let set = try RetrievalSet(folder: folder.path, split: split)
                    var reader = try set.documentReader()
                    while case let block = try reader.next(2), !block.isEmpty {}
                }
                if isRead { read += 1 }
            }
            _ = Mutations.isRead("\(part), change \(number), candidates") {
                _ = try RerankingSet(folder: folder.path, split: "test")
            }
        }
        #expect(read > 0)
    }

    @Test(
        "as rows and lines",
        arguments: ["order.jsonl", "lists.jsonl", "levels.jsonl", "lines.txt", "corpus.jsonl"])
    func rows(name: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixtures.bytes("LabelledText/retrieval/\(name)")
        var mutations = Mutations(seed: UInt64(bytes.count))
        for number in 0..<Mutations.count {
            let isText = name.hasSuffix("jsonl") && number % 2 == 0
            let path = try folder.write(
                isText ? mutations.change(json: bytes) : mutations.change(bytes), to: name)
            _ = Mutations.isRead("\(name), change \(number)") {
                switch name {
                case "order.jsonl": _ = try RerankingSet(rows: path, split: "test")
                case "lists.jsonl", "levels.jsonl":
                    _ = try LabelledSet(LabelListReader(path: path))
                default: _ = try SentenceFile.read(path)
                }
            }
        }
    }
}

@Suite("Sets for vectors are read")
struct VectorSetTests {
    private func path(_ name: String) -> String { Fixtures.path("LabelledText/retrieval/\(name)") }

    @Test("queries with a relevant document alone, and documents in blocks")
    func retrieval() throws {
        for split in ["test", "old"] {
            let set = try RetrievalSet(folder: path(""), split: split)
            #expect(set.queries.map(\.id) == ["q1", "q2"])
            #expect(set.unansweredQueries == (split == "test" ? 1 : 0))
            var reader = try set.documentReader()
            var blocks: [[String]] = []
            while case let block = try reader.next(3), !block.isEmpty {
                blocks.append(block.map(\.id))
            }
            #expect(blocks == [["d1", "d2", "3"], ["d4"]])
        }
    }

    @Test("questions as queries, their texts as documents")
    func questions() throws {
        let set = try RetrievalSet(questions: Fixtures.path("LabelledText/squad/v1.json"))
        var reader = try set.documentReader()
        let passages = try reader.next(1000)
        #expect(Set(passages.map(\.content.text)).count == passages.count)
        #expect(Set(set.queries.map(\.id)).count == set.queries.count)
        for query in set.queries {
            #expect(set.judgements.documents(of: query.id)?.map(\.grade) == [1])
        }
    }

    @Test("candidates by id and by rows")
    func candidates() throws {
        let folder = try RerankingSet(folder: path(""), split: "test")
        #expect(
            folder.queries.map { $0.candidates.map(\.id) } == [["d2", "d1"], ["d4", "d2", "3"]])
        #expect(folder.leftOut == 1)
        let rows = try RerankingSet(rows: path("order.jsonl"), split: "test")
        #expect(
            rows.queries.map { $0.candidates.map(\.id) } == [
                [
                    "apositive_test_query0_00000", "negative_test_query0_00000",
                    "negative_test_query0_00001",
                ]
            ])
        #expect(rows.queries[0].grades.map(\.grade) == [1, 0, 0] && rows.leftOut == 1)
    }

    @Test("lists of labels, and lines of which empty ones count")
    func others() throws {
        let lists = try LabelledSet(LabelListReader(path: path("lists.jsonl")))
        #expect(lists.examples.map(\.content.labels) == [["sleep", "Tova"], []])
        let levels = try LabelledSet(LabelListReader(path: path("levels.jsonl")))
        #expect(levels.examples.map(\.content.labels) == [["a", "a1"], ["b"]])
        let lines = try SentenceFile.read(path("lines.txt"))
        #expect(lines.map(\.content) == ["Tova slept.", "", "A lamp fell."])
        #expect(try SentenceFile.read(path("corpus.jsonl")).count == 4)
    }
}
