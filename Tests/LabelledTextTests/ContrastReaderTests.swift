import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("Texts that belong together are read")
struct ContrastReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func rows(
        _ text: String, isScored: Bool = false
    ) throws -> LabelledSet<ContrastedTexts> {
        let path = try folder.write(text, to: "a.jsonl")
        return try LabelledSet(ContrastRowReader(path: path, isScored: isScored))
    }

    private func table(
        _ text: String, isScored: Bool = false, quoting: TableQuoting = .plain
    ) throws -> LabelledSet<ContrastedTexts> {
        let path = try folder.write(text, to: "a.tsv")
        return try LabelledSet(
            ContrastTableReader(path: path, isScored: isScored, quoting: quoting))
    }

    @Test func `JSON with negatives in a list, in keys, and with several positives`() throws {
        let set = try rows(
            """
            {"anchor": "a", "positive": "b", "negatives": ["c", "d"]}
            {"query": "a", "pos": ["b", "e"], "neg": ["c"]}
            {"anchor": "a", "positive": "b", "negative_1": "c", "negative_2": "d", "id": 9}
            {"sentence1": "a", "sentence2": "b", "negative": "c"}
            """)
        #expect(
            set.examples.map(\.content) == [
                ContrastedTexts(anchor: "a", positive: "b", negatives: ["c", "d"]),
                ContrastedTexts(anchor: "a", positive: "b", negatives: ["c"]),
                ContrastedTexts(anchor: "a", positive: "e", negatives: ["c"]),
                ContrastedTexts(anchor: "a", positive: "b", negatives: ["c", "d"]),
                ContrastedTexts(anchor: "a", positive: "b", negatives: ["c"]),
            ])
        #expect(set.examples[3].id == "9" && set.counts.examples == 5)
    }

    @Test func `JSON with negatives in keys of several kinds, from 0, and with null among them`()
        throws
    {
        let set = try rows(
            """
            {"anchor": "a", "positive": "b", "negative_2": "e", "negative": "c", "negative_1": "d"}
            {"anchor": "a", "positive": "b", "negative_10": "e", "negative_0": "c", "negative_9": "d"}
            {"anchor": "a", "positive": "b", "negative_1": null, "negative_2": ["c", "d"]}
            {"anchor": "a", "positive": "b", "neg": ["c"], "negative": ["d"], "negatives": "e"}
            {"anchor": "a", "positive": "b", "negative": null, "negative_score": 0.5}
            """)
        #expect(
            set.examples.map(\.content.negatives) == [
                ["c", "d", "e"], ["c", "d", "e"], ["c", "d"], ["e", "c", "d"], [],
            ])
    }

    @Test func `tables with names, without, and with scores`() throws {
        let expected = [
            ContrastedTexts(anchor: "a", positive: "b", negatives: ["c"]),
            ContrastedTexts(anchor: "d", positive: "e", negatives: ["f"]),
        ]
        #expect(try table("a\tb\tc\nd\te\tf\n").examples.map(\.content) == expected)
        #expect(
            try table("Negative\tquery\tpositive\nc\ta\tb\nf\td\te\n").examples.map(\.content)
                == expected)
        #expect(
            try table("anchor,positive,negative_1\na,b,c\nd,e,f\n", quoting: .csv)
                .examples.map(\.content) == expected)
        #expect(
            try table("score\tsentence1\tsentence2\n4.5\ta\tb\n", isScored: true)
                .examples.map(\.content)
                == [ContrastedTexts(anchor: "a", positive: "b", score: 4.5)])
    }

    @Test func `names that are given must be in the first row`() throws {
        var names = TextFieldNames.contrasts
        names.text = ["Frage"]
        let named = try folder.write("positive\tfrage\nb\ta\n", to: "named.tsv")
        let reader = try ContrastTableReader(path: named, names: names, isNamed: true)
        #expect(
            try LabelledSet(reader).examples.map(\.content)
                == [ContrastedTexts(anchor: "a", positive: "b")])
        let other = try folder.write("id\tquestion\tpositive\n1\ta\tb\n", to: "other.tsv")
        let error = refusal {
            try LabelledSet(ContrastTableReader(path: other, names: names, isNamed: true))
        }
        #expect(error?.expected == "a column “Frage” in the first row")
    }

    @Test func `rows are refused with their place`() throws {
        func message(_ reading: () throws -> some Any) -> String {
            refusal(reading)?.description ?? ""
        }
        #expect(
            message { try rows(#"{"anchor": "a"}"#) }.contains(
                "a.jsonl:1: expected the key “positive”"))
        #expect(
            message { try rows(#"{"anchor": "a", "positive": []}"#) }
                .contains("a.jsonl:1: expected a text that belongs to “a”, found an empty list"))
        #expect(
            message { try rows(#"{"anchor": "a", "positive": "b", "score": 3}"#) }
                .contains("found a score"))
        #expect(
            message { try rows(#"{"anchor": "a", "positive": "b"}"#, isScored: true) }
                .contains("expected the key “score”"))
        #expect(
            message { try rows(#"{"anchor": "a", "positive": "b", "score": "x"}"#, isScored: true) }
                .contains("a.jsonl:1: score: expected a score, a finite number"))
        #expect(message { try rows("") }.contains("expected texts that belong together"))
        #expect(message { try table("a\n") }.contains("a.tsv:1: expected 2 columns"))
        #expect(message { try table("a\tb\nc\n") }.contains("a.tsv:2: expected 2 columns"))
        #expect(
            message { try table("query\tpositive\tscore\na\tb\t1\n") }
                .contains("a.tsv:1: expected texts that belong together, found a column of scores"))
    }

    @Test func `queries with their documents, out of a folder in BEIR's form`() throws {
        try folder.write(
            """
            {"_id": "d1", "title": "T", "text": "one"}
            {"_id": "d2", "text": "two"}
            {"_id": "d3", "text": "three"}
            """, to: "corpus.jsonl")
        try folder.write(
            """
            {"_id": "q1", "text": "first"}
            {"_id": "q2", "text": "second"}
            """, to: "queries.jsonl")
        let judgements = try folder.write(
            "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t2\nq2\td3\t0\n", to: "qrels/train.tsv")
        #expect(
            try RetrievalPairs.read(judgements: judgements).examples.map(\.content) == [
                ContrastedTexts(anchor: "first", positive: "T one"),
                ContrastedTexts(anchor: "first", positive: "two"),
            ])
        let triples = try folder.write("q2\td3\td1\nq1\td2\td3\n", to: "triples.tsv")
        #expect(
            try RetrievalPairs.read(triples: triples, folder: folder.path(""))
                .examples.map(\.content) == [
                    ContrastedTexts(anchor: "second", positive: "three", negatives: ["T one"]),
                    ContrastedTexts(anchor: "first", positive: "two", negatives: ["three"]),
                ])
        let headed = try folder.write(
            "Query-ID\tpositive\tnegative\nq1\td2\td3\n", to: "headed.tsv")
        #expect(
            try RetrievalPairs.read(triples: headed, folder: folder.path(""))
                .examples.map(\.content) == [
                    ContrastedTexts(anchor: "first", positive: "two", negatives: ["three"])
                ])
        for first in ["query7\td1\n", "q1\td1\nquery\td1\n"] {
            let path = try folder.write(first + "q1\td2\n", to: "first.tsv")
            let error = refusal {
                try RetrievalPairs.read(triples: path, folder: folder.path(""))
            }
            #expect(error?.found.contains("“query") == true)
        }
        let unknown = try folder.write("q2\td9\n", to: "unknown.tsv")
        let error = refusal {
            try RetrievalPairs.read(triples: unknown, folder: folder.path(""))
        }
        #expect(error?.description.contains("unknown.tsv:1: expected the id of one of the") == true)
    }
}
