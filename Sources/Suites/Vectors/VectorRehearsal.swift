import Diagnostics
import Finetuning
import Inference
import ModelFolders
import Recipes
import TensorCore

/// Reads the files of a task that measures vectors, and counts their tokens, without a model.
struct VectorRehearsal {
    private let task: SuiteTask
    private let encoder: TaskEncoder
    private let parallel: Parallel

    /// - Throws: `InputError` for a folder without tokenizer.
    init(_ task: SuiteTask, _ folder: String, _ parallel: Parallel) throws {
        let model = try ModelFolder(path: folder)
        guard let tokenizer = model.tokenizer else {
            throw InputError(
                at: folder, expected: "a tokenizer", found: "none",
                remedy: "Put the model's tokenizer into the folder.")
        }
        let own = try model.sentencePooling()?.maximumLength ?? .max
        var shape = TaskFile()
        shape.length = min(
            task.vectors.length ?? .max, own, model.configuration.maximumPositions)
        encoder = try TaskEncoder(
            tokenizer, shape: shape, positions: model.configuration.maximumPositions, at: "length")
        (self.task, self.parallel) = (task, parallel)
    }

    /// Examples, tokens and cut texts of what is measured.
    func split(of recipe: FinetuneRecipe) throws -> SuiteRehearsal.Split {
        var split = SuiteRehearsal.Split(name: "test", files: [], labels: [:], tokens: 0, cut: 0)
        for file in recipe.data.test {
            let content = try VectorFile(task, recipe, file)
            split.files.append(.init(name: file.name, examples: content.examples))
            try content.forEachText { texts, _ in
                let encoded = encoder.sequences(of: texts.map { TextInput($0) }, on: parallel)
                split.tokens += encoded.reduce(0) { $0 + $1.sequence.ids.count }
                split.cut += encoded.count { $0.cut > 0 }
            }
        }
        return split
    }
}
