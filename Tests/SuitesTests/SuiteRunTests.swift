import Diagnostics
import Formats
import Foundation
import Recipes
import Suites
import TestSupport
import Testing

@Suite("A suite at work")
struct SuiteRunTests {
    private let fixture = Result { try SuiteFixture() }

    @Test("runs every model, task and seed once, and writes tables and pictures")
    func runs() throws {
        let fixture = try fixture.get()
        let suite = try SuiteRun(fixture.twoByTwo(), fixture.options)
        #expect(try suite.run() == .finished(failures: []))
        let results = try suite.results()
        // 2 models × 2 tasks × 2 seeds, and two baselines of each task.
        #expect(results.runs == 12 && results.finishedRuns == 12)
        let topic = results.tasks[0]
        #expect(topic.files.map(\.name) == ["de", "en", "sw"])
        #expect(topic.rows.map(\.name) == ["a", "b", "majority", "piece counts"])
        #expect(topic.rows.map(\.runs.count) == [2, 2, 1, 1])
        #expect(topic.trainExamples == 24 && topic.split == "test")
        // Half of the made-up texts have each label, and a word that tells which.
        #expect(topic.rows[2].average?.mean == 0.5)
        #expect(topic.rows[3].average?.mean == 1)
        #expect(results.tasks[1].split == "dev")
        let out = fixture.folder.path("out")
        let page = String(
            decoding: try FileContents.read(out + "/report.html"), as: UTF8.self)
        for part in ["dot-rows", "<svg", "While training", "piece counts", "transfer gap"] {
            #expect(page.contains(part), "lacks \(part)")
        }
        #expect(!page.contains("<script"))
        let tables = String(decoding: try FileContents.read(out + "/tables.md"), as: UTF8.self)
        #expect(tables.contains("| model | topic, accuracy | later, accuracy | average |"))
        let read: SuiteResults = try JSONFile.read(out + "/results.json")
        #expect(read == results)
        // Models that another task starts from are kept, others and all checkpoints are not.
        let cells = try Folder.contents(of: out + "/cells")
        for cell in cells where !cell.contains("majority") && !cell.contains("pieces") {
            let hasModel = try Folder.exists("\(out)/cells/\(cell)/model")
            #expect(hasModel == cell.hasPrefix("topic"), "\(cell)")
            #expect(try !Folder.exists("\(out)/cells/\(cell)/checkpoints"))
        }
    }

