import Finetuning
import Formats
import Recipes
import Suites
import TestSupport
import Testing

@Suite("The tables of a suite")
struct SuiteResultsTests {
    private let fixture = Result { try SuiteFixture() }

    /// Scores of one model with two seeds in three languages.
    private func languages() throws -> SuiteResults {
        let fixture = try fixture.get()
        let book = try fixture.book(fixture.twoByTwo())
        let topic = book.plan.recipe.tasks[0]
        for cell in book.plan.cells(of: topic) where cell.row.name == "a" {
            let more = cell.seed == 1 ? 0 : 0.1
            try fixture.write(
                [
                    "test-en": ["accuracy": 0.8 + more], "test-de": ["accuracy": 0.6],
                    "test-sw": ["accuracy": 0.4 + more],
                ], to: cell, book)
        }
        return try SuiteResults(book)
    }

    @Test("have means, intervals, the transfer gap, and dashes for what is missing")
    func byHand() throws {
        let results = try languages()
        let row = results.tasks[0].rows[0]
        // t(1, 0.975) = 12.706; s/√2 of 0.8 and 0.9 is 0.05.
        let english = try #require(row.languages[1].value)
        #expect(abs(english.mean - 0.85) < 1e-12)
        #expect(abs((english.halfWidth ?? 0) - 12.7062 * 0.05) < 1e-4)
        #expect(row.languages[0].value?.halfWidth == 0)
        // The seeds' averages are 0.6 and 2/3; their interval does not add up from the languages'.
        #expect(row.runs.map { ($0.average ?? 0) * 3 }.map { ($0 * 10).rounded() } == [18, 20])
        #expect(abs((row.average?.mean ?? 0) - 1.9 / 3) < 1e-12)
        #expect(abs((row.average?.halfWidth ?? 0) - 12.7062 / 30) < 1e-4)
        // Without English 0.5 and 0.55; the gap 0.3 and 0.35.
        #expect(abs((row.averageOfOthers?.mean ?? 0) - 0.525) < 1e-12)
        #expect(abs((row.transferGap?.mean ?? 0) - 0.325) < 1e-12)
        let text = results.text
        #expect(text.contains("63.3 ± 42.4"))
        #expect(text.contains("32.5 ± 31.8"))
        let table = results.tables[0]
        #expect(table.rows.map(\.name) == ["a", "b"])
        #expect(table.rows[1].cells.allSatisfy { $0.value == nil })
        #expect(table.rows[0].averagedColumns == 1)
        #expect(text.contains("63.3 ± 42.4 (1 of 2)"))
        #expect(results.markdown.contains("| sw | 100 | 45.0 ± 63.5 | – | – | – |"))
        #expect(text.contains("2 of 12 runs are finished"))
    }

