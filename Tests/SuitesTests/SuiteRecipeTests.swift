import Diagnostics
import Formats
import Foundation
import Recipes
import Suites
import TestSupport
import Testing

@Suite("A suite's recipe")
struct SuiteRecipeTests {
    private let fixture = Result { try SuiteFixture() }

    private static let task = "{task: text, data: {train: t.jsonl, dev: d.jsonl}}"

    @Test(
        "that is wrong is refused with file, line and key",
        arguments: [
            ("tasks: {x: \(task)}\nseeds: []", "suite.yaml:4: seeds", "at least one"),
            ("tasks: {x: \(task)}\nseeds: [1, 1]", "seeds", "each once"),
            ("tasks: {}", "tasks", "a task at least"),
            (
                "tasks: {x: \(task)}\ntables: [{title: T, columns: [y]}]",
                "suite.yaml:4: tables.0.columns", "tasks of the suite: x"
            ),
            (
                "tasks: {x: \(task)}\ntables: [{title: T, rows: [n]}]", "tables.0.rows",
                "models of the suite: m"
            ),
            (
                "tasks:\n  x: \(task)\n  y:\n    task: text\n    start_from: xx\n"
                    + "    data: {train: t, dev: d}",
                "suite.yaml:7: tasks.y.start_from", "Did you mean x?"
            ),
            (
                "tasks:\n  x: {start_from: y, data: {train: t, dev: d}}\n"
                    + "  y: {start_from: x, data: {train: t, dev: d}}",
                "tasks.x.start_from", "x ← y ← x"
            ),
            ("tasks: {x: {data: {dev: d}}}", "tasks.x.data", "data.train"),
            ("tasks: {x: {data: {train: t}}}", "tasks.x.data", "data.dev or data.test"),
            ("tasks: {x: {kind: measure, data: {dev: d}}}", "tasks.x", "start_from"),
            (
                "tasks: {x: {kind: probe, task: qa, data: {train: t, dev: d}}}", "tasks.x.task",
                "kind: finetune"
            ),
            (
                "tasks: {x: \(task)}\nsweep: {learning_rate.peek: [1]}",
                "suite.yaml:4: tasks.x.learning_rate.peek", "Did you mean peak?"
            ),
            (
                "tasks: {x: \(task)}\nsweep: {epochs: [0]}", "suite.yaml:4: tasks.x.epochs",
                "Write it like 3."
            ),
            (
                "tasks: {x: {data: {train: t, test: d}}}\nsweep: {epochs: [1, 2]}",
                "suite.yaml:4: sweep.epochs", "data.dev in task x"
            ),
            (
                "tasks: {x: {model: n, data: {train: t, dev: d}}}", "tasks.x.model",
                "above the tasks"
            ),
            ("tasks: {a b: \(task)}", "tasks.a b", "a name of letters"),
            (
                "tasks: {x: {kind: similarity, data: {test: {a/b: t}}}}", "tasks.x.data.test",
                "names of files such as languages"
            ),
            (
                "tasks: {x: {kind: retrieval, data: {test: t, skip_bad: 3}}}", "tasks.x.data",
                "no data.skip_bad in kind: retrieval"
            ),
        ])
    func mistakes(text: String, place: String, part: String) throws {
        let fixture = try fixture.get()
        #expect {
            try fixture.suite("name: s\nmodels: {m: models/a}\n" + text)
        } throws: { error in
            let message = "\(error)"
            return error is InputError && message.contains(place) && message.contains(part)
        }
    }

    @Test("needs models, which the command line may give")
    func models() throws {
        let fixture = try fixture.get()
        let text = "name: s\ntasks: {x: \(Self.task)}\ndata_folder: there"
        #expect {
            try fixture.suite(text)
        } throws: { "\($0)".contains("--model NAME=FOLDER") }
        var changes = SuiteRecipe.Changes()
        changes.models = [("mine", "/models/mine")]
        changes.dataFolder = "/data"
        let suite = try fixture.suite(text, changes: changes)
        #expect(suite.models.map(\.folder) == ["/models/mine"])
        #expect(suite.tasks[0].recipe.data.train.map(\.path) == ["/data/t.jsonl"])
        #expect(suite.seeds == [1, 2, 3, 4, 5])
        let inside = try fixture.suite("models: {m: n}\n" + text)
        #expect(
            inside.tasks[0].recipe.data.train.map(\.path)
                == [fixture.folder.path("there/t.jsonl")])
        #expect(inside.models[0].folder == fixture.folder.path("n"))
    }

    @Test("has a name of its own for each model", arguments: [["m", "m"], ["majority"]])
    func namesOfModels(names: [String]) throws {
        let fixture = try fixture.get()
        var changes = SuiteRecipe.Changes()
        changes.models = names.map { (name: $0, folder: "/models/a") }
        let error = #expect(throws: InputError.self) {
            try fixture.suite("name: s\ntasks: {x: \(Self.task)}", changes: changes)
        }
        #expect(error?.description.contains(names.joined(separator: ", ")) == true)
    }

    @Test("names files of a list that are measured by their places")
    func namesOfFiles() throws {
        let suite = try fixture.get().suite(
            """
            name: s
            models: {m: models/a}
            tasks:
              x: {data: {train: [s, t], dev: [d, e]}, sweep: {epochs: [1, 2]}}
              y: {kind: similarity, data: {test: [d, e]}}
            """)
        #expect(suite.tasks[0].recipe.data.train.map(\.name) == ["", ""])
        #expect(
            suite.tasks[0].points.map { $0.recipe.data.dev.map(\.name) }
                == [["1", "2"], ["1", "2"]])
        #expect(suite.tasks[1].points[0].recipe.data.test.map(\.name) == ["1", "2"])
    }

    @Test("written out with every default reads back equal")
    func resolved() throws {
        let fixture = try fixture.get()
        let suite = try fixture.twoByTwo(
            """
            sweep: {learning_rate.peak: [1e-5, 2e-5]}
            tables: [{title: "All of it", columns: [later, topic]}]
            """)
        #expect(try fixture.suite(suite.resolvedYAML()) == suite)
    }

    @Test("puts every task behind the one that it starts from")
    func order() throws {
        let suite = try fixture.get().suite(
            """
            name: s
            models: {m: models/a}
            tasks:
              c: {start_from: b, data: {train: t, dev: d}}
              a: {data: {train: t, dev: d}}
              b: {start_from: a, data: {train: t, dev: d}}
            """)
        #expect(suite.ordered.map(\.name) == ["a", "b", "c"])
        #expect(suite.line(of: suite.tasks[0]).map(\.name) == ["c", "b", "a"])
    }

    @Test("of the repository can be read where its files are", arguments: committed)
    func published(name: String) throws {
        let path = Repository.root.appendingPathComponent("recipes/suites/\(name)").path
        let text = String(decoding: try FileContents.read(path), as: UTF8.self)
        let folder = try fixture.get().folder
        // Every file that the suite names, of two languages where it names all.
        for match in text.matches(of: /[\w\/{}.-]+\.(tsv|jsonl|json|conllu|csv)(\.\w+)?/) {
            let file = String(match.output.0)
            let languages = file.contains("{lang}") ? ["en", "de"] : [""]
            for language in languages {
                try folder.write("", to: file.replacing("{lang}", with: language))
            }
        }
        // Folders of retrieval sets by language.
        for match in text.matches(of: /"([\w\/.-]+)\/\{lang\}"/) {
            for language in ["en", "de"] {
                try folder.write("", to: "\(match.output.1)/\(language)/corpus.jsonl")
            }
        }
        var changes = SuiteRecipe.Changes()
        changes.dataFolder = folder.path
        let suite = try SuiteRecipe.read(path, changes: changes)
        #expect(!suite.tasks.isEmpty && !suite.tables.isEmpty)
    }

    private static var committed: [String] {
        let folder = Repository.root.appendingPathComponent("recipes/suites").path
        return ((try? Folder.contents(of: folder)) ?? []).filter { $0.hasSuffix(".yaml") }
    }
}