    @Test("runs again only what is missing, to the same scores")
    func resumes() throws {
        let fixture = try fixture.get()
        let recipe = try fixture.twoByTwo()
        #expect(try SuiteRun(recipe, fixture.options).run() == .finished(failures: []))
        let cells = fixture.folder.path("out/cells")
        let before = try dates(in: cells)
        let victim = try #require(before.keys.sorted().first { $0.hasPrefix("later-b-seed2") })
        let path = "\(cells)/\(victim)/scores.json"
        let scores = try FileContents.read(path)
        try Folder.remove(path)
        #expect(try SuiteRun(recipe, fixture.options).run() == .finished(failures: []))
        #expect(try FileContents.read(path) == scores)
        let after = try dates(in: cells)
        #expect(after.keys == before.keys)
        for (cell, date) in after where cell != victim { #expect(date == before[cell], "\(cell)") }
        #expect(after[victim] != before[victim])
    }

    @Test("runs a start again whose model is gone when something new starts from it")
    func missingStart() throws {
        let fixture = try fixture.get()
        var changes = SuiteRecipe.Changes()
        changes.only = ["topic"]
        let text = try String(
            contentsOfFile: {
                _ = try fixture.twoByTwo(); return fixture.folder.path("suite.yaml")
            }(),
            encoding: .utf8)
        let first = try fixture.suite(text, changes: changes)
        #expect(first.tasks.map(\.name) == ["topic"])
        #expect(try SuiteRun(first, fixture.options).run() == .finished(failures: []))
        let cells = fixture.folder.path("out/cells")
        for cell in try Folder.contents(of: cells) {
            #expect(try !Folder.exists("\(cells)/\(cell)/model"))
        }
        let suite = try SuiteRun(fixture.twoByTwo(), fixture.options)
        #expect(try suite.run() == .finished(failures: []))
        #expect(try suite.results().finishedRuns == 12)
    }

    @Test("makes a start of a chain again from the model that it started from itself")
    func missingLink() throws {
        let fixture = try fixture.get()
        func suite(_ only: [String]) throws -> SuiteRun {
            var changes = SuiteRecipe.Changes()
            changes.only = only
            let data = "data: {train: train.jsonl, dev: dev.jsonl}, \(SuiteFixture.short)"
            let text = """
                name: chain
                models: {a: {model: models/a, weights: random}}
                seeds: [1]
                baselines: []
                data_folder: data
                tasks:
                  first: {task: text, \(data)}
                  second: {task: text, start_from: first, \(data)}
                  third: {kind: measure, start_from: second, task: text, data: {test: dev.jsonl}}
                """
            return try SuiteRun(fixture.suite(text, changes: changes), fixture.options)
        }
        func scores(_ task: String) throws -> [UInt8] {
            let cells = fixture.folder.path("out/cells")
            let cell = try Folder.contents(of: cells).first { $0.hasPrefix(task) }
            return try FileContents.read("\(cells)/\(try #require(cell))/scores.json")
        }
        #expect(try suite([]).run() == .finished(failures: []))
        let whole = try ["second", "third"].map(scores)
        try Folder.remove(fixture.folder.path("out"))
        // No model is kept of what nothing starts from in this run.
        #expect(try suite(["second"]).run() == .finished(failures: []))
        #expect(try suite([]).run() == .finished(failures: []))
        #expect(try ["second", "third"].map(scores) == whole)
    }

    @Test("goes on where a run fails, and tells which did")
    func failures() throws {
        let fixture = try fixture.get()
        try fixture.folder.write(
            "{\"text\": \"a\", \"label\": \"sideways\"}\n", to: "data/other.jsonl")
        let recipe = try fixture.suite(
            """
            name: small
            models: {a: models/a}
            seeds: [1]
            baselines: []
            data_folder: data
            tasks:
              bad: {task: text, data: {train: train.jsonl, dev: other.jsonl}, \(SuiteFixture.short)}
              child:
                {task: text, start_from: bad, data: {train: train.jsonl, dev: dev.jsonl},
                 \(SuiteFixture.short)}
              good: {task: text, data: {train: train.jsonl, dev: dev.jsonl}, \(SuiteFixture.short)}
            """)
        let suite = try SuiteRun(recipe, fixture.options)
        guard case .finished(let failures) = try suite.run() else {
            Issue.record("stopped")
            return
        }
        #expect(failures.count == 2)
        #expect(failures[0].contains("bad · a · seed 1") && failures[0].contains("sideways"))
        #expect(failures[1].contains("the run that it starts from failed"))
        let results = try suite.results()
        #expect(results.text.contains("– is missing: 1 of 3 runs are finished"))
        #expect(results.tables[0].rows[0].cells.map { $0.value == nil } == [true, true, false])
        #expect(results.tables[0].rows[0].averagedColumns == 1)
    }

    @Test("measures the model of another task, and probes vectors")
    func otherKinds() throws {
        let fixture = try fixture.get()
        let recipe = try fixture.suite(
            """
            name: kinds
            models: {a: models/a, blank: {model: models/a, weights: random}}
            seeds: [1, 2]
            data_folder: data
            tasks:
              topic: {task: text, data: {train: train.jsonl, dev: dev.jsonl}, \(SuiteFixture.short)}
              abroad:
                {kind: measure, task: text, start_from: topic, data: {test: "test-{lang}.jsonl"}}
              vectors:
                {kind: probe, task: text, data: {train: train.jsonl, test: "test-{lang}.jsonl"},
                 length: 16}
              tags: {task: tokens, data: {train: tags.conll, dev: tags-dev.conll}, length: 16,
                epochs: 1}
            """)
        let suite = try SuiteRun(recipe, fixture.options)
        #expect(try suite.run() == .finished(failures: []))
        let results = try suite.results()
        #expect(results.tasks[1].rows.map(\.runs.count) == [2, 2, 1, 1])
        // A baseline of a task without training files learns from those of its start.
        #expect(results.tasks[1].rows[3].average?.mean == 1)
        // The vectors of given weights are the same for every seed.
        #expect(results.tasks[2].rows.map(\.expectedRuns) == [1, 2, 1, 1])
        let values = results.tasks[2].rows[1].runs.map(\.average)
        #expect(values.count == 2 && values.allSatisfy { $0 != nil })
        // Of tagged words: home NOUN, a DET, and an unknown word whatever is most frequent.
        #expect(results.tasks[3].rows.count == 4)
    }

    private func dates(in folder: String) throws -> [String: Date] {
        var dates: [String: Date] = [:]
        for cell in try Folder.contents(of: folder) {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(folder)/\(cell)/scores.json")
            dates[cell] = attributes[.modificationDate] as? Date
        }
        return dates
    }
}
