import Diagnostics

/// Merges one tensor after another by the formula of a configuration.
struct TensorMerger {
    private enum Formula {
        case ties(TIES)
        case average(WeightedAverage)
    }

    private let inputs: MergeInputs
    private let includesEmbeddings: Bool
    private var formula: Formula

    /// Prepares the formula; TIES with the scope `global` reads the models now.
    init(_ configuration: MergeConfiguration, inputs: MergeInputs) throws {
        self.inputs = inputs
        includesEmbeddings = configuration.includesEmbeddings
        let count = inputs.models.count
        let weights = configuration.weights(modelCount: count)
        switch configuration.method {
        case .ties(let choices):
            let participants = inputs.tensors.filter {
                configuration.includesEmbeddings || !$0.isTokenEmbedding
            }
            formula = .ties(
                try TIES(choices, weights: weights, inputs: inputs, participants: participants))
        case .average:
            formula = .average(WeightedAverage(weights: weights))
        case .exponentialAverage(let decay):
            let factors = WeightedAverage.exponentialWeights(count: count, decay: decay)
            formula = .average(WeightedAverage(weights: zip(weights, factors).map { $0 * $1 }))
        }
    }

    /// Merges `tensor` and hands the result over in stretches, in order; gives what the models
    /// kept and where they disagreed, if the formula asks.
    mutating func merge(
        _ tensor: MergeInputs.Tensor, write: ([Float]) throws -> Void
    ) throws -> Agreement? {
        if tensor.isTokenEmbedding && !includesEmbeddings {
            try inputs.forEachStretch(of: tensor) { try write($0.base) }
            return nil
        }
        switch formula {
        case .ties(var ties):
            return try ties.merge(tensor, write: write)
        case .average(var average):
            try inputs.forEachStretch(of: tensor) { stretch in
                average.average(stretch.models, into: &stretch.base)
                try write(stretch.base)
            }
            return nil
        }
    }
}
