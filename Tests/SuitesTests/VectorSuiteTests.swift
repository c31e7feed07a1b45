import Diagnostics
import Finetuning
import Formats
import Foundation
import LabelledText
import Recipes
import Suites
import TestSupport
import Testing

@Suite("A suite of vectors")
struct VectorSuiteTests {
    private let fixture = Result { try SuiteFixture() }

    /// Writes sets of every kind, made of the words that the tiny tokenizer knows.
    private func written() throws -> SuiteFixture {
        let fixture = try fixture.get()
        let words = ["home", "water", "stone", "night", "bright", "dark", "and", "the"]
        let texts = (0..<24).map { "\(words[$0 % 8]) \(words[($0 * 5 + 1) % 8]) \(words[$0 % 3])" }
        func lines(_ rows: [String]) -> String { rows.joined(separator: "\n") + "\n" }
        let folder = fixture.folder
        try folder.write(
            lines(texts.enumerated().map { "{\"_id\": \"d\($0)\", \"text\": \"\($1)\"}" }),
            to: "data/beir/corpus.jsonl")
        try folder.write(
            lines((0..<4).map { "{\"_id\": \"q\($0)\", \"text\": \"\(words[$0])\"}" }),
            to: "data/beir/queries.jsonl")
        try folder.write(
            "query-id\tcorpus-id\tscore\nq0\td0\t2\nq0\td8\t1\nq1\td1\t1\nq2\td2\t0\nq1\tgone\t1\n",
            to: "data/beir/qrels/test.tsv")
        try folder.write(
            lines(
                ["q0", "q1"].map {
                    "{\"query-id\": \"\($0)\", \"corpus-ids\": [\"d0\", \"d1\", \"d5\"]}"
                }),
            to: "data/beir/top_ranked/test.jsonl")
        try folder.write(
            lines(
                (0..<12).map {
                    "{\"sentence1\": \"\(texts[$0])\", \"sentence2\": \"\(texts[$0 + 7])\", "
                        + "\"score\": \($0 % 5), \"label\": \($0 % 2)}"
                }), to: "data/pairs.jsonl")
        try folder.write(lines(Array(texts.prefix(9))), to: "data/lines.en")
        for language in ["de", "sw"] {
            try folder.write(
                lines(texts.prefix(9).map { $0 + (language == "de" ? " the" : "") }),
                to: "data/lines.\(language)")
        }
        try folder.write(
            lines(
                texts.enumerated().map {
                    "{\"text\": \"\($1)\", \"labels\": [\"\($0 % 3)\", \"\($0 % 2)\"]}"
                }), to: "data/lists.jsonl")
        return fixture
    }

    private static let tasks = """
        tasks:
          search: {kind: retrieval, data: {test: beir}, cutoffs: [1, 10], trec_run: 5}
          order: {kind: reranking, data: {test: beir}}
          similar: {kind: similarity, data: {test: pairs.jsonl}}
          pairs: {kind: pairs, data: {test: pairs.jsonl}, metric: cosine_ap}
          mine: {kind: mining, data: {test: "lines.{lang}"}, pivot: lines.en}
          few: {kind: classification, data: {train: train.jsonl, test: "test-{lang}.jsonl"}}
          lists: {kind: multilabel, data: {train: lists.jsonl, test: lists.jsonl}}
          clusters:
            {kind: clustering, data: {test: lists.jsonl}, documents: all, draws: 2, draw_size: 30}
        """

    private func suite(_ fixture: SuiteFixture, _ tasks: String = tasks) throws -> SuiteRecipe {
        try fixture.suite(
            """
            name: vectors
            models: {a: models/a, blank: {model: models/a, weights: random}}
            seeds: [1, 2]
            data_folder: data
            \(tasks)
            """)
    }

