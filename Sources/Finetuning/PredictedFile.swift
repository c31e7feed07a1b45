import Diagnostics
import Encoders
import Inference
import LabelledText
import ModelFolders
import Recipes
import TensorCore

/// Predictions of a fine-tuned model on a file in one of the labelled formats, with or without
/// labels.
public struct PredictedFile {
    /// How many examples there are of what, in words.
    public let summary: String
    /// What is to be told: examples that are cut, words that are not tagged.
    public let warnings: [String]
    /// The number of examples.
    public let count: Int
    private let set: TaskSet
    private let predictions: TaskPredictions
    private let scores: FinetuneScores.File
    private let task: TaskHead

    /// Reads the file at `path` and predicts.
    ///
    /// - Parameters:
    ///   - data: format, columns and the like; its files are not looked at.
    ///   - model: what predicts.
    ///   - isPair: whether texts are pairs; nil for what the model's folder says.
    /// - Throws: `InputError` for what is not as the format says, and for labels that the model
    ///   has not.
    public init(
        _ path: String, _ data: LabelledData, by model: FineTunedModel, isPair: Bool? = nil
    ) throws {
        task = model.task
        var recipe = FinetuneRecipe()
        recipe.task = try Self.task(of: model, isPair: isPair)
        (recipe.data, recipe.objective) = (data, task.objective)
        recipe.text.allowsNoAnswer = model.shape.noAnswer ?? false
        set = try TaskSet(
            LabelledData.File(path: path), recipe, needsLabels: false)
        if recipe.task.hasLabels, task.objective != .regression,
            let other = set.labels.first(where: { !model.task.labels.contains($0) })
        {
            throw InputError(
                at: path,
                expected: "labels of the model: "
                    + task.labels.prefix(12).joined(separator: ", ")
                    + (task.labels.count > 12 ? ", …" : ""),
                found: "“\(other)”",
                remedy: "Name the labels as the model does, or leave their column out.")
        }
        (predictions, scores) = try TaskScorer(model).score(
            set, mayBeNone: recipe.text.allowsNoAnswer)
        (summary, count) = (set.counts.summary, set.count)
        var warnings: [String] = []
        if scores.cut > 0 {
            warnings.append(
                "\(scores.cut) of \(set.count) examples are longer than \(model.maximumLength) "
                    + "tokens and cut")
        }
        if let lost = scores.lostWords { warnings.append("\(lost) words are not tagged") }
        self.warnings = warnings
    }

    /// Every metric that is defined; empty where no example has a label.
    public var metrics: [String: Double] { scores.metrics }

    /// Writes the prediction for each example, in the order of the file.
    ///
    /// - Throws: `InputError` where the file cannot be written, or the format has no such
    ///   predictions.
    public func write(to path: String, as format: PredictionFormat = .json) throws {
        try predictions.write(of: set, task: task, to: path, as: format)
    }

    private static func task(
        of model: FineTunedModel, isPair: Bool?
    ) throws -> FinetuneRecipe.Task {
        switch model.task.kind {
        case .tokens: .tokens
        case .answers: .answers
        case .choice: .choice
        case .vectors: .embedding
        case .sequence:
            isPair.map { $0 ? .pair : .text }
                ?? model.shape.task.flatMap(FinetuneRecipe.Task.init) ?? .text
        }
    }
}
