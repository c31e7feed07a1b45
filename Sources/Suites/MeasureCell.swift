import Diagnostics
import Finetuning
import Formats
import Inference
import ModelFolders
import Recipes
import Runs

/// The files of a run that trains nothing: read, predicted, scored one by one. What was scored
/// before an interruption is not scored again.
final class MeasuredFiles {
    private let recipe: FinetuneRecipe
    private let place: RunFolder
    private var scores: CellScores
    private let lock: FileLock

    private var partial: String { place.path + "/partial.json" }

    /// Opens the run's folder.
    init(_ recipe: FinetuneRecipe, in place: RunFolder) throws {
        (self.recipe, self.place) = (recipe, place)
        lock = try place.open()
        try AtomicFile.write(recipe.resolvedYAML(), to: place.recipe)
        try Folder.create(place.predictions)
        let partial = place.path + "/partial.json"
        // Of a machine that went down it may be cut: then its files are measured again.
        scores = (try? JSONFile.read(partial)) ?? CellScores()
    }

    /// Measures every file, and writes the scores.
    ///
    /// - Parameters:
    ///   - trainExamples: how many examples were learned from; nil for none.
    ///   - stopSignal: what ends it between two files.
    ///   - measure: the scores of a set; it writes predictions to the path.
    /// - Returns: whether all files were measured.
    func run(
        trainExamples: Int?, stopSignal: StopSignal?,
        _ measure: (_ set: TaskSet, _ path: String) throws -> FinetuneScores.File
    ) throws -> Bool {
        return try runFiles(trainExamples: trainExamples, stopSignal: stopSignal) { file, name in
            let set = try TaskSet(file, recipe, needsLabels: name.hasPrefix("dev"))
            return try measure(set, place.predictions + "/\(name).jsonl")
        }
    }

    /// The same with what files are left to `measure`.
    ///
    /// - Parameter measure: the scores of a file, which among the scores is called `name`.
    func runFiles(
        trainExamples: Int?, stopSignal: StopSignal?,
        _ measure: (_ file: LabelledData.File, _ name: String) throws -> FinetuneScores.File
    ) throws -> Bool {
        scores.trainExamples = trainExamples
        for (split, files) in [("dev", recipe.data.dev), ("test", recipe.data.test)] {
            for file in files {
                let name = file.name.isEmpty ? split : "\(split)-\(file.name)"
                guard scores.files[name] == nil else { continue }
                if stopSignal?.number != nil { return false }
                scores.files[name] = try measure(file, name)
                try JSONFile.write(scores, to: partial, synchronized: false)
            }
        }
        try JSONFile.write(scores, to: place.scores)
        try Folder.remove(partial)
        return true
    }
}

/// A run that measures the model of another task as it is.
struct MeasureCell {
    private let recipe: FinetuneRecipe
    private let place: RunFolder
    private let progress: SuiteProgress

    /// The run of a recipe whose model is the other task's.
    init(_ recipe: FinetuneRecipe, in place: RunFolder, progress: SuiteProgress) throws {
        (self.recipe, self.place, self.progress) = (recipe, place, progress)
    }

    /// Measures every file; false if a signal ended it before.
    func run(threads: Int, stopSignal: StopSignal?) throws -> Bool {
        let model = try FineTunedModel(folder: recipe.model, precision: .fp32, threads: threads)
        model.batchTokens = recipe.batch.microbatch
        guard model.task.kind == recipe.task.headKind, model.task.objective == recipe.objective
        else {
            throw InputError(
                at: recipe.model, expected: "a model for task \(recipe.task.rawValue)",
                found: "one with \(model.task.kind.description)",
                remedy: "Write the task of the one that it starts from.")
        }
        let files = try MeasuredFiles(recipe, in: place)
        return try files.run(trainExamples: nil, stopSignal: stopSignal) { set, path in
            progress.update { "measures \(set.name.isEmpty ? set.path : set.name)" }
            try check(set, model)
            let (predictions, scores) = try TaskScorer(model).score(
                set, mayBeNone: model.shape.noAnswer ?? false)
            try predictions.write(of: set, task: model.task, to: path)
            return scores
        }
    }

    /// Checks that a set has no labels but the model's.
    private func check(_ set: TaskSet, _ model: FineTunedModel) throws {
        guard recipe.task.hasLabels, recipe.objective != .regression,
            let other = set.labels.first(where: { !model.task.labels.contains($0) })
        else { return }
        throw InputError(
            at: set.path,
            expected: "labels of the model: "
                + model.task.labels.prefix(12).joined(separator: ", "),
            found: "“\(other)”",
            remedy: "Write labels: with the model's names, in the file's order.")
    }
}
