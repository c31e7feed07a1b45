import Encoders
import Finetuning
import Inference
import Recipes
import TestSupport
import Testing

/// Of which of two classes `f1` is.
@Suite struct PositiveClassTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// F1 of a model with these labels that predicts the first for every example.
    private func f1(
        of labels: [String], _ recipe: FinetuneRecipe, _ text: String
    ) throws -> Double? {
        let path = try folder.write(text, to: "dev.tsv")
        let set = try TaskSet(LabelledData.File(path: path), recipe, needsLabels: true)
        let task = TaskHead(.sequence, labels: labels)
        let found = (0..<set.count).map { _ in
            Inference.Classification([1, 0], of: task, cut: 0)
        }
        return FinetuneScores.File(set, .texts(found), task: task).metrics["f1"]
    }

    @Test func `it is the second of the format, whatever the order in the model's folder`() throws {
        var recipe = FinetuneRecipe()
        recipe.task = .pair
        (recipe.data.format, recipe.data.task) = (.glue, "mrpc")
        let text = "Quality\t#1 String\t#2 String\n1\ta\tb\n0\tc\td\n"
        #expect(try f1(of: ["equivalent", "not_equivalent"], recipe, text) == 2.0 / 3)
        #expect(try f1(of: ["not_equivalent", "equivalent"], recipe, text) == 0)
        recipe.labels = ["equivalent", "not_equivalent"]
        #expect(try f1(of: ["equivalent", "not_equivalent"], recipe, text) == 2.0 / 3)
    }

    @Test func `without one it is the recipe's second, and without that the model's`() throws {
        let text = "text\tlabel\na\tyes\nb\tno\n"
        var recipe = FinetuneRecipe()
        recipe.task = .text
        #expect(try f1(of: ["yes", "no"], recipe, text) == 0)
        recipe.labels = ["no", "yes"]
        #expect(try f1(of: ["yes", "no"], recipe, text) == 2.0 / 3)
    }
}