    @Test("measures every kind, with intervals, runs and notes")
    func allKinds() throws {
        let fixture = try written()
        let recipe = try suite(fixture)
        #expect(try fixture.suite(recipe.resolvedYAML()) == recipe)
        let run = try SuiteRun(recipe, fixture.options)
        #expect(try run.run() == .finished(failures: []))
        let results = try run.results()
        #expect(
            results.tasks.map(\.metric) == [
                "ndcg_at_10", "map_at_1000", "cosine_spearman", "cosine_ap", "f1", "accuracy",
                "exact_match", "v_measure*",
            ])
        // Given weights need one run, random ones one for each seed; there are no baselines.
        for task in results.tasks {
            #expect(task.rows.map(\.expectedRuns) == [1, 2])
            #expect(task.rows.map(\.runs.count) == [1, 2])
            #expect(task.rows[0].average != nil, "\(task.name)")
        }
        let search = results.tasks[0]
        #expect(search.files.map(\.examples) == [2] && search.rows[0].average?.halfWidth != nil)
        // The pivot itself is left out; the other file has the same sentences.
        #expect(results.tasks[4].files.map(\.name) == ["de", "sw"])
        #expect(results.tasks[4].rows[0].languages[1].value?.mean == 1)
        #expect(results.text.contains("± of one run is half"))
        #expect(results.markdown.contains("similar, all measures"))
        #expect(results.markdown.replacing("\\", with: "").contains("| euclidean_spearman | "))
        let page = try results.page(curves: SuiteCurves(run.book))
        #expect(page.contains("All measures") && page.contains("v_measure*"))
        let cell = try #require(run.book.plan.cells(of: recipe.tasks[0]).first)
        let scores = try #require(try run.book.scores(of: cell)?.files["test"])
        #expect(scores.notes?["judged documents that the corpus has not"] == 1)
        #expect(scores.notes?["queries without a relevant document, left out"] == 1)
        #expect(scores.texts == 26)
        let place = try #require(try run.book.folder(of: cell))
        let trec = try RetrievalRun(path: place.predictions + "/test.trec")
        #expect(trec.queries == ["q0", "q1"] && trec.documents(of: "q0")?.count == 5)
    }

    @Test("keeps vectors on disk, takes them again, and mends what is damaged there")
    func cache() throws {
        let fixture = try written()
        let tasks = "tasks: {search: {kind: retrieval, data: {test: beir}}}"
        let recipe = try suite(fixture, tasks)
        // A suite has its folder as long as it lives.
        func results(_ recipe: SuiteRecipe) throws -> SuiteResults {
            let run = try SuiteRun(recipe, fixture.options)
            _ = try run.run()
            return try run.results()
        }
        let before = try results(recipe)
        let folder = fixture.folder.path("out/vectors")
        // Queries and documents of given weights and of two seeds.
        let names = try Folder.contents(of: folder)
        #expect(names.count == 6)
        try Folder.remove(folder + "/" + names[0])
        try fixture.folder.write("not a matrix", to: "out/vectors/\(names[1])")
        for cell in try Folder.contents(of: fixture.folder.path("out/cells")) {
            try Folder.remove(fixture.folder.path("out/cells/\(cell)/scores.json"))
        }
        #expect(try results(recipe) == before)
        #expect(try Folder.contents(of: folder).count == 6)
        // Prompts and lengths make other vectors, and a suite may keep none.
        let other = try suite(
            fixture,
            """
            keep_vectors: false
            tasks:
              search: {kind: retrieval, data: {test: beir}, prompts: {query: "home "}, length: 4}
            """)
        let after = try results(other)
        #expect(try Folder.contents(of: folder).count == 6)
        #expect(after != before && after.tasks[0].rows[0].cutShare > 0)
    }

    @Test("reads queries and documents with the prompts of the model's folder")
    func prompts() throws {
        let fixture = try written()
        try FileManager.default.copyItem(
            atPath: fixture.folder.path("models/a"), toPath: fixture.folder.path("models/c"))
        let modules = [("", "Transformer"), ("1_Pooling", "Pooling")].enumerated().map {
            "{\"idx\": \($0), \"name\": \"\($0)\", \"path\": \"\($1.0)\", "
                + "\"type\": \"sentence_transformers.models.\($1.1)\"}"
        }
        try fixture.folder.write(
            "[\(modules.joined(separator: ", "))]", to: "models/c/modules.json")
        try fixture.folder.write(
            "{\"pooling_mode_mean_tokens\": true}", to: "models/c/1_Pooling/config.json")
        try fixture.folder.write(
            "{\"prompts\": {\"query\": \"home \", \"passage\": \"dark \"}}",
            to: "models/c/config_sentence_transformers.json")
        let prompts = "prompts: {query: \"home \", document: \"dark \"}"
        let recipe = try fixture.suite(
            """
            name: prompts
            models: {a: models/a, c: models/c}
            data_folder: data
            tasks:
              own: {kind: retrieval, data: {test: beir}}
              given: {kind: retrieval, data: {test: beir}, \(prompts)}
              without: {kind: retrieval, data: {test: beir}, prompts: {query: none, document: none}}
            """)
        let run = try SuiteRun(recipe, fixture.options)
        #expect(try run.run() == .finished(failures: []))
        func measures(_ task: Int, _ row: String) throws -> [String: Double] {
            let cells = run.book.plan.cells(of: recipe.tasks[task])
            let cell = try #require(cells.first { $0.row.name == row })
            let place = try #require(try run.book.folder(of: cell))
            let found = try RetrievalRun(path: place.predictions + "/test.trec")
            return Dictionary(
                uniqueKeysWithValues: (found.documents(of: "q1") ?? []).map { ($0, $1) })
        }
        #expect(try measures(0, "c") == measures(1, "a"))
        #expect(try measures(1, "c") == measures(1, "a"))
        #expect(try measures(2, "c") == measures(0, "a"))
        #expect(try measures(0, "c") != measures(0, "a"))
    }

    @Test("is read and counted without being measured")
    func rehearsal() throws {
        let fixture = try written()
        let rehearsal = try SuiteRehearsal(suite(fixture), fixture.options)
        #expect(rehearsal.readings[0].splits.map(\.examples) == [2])
        #expect(rehearsal.readings.allSatisfy { $0.splits[0].tokens > 0 })
    }

    @Test(
        "that is wrong is refused with the key",
        arguments: [
            ("{kind: retrieval, data: {train: a, test: beir}}", "no data.train"),
            ("{kind: retrieval, data: {test: beir}, epochs: 3}", "kind: finetune trains"),
            ("{kind: retrieval, data: {test: beir}, metric: ndcg_at_7}", "Did you mean ndcg_at_1?"),
            ("{kind: mining, data: {test: a}, prompts: {query: x}}", "write text"),
            ("{kind: classification, data: {test: a}}", "data.train"),
            ("{preset: mteb/STS71, data: {test: a}}", "one of"),
            ("{preset: mteb/STS17, kind: pairs, data: {test: a}}", "of kind similarity"),
            ("{kind: clustering, data: {test: a}, documents: 0%}", "a share of them"),
            ("{kind: retrievel, data: {test: a}}", "Did you mean retrieval?"),
        ])
    func wrong(task: String, message: String) throws {
        let fixture = try written()
        #expect {
            let recipe = try suite(fixture, "tasks: {x: \(task)}")
            _ = try SuiteRun(recipe, fixture.options)
        } throws: { error in
            "\(error)".contains(message)
        }
    }

    @Test("begins with a preset's settings")
    func presets() throws {
        let fixture = try written()
        #expect(SuiteTask.vectorPresets.count == Set(SuiteTask.vectorPresets).count)
        for preset in SuiteTask.vectorPresets {
            let train = preset.contains("lassification") || preset.contains("mteb/")
            let tasks = [
                "{preset: \(preset), data: {test: a}}",
                "{preset: \(preset), data: {train: b, test: a}}",
            ].prefix(train ? 2 : 1)
            let isRead = tasks.contains { (try? suite(fixture, "tasks: {x: \($0)}")) != nil }
            #expect(isRead, "\(preset)")
        }
        let task = try suite(
            fixture,
            "tasks: {x: {preset: mteb/AmazonCounterfactualClassification, "
                + "data: {train: train.jsonl, test: dev.jsonl}}}"
        ).tasks[0]
        #expect(task.kind == .classification && task.vectors.examplesPerLabel == 32)
        #expect(task.recipe.metric == "accuracy" && task.vectors.experiments == 10)
    }

    @Test("with files that do not fit fails with file and line")
    func files() throws {
        let fixture = try written()
        let folder = fixture.folder
        func failure(_ task: String) throws -> String {
            let suite = try SuiteRun(
                suite(fixture, "tasks: {x: \(task)}"), fixture.options)
            guard case .finished(let failures) = try suite.run() else { return "stopped" }
            return failures.first ?? "no failure"
        }
        try folder.write("query-id\tcorpus-id\tscore\nq0\td0\tmany\n", to: "data/beir/qrels/a.tsv")
        #expect(
            try failure("{kind: retrieval, split: a, data: {test: beir}}")
                .contains("qrels/a.tsv:2: expected a grade"))
        try folder.write("query-id\tcorpus-id\tscore\nzz\td0\t1\n", to: "data/beir/qrels/b.tsv")
        #expect(
            try failure("{kind: retrieval, split: b, data: {test: beir}}")
                .contains("judgements of queries that the set has"))
        try folder.write("one\ntwo\n", to: "data/short.txt")
        #expect(
            try failure("{kind: mining, pivot: lines.en, data: {test: short.txt}}")
                .contains("short.txt: expected 9 sentences"))
        try folder.write("{\"query\": \"home\", \"positive\": \"dark\"}\n", to: "data/order.jsonl")
        #expect(
            try failure("{kind: reranking, data: {test: order.jsonl}}")
                .contains("order.jsonl:1: positive: expected a list"))
        try folder.write("{\"sentence1\": \"a\", \"score\": 1}\n", to: "data/half.jsonl")
        #expect(
            try failure("{kind: similarity, data: {test: half.jsonl}}")
                .contains("half.jsonl:1: expected the key “sentence2"))
    }
}