    @Test("average over tasks seed by seed, and say how many runs there are")
    func averages() throws {
        let fixture = try fixture.get()
        let book = try fixture.book(fixture.twoByTwo())
        let tasks = book.plan.recipe.tasks
        for (task, values) in zip(tasks, [[0.2, 0.4], [0.6, 0.6]]) {
            let split = task.name == "topic" ? "test-en" : "dev"
            let cells = book.plan.cells(of: task).filter { $0.row.name == "a" }
            for (cell, value) in zip(cells, values) {
                try fixture.write([split: ["accuracy": value]], to: cell, book)
            }
        }
        let row = try SuiteResults(book).tables[0].rows[0]
        // 0.4 and 0.5.
        #expect(abs((row.average?.mean ?? 0) - 0.45) < 1e-12)
        #expect(abs((row.average?.halfWidth ?? 0) - 12.7062 * 0.05) < 1e-4)
        #expect(row.averagedColumns == 2)
        // Only one of the three languages is measured.
        #expect((row.cells[0].files, row.cells[0].expectedFiles) == (1, 3))

        let lone = try #require(
            book.plan.cells(of: tasks[1]).first { $0.row.name == "b" && $0.seed == 1 })
        try fixture.write(["dev": ["accuracy": 0.5]], to: lone, book)
        let results = try SuiteResults(book)
        #expect(results.text.contains("50.0 (1 of 2)"))
    }

    @Test("mark collapsed runs, which count")
    func collapsed() throws {
        let fixture = try fixture.get()
        let book = try fixture.book(fixture.twoByTwo())
        let later = book.plan.recipe.tasks[1]
        for cell in book.plan.cells(of: later) where cell.row.name == "b" {
            try fixture.write(
                ["dev": ["accuracy": 0.5]], collapsed: cell.seed == 2, to: cell, book)
        }
        let results = try SuiteResults(book)
        #expect(results.tasks[1].rows[1].collapsedRuns == 1)
        #expect(results.text.contains("50.0 ± 0.0 !"))
        #expect(results.text.contains("b on later (1 of 2)"))
        #expect(results.markdown.contains("| b 2 | 50.0 ! |"))
        #expect(try results.page(curves: SuiteCurves(book)).contains("50.0 ± 0.0 !"))
    }

    @Test("choose swept values by the mean over seeds on dev, and say where that also reports")
    func sweep() throws {
        let fixture = try fixture.get()
        let book = try fixture.book(
            fixture.twoByTwo("sweep: {learning_rate.peak: [1e-5, 2e-5], epochs: [1]}"))
        let tasks = book.plan.recipe.tasks
        #expect(tasks[0].points.map { $0.recipe.learningRate.peak } == [1e-5, 2e-5])
        #expect(tasks[0].points.map { $0.recipe.epochs } == [1, 1])
        // One seed of the first is the best of all, but its mean is not.
        let dev = [[0.9, 0.2], [0.7, 0.6]]
        let test = [[0.99, 0.99], [0.3, 0.5]]
        for cell in book.plan.cells(of: tasks[0]) where cell.row.name == "a" {
            let seed = Int(cell.seed ?? 1) - 1
            try fixture.write(
                [
                    "dev": ["accuracy": dev[cell.point][seed]],
                    "test-en": ["accuracy": test[cell.point][seed]],
                ], to: cell, book)
        }
        #expect(try book.bestPoint(of: tasks[0], row: book.plan.rows[0]) == 1)
        #expect(try book.bestPoint(of: tasks[0], row: book.plan.rows[1]) == nil)
        // What starts from it starts from the best.
        let child = try #require(book.plan.cells(of: tasks[1]).first { $0.row.name == "a" })
        #expect(try book.folder(of: child) != nil)
        for cell in book.plan.cells(of: tasks[1]) where cell.row.name == "a" {
            try fixture.write(["dev": ["accuracy": 0.5]], to: cell, book)
        }
        let results = try SuiteResults(book)
        let row = results.tasks[0].rows[0]
        #expect(row.settings == ["learning_rate.peak": "2e-5", "epochs": "1"])
        #expect(abs((row.average?.mean ?? 0) - 0.4) < 1e-12)
        #expect(row.sweep.map { $0.dev?.mean ?? 0 }.map { ($0 * 100).rounded() } == [55, 65])
        #expect(!results.tasks[0].isDevSelected && results.tasks[1].isDevSelected)
        #expect(results.text.contains("later, accuracy, dev-selected"))
        #expect(!results.text.contains("topic, accuracy, dev-selected"))
        #expect(results.text.contains("65.0 ± 63.5 ←"))
    }

    @Test("name a run's folder by all that decides its result")
    func folders() throws {
        let fixture = try fixture.get()
        let recipe = try fixture.twoByTwo()
        func places(_ recipe: SuiteRecipe) throws -> [String] {
            let book = try fixture.book(recipe)
            return try recipe.tasks.flatMap(book.plan.cells(of:)).map {
                try book.folder(of: $0)?.path ?? ""
            }
        }
        let before = try places(recipe)
        #expect(Set(before).count == 12)
        #expect(try places(recipe) == before)
        // A key of the start changes the start's runs and those that start from it, no baseline.
        var changes = SuiteRecipe.Changes()
        changes.overrides = ["tasks.topic.epochs=3"]
        let text = try String(contentsOfFile: fixture.folder.path("suite.yaml"), encoding: .utf8)
        let longer = try places(fixture.suite(text, changes: changes))
        #expect(zip(before, longer).map { $0 == $1 }.count { $0 } == 4)
        // So does a model's vocabulary, for the runs of that model and of its pieces.
        try fixture.folder.write("a\nhome\n", to: "models/b/vocab.txt")
        #expect(zip(before, try places(recipe)).map { $0 == $1 }.count { $0 } == 8)
        try Folder.remove(fixture.folder.path("models/b/vocab.txt"))
        // So does a file; moved, it changes nothing.
        try fixture.folder.write(SuiteFixture.texts(12, seed: 9), to: "data/test-sw.jsonl")
        #expect(zip(before, try places(recipe)).map { $0 == $1 }.count { $0 } == 2)
    }

    @Test("tell tasks apart that read one file with other texts")
    func texts() throws {
        let fixture = try fixture.get()
        try fixture.folder.write("q\td\n", to: "data/triples.tsv")
        for (corpus, text) in [("one", "home"), ("two", "water"), ("same", "home")] {
            for file in ["queries", "corpus"] {
                let id = file == "queries" ? "q" : "d"
                try fixture.folder.write(
                    "{\"_id\": \"\(id)\", \"text\": \"\(text)\"}\n",
                    to: "data/\(corpus)/\(file).jsonl")
            }
        }
        func task(_ corpus: String) -> String {
            "{task: embedding, data: {format: triples, corpus: \(corpus), train: triples.tsv, "
                + "dev: triples.tsv}}"
        }
        let recipe = try fixture.suite(
            """
            name: s
            models: {a: models/a}
            seeds: [1]
            data_folder: data
            tasks: {x: \(task("one")), y: \(task("two")), z: \(task("same"))}
            """)
        let book = try fixture.book(recipe)
        let hashes = try recipe.tasks.flatMap(book.plan.cells(of:)).map {
            try book.folder(of: $0)?.path.suffix(12)
        }
        #expect(hashes.count == 3 && hashes[0] != hashes[1] && hashes[0] == hashes[2])
    }
}
