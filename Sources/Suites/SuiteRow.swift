import Recipes

/// A row of a suite's tables: a model, or what is measured without one.
package struct SuiteRow: Sendable, Equatable {
    /// What there are rows for.
    package enum Content: Sendable, Equatable {
        /// A model of the suite.
        case model(SuiteRecipe.Model)
        /// The most frequent label of the training set.
        case majority
        /// Counts of the pieces of a model's tokenizer.
        case pieces(of: SuiteRecipe.Model)
    }

    /// What it is called.
    package let name: String
    package let content: Content

    /// The model, where it is one.
    package var model: SuiteRecipe.Model? {
        if case .model(let model) = content { model } else { nil }
    }
}

/// A run of a suite: a task with a model, a seed and a combination of what is swept.
package struct SuiteCell: Sendable {
    package let task: SuiteTask
    package let row: SuiteRow
    /// The seed; nil where nothing is random.
    package let seed: UInt64?
    /// The place of the combination among the task's points.
    package let point: Int

    /// What tells it from others of its suite.
    package var key: String {
        "\(task.name)/\(row.name)/\(seed.map(String.init) ?? "-")/\(point)"
    }

    /// In words: `rte · mine · seed 3 · learning_rate.peak 3e-5`.
    package var title: String {
        let settings = task.points[point].settings.map { "\($0.key) \($0.value)" }
        return ([task.name, row.name] + (seed.map { ["seed \($0)"] } ?? []) + settings)
            .joined(separator: " · ")
    }
}
