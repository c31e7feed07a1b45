import Autograd
import Encoders
import Finetuning
import Formats
import Foundation
import Host
import ModelFolders
import Recipes
import TensorCore
import TestSupport
import Testing
import Tokenization

/// A run trains the rows of the token table that its texts read, and writes the whole table.
@Suite("The folder that a run writes")
struct WholeTableTests {
    private let place: TemporaryFolder
    /// The model that runs start from: with rows that no token has, the padding token's among them.
    private let start: MaskedLanguageModel

    init() throws {
        place = try TemporaryFolder()
        var lines = (0..<200).map { Array("line \($0 * 7919) of words and numbers".utf8) }
        let bytes = try TokenizerTraining(vocabularySize: 330).train { lines.popLast() }
        let tokenizer = try Tokenizer(modelBytes: bytes, path: "tokenizer.model")
        var configuration = TinyModel.configuration(
            vocabularySize: tokenizer.vocabularySize + 40)
        configuration.padTokenID = tokenizer.vocabularySize + 20
        start = MaskedLanguageModel(configuration: configuration, seed: 3)
        try Folder.create(place.path("start"))
        try ModelFolder.write(
            start, tokenizer: try HuggingFaceTokenizer(tokenizer), into: place.path("start"))
        for (name, count) in [("train", 24), ("dev", 2)] {
            let rows = (0..<count).map { place in
                place % 2 == 0 ? "words and \(place)\ta\n" : "line of numbers \(place)\tb\n"
            }
            try place.write("text\tlabel\n" + rows.joined(), to: "\(name).tsv")
        }
    }

    /// What is left of the last row of the table after a run, as a share, and the run's recipe and
    /// scores.
    private func share(
        _ settings: String...
    ) throws -> (share: Double, recipe: FinetuneRecipe, scores: FinetuneScores) {
        let recipe = try FinetuneRecipe(
            settings: [
                "name=run", "task=text", "model=\(place.path("start"))",
                "data.train=\(place.path("train.tsv"))", "data.dev=\(place.path("dev.tsv"))",
                "length=16", "batch.examples=8", "epochs=5", "learning_rate.peak=2e-2",
                "optimizer.weight_decay=0.5", "evaluate.every_steps=3",
            ] + settings)
        var options = FinetuneOptions(threads: 2)
        (options.runFolder, options.isQuiet) = (place.path("run"), true)
        try Folder.remove(place.path("run"))
        #expect(try FinetuneRun(recipe, options).run() == .finished)
        let folder = try ModelFolder(path: place.path("run/model"))
        let (ours, theirs) = (try folder.modernBERT(), start.configuration)
        #expect(ours.padTokenID == theirs.padTokenID && ours == theirs)
        let table = try folder.loadTask().encoder.table.tensor.value
        let before = start.encoder.table.tensor.value
        let row = table.rows - 1
        let shares = (0..<table.columns).map { table[row, $0] / before[row, $0] }
        #expect(shares.allSatisfy { abs($0 - shares[0]) < 1e-6 })
        let scores: FinetuneScores = try JSONFile.read(place.path("run/scores.json"))
        return (Double(shares[0]), recipe, scores)
    }

    /// Π (1 − η λ) over so many steps.
    private func product(
        _ recipe: FinetuneRecipe, _ scores: FinetuneScores, steps: Int
    ) -> Double {
        (0..<steps).reduce(1) { product, step in
            product
                * (1 - recipe.learningRate.rate(at: step, of: scores.steps)
                    * recipe.optimizer.weightDecay)
        }
    }

    @Test("has unread rows decayed up to its last step")
    func last() throws {
        let (share, recipe, scores) = try share()
        #expect(scores.steps == 15 && scores.keptStep == 15)
        #expect(abs(share - product(recipe, scores, steps: 15)) < 1e-5 && share < 0.95)
    }

    @Test("has unread rows decayed up to the step whose model is kept")
    func best() throws {
        let (share, recipe, scores) = try share("evaluate.keep=best")
        #expect(scores.keptStep > 1 && scores.keptStep < 15, "\(scores.keptStep)")
        #expect(abs(share - product(recipe, scores, steps: scores.keptStep)) < 1e-5)
        #expect(abs(share - product(recipe, scores, steps: 15)) > 1e-3)
    }

    @Test("has unread rows as they were, where the table is frozen or nothing decays")
    func untouched() throws {
        #expect(try share("train=no-embeddings").share == 1)
        #expect(try share("optimizer.weight_decay=0").share == 1)
    }
}
