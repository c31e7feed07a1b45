import Diagnostics
import Reporting

extension MergeConfiguration {
    /// The weights, with 1 for each model if none are given.
    func weights(modelCount: Int) -> [Double] {
        weights.isEmpty ? [Double](repeating: 1, count: modelCount) : weights
    }

    /// Throws an `InputError` that names the first parameter that makes no sense.
    func validate(modelCount: Int, hasBase: Bool) throws {
        guard modelCount > 0 else {
            throw Self.error("models", "at least one model", "none", "Name the models to merge.")
        }
        try validateWeights(modelCount: modelCount)
        if !includesEmbeddings && !hasBase {
            throw Self.error(
                "base", "a base from which the embeddings are taken", "none",
                "Name the common ancestor as the base, or let the embeddings take part.")
        }
        switch method {
        case .ties(let ties):
            guard hasBase else {
                throw Self.error(
                    "base", "the common ancestor of the models", "none",
                    "TIES merges differences from a base: name the checkpoint from which all "
                        + "models started.")
            }
            try ties.validate()
        case .average: break
        case .exponentialAverage(let decay):
            guard decay > 0 && decay <= 1 else {
                throw Self.error(
                    "decay", "a number above 0 and at most 1", "\(decay)",
                    "Write how much a model counts compared with the next one, such as 0.5.")
            }
        }
    }

    private func validateWeights(modelCount: Int) throws {
        guard weights.isEmpty || weights.count == modelCount else {
            throw Self.error(
                "weights", "\(counted(modelCount, "number")), one per model", "\(weights.count)",
                "Give every model a weight, or none.")
        }
        let sum = weights(modelCount: modelCount).reduce(0, +)
        guard sum.isFinite && sum != 0 else {
            throw Self.error(
                "weights", "finite numbers whose sum is not zero", "\(weights)",
                "Write how much each model counts, such as 1.")
        }
    }

    static func error(
        _ parameter: String, _ expected: String, _ found: String, _ remedy: String
    ) -> InputError {
        InputError(at: "merge.\(parameter)", expected: expected, found: found, remedy: remedy)
    }
}

extension TIESConfiguration {
    fileprivate func validate() throws {
        guard density > 0 && density <= 1 else {
            throw MergeConfiguration.error(
                "density", "a share above 0 and at most 1", "\(density)",
                "Write the share of every task vector that is kept, such as 0.2.")
        }
        guard lambda.isFinite else {
            throw MergeConfiguration.error(
                "lambda", "a finite number", "\(lambda)",
                "Write the factor of the merged task vector, such as 1.")
        }
    }
}
