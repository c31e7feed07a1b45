import Finetuning
import Formats
import Foundation
import ModelFolders
import Recipes
import Runs
import Suites
import TestSupport
import Tokenization

/// A folder with tiny models, made-up labelled files and suites of them.
struct SuiteFixture {
    let folder: TemporaryFolder

    /// Two models `a` and `b`, and files of texts, of pairs and of tagged words.
    init() throws {
        folder = try TemporaryFolder()
        for (name, seed) in [("a", UInt64(1)), ("b", 2)] { try writeModel(name, seed: seed) }
        for (name, count, seed) in [("train", 24, UInt64(1)), ("dev", 12, 2)] {
            try folder.write(Self.texts(count, seed: seed), to: "data/\(name).jsonl")
        }
        for (language, seed) in [("en", UInt64(3)), ("de", 4), ("sw", 5)] {
            try folder.write(Self.texts(12, seed: seed), to: "data/test-\(language).jsonl")
        }
        try folder.write(
            "a DET\nhome NOUN\n\na NOUN\na DET\nb X\n", to: "data/tags.conll")
        try folder.write("home DET\na X\nzz X\n", to: "data/tags-dev.conll")
    }

    private func writeModel(_ name: String, seed: UInt64) throws {
        let tokenizer = try Tokenizer(path: Fixtures.path("Tokenization/tiny.model"))
        let model = TinyModel.make(seed: seed, vocabularySize: tokenizer.vocabularySize)
        let path = folder.path("models/\(name)")
        try Folder.create(path)
        try ModelFolder.write(
            model, tokenizer: HuggingFaceTokenizer(tokenizer, maximumLength: 64), into: path)
    }

    /// Texts with the label `up` where a word is in them, else `down`, in turn.
    static func texts(_ count: Int, seed: UInt64) -> String {
        let words = ["home", "and", "the", "water", "stone", "a", "of", "night"]
        let numbers = testNumbers(count * 4, seed: seed)
        return (0..<count).map { row in
            let picked = (0..<4).map { words[Int((numbers[row * 4 + $0] + 1) * 3.99)] }
            let text = picked.joined(separator: " ") + (row % 2 == 0 ? " bright" : " dark")
            return "{\"text\": \"\(text)\", \"label\": \"\(row % 2 == 0 ? "up" : "down")\"}\n"
        }.joined()
    }

    /// The keys of a short training.
    static let short = "epochs: 2, batch: {examples: 8}, length: 48"

    /// The suite of this text, whose paths start at the folder.
    func suite(
        _ text: String, changes: SuiteRecipe.Changes = SuiteRecipe.Changes()
    ) throws -> SuiteRecipe {
        try SuiteRecipe.read(folder.write(text, to: "suite.yaml"), changes: changes)
    }

    /// A suite of two models, tasks and seeds; the second task starts from the first.
    func twoByTwo(_ more: String = "") throws -> SuiteRecipe {
        try suite(
            """
            name: small
            models: {a: models/a, b: models/b}
            seeds: [1, 2]
            data_folder: data
            tasks:
              topic:
                {task: text, data: {train: train.jsonl, dev: dev.jsonl, test: "test-{lang}.jsonl"},
                 \(Self.short)}
              later:
                {task: text, start_from: topic, data: {train: train.jsonl, dev: dev.jsonl},
                 \(Self.short)}
            \(more)
            """)
    }

    /// The options of a run into the folder.
    var options: SuiteOptions {
        var options = SuiteOptions(threads: 1)
        options.folder = folder.path("out")
        options.isQuiet = true
        return options
    }

    /// What is in the suite's folder, of a plan that is not run.
    func book(_ recipe: SuiteRecipe) throws -> SuiteBook {
        SuiteBook(try SuitePlan(recipe), folder: folder.path("out/cells"))
    }

    /// Writes the scores of a cell as if it had run: metrics of files by their names.
    func write(
        _ files: [String: [String: Double]], collapsed: Bool = false, to cell: SuiteCell,
        _ book: SuiteBook
    ) throws {
        var scores = CellScores()
        for (name, metrics) in files {
            var file = FinetuneScores.File()
            (file.metrics, file.examples, file.scored) = (metrics, 100, 100)
            file.isCollapsed = collapsed
            scores.files[name] = file
        }
        let place = try book.folder(of: cell)?.path ?? ""
        try Folder.create(place)
        try JSONFile.write(scores, to: place + "/scores.json")
    }
}
