/// TIES over opened models, tensor by tensor in stretches.
///
/// With a base b and models θₜ, the task vectors are dₜ = θₜ − b, in fp32. Trimming needs the
/// magnitude of a rank, which two passes over what is ranked find (`MagnitudeSelection`): one
/// tensor, or with the scope `global` all of them before the first tensor is merged.
struct TIES {
    private let inputs: MergeInputs
    private let configuration: TIESConfiguration
    private let weights: [Float]
    /// Of the scope `global`: found once, for all tensors.
    private var wholeVector: (trimmings: [Trimming], signOfZero: Float)?

    /// Prepares to merge `participants`, which with the scope `global` are read three times now.
    init(
        _ configuration: TIESConfiguration, weights: [Double], inputs: MergeInputs,
        participants: [MergeInputs.Tensor]
    ) throws {
        self.inputs = inputs
        self.configuration = configuration
        self.weights = weights.map { Float($0) }
        if configuration.scope == .global {
            let trimmings = try thresholdsOfWholeVector(participants)
            wholeVector = (trimmings, try majoritySign(participants, trimmings))
        }
    }

    /// Merges `tensor` and hands the result over in stretches, in order.
    mutating func merge(
        _ tensor: MergeInputs.Tensor, write: ([Float]) throws -> Void
    ) throws -> Agreement {
        var (trimmings, signOfZero) =
            if let wholeVector { wholeVector } else { (try thresholds(of: tensor), 1 as Float) }
        var mean = DisjointMean(weights: weights, signOfZero: signOfZero)
        let lambda = Float(configuration.lambda)
        try inputs.forEachStretch(of: tensor) { stretch in
            stretch.subtractBase()
            stretch.trim(&trimmings)
            mean.merge(stretch.models)
            stretch.addToBase(lambda, times: mean.merged)
            try write(stretch.base)
        }
        return mean.agreement
    }

    /// Trimming to exactly ⌊density · elements⌋ entries of this tensor.
    private func thresholds(of tensor: MergeInputs.Tensor) throws -> [Trimming] {
        let kept = Trimming.keptPerTensor(count: tensor.count, density: configuration.density)
        guard kept < tensor.count else { return inputs.models.map { _ in .none } }
        guard kept > 0 else { throw inputs.nothingKept(of: tensor, configuration.density) }
        return try select(rank: kept, among: [tensor]).map { selected in
            Trimming(keeping: kept, selected: selected)
        }
    }

    /// Trimming of all `tensors` as one vector.
    private func thresholdsOfWholeVector(_ tensors: [MergeInputs.Tensor]) throws -> [Trimming] {
        let count = tensors.reduce(0) { $0 + $1.count }
        let rank = Trimming.smallestKeptRank(count: count, density: configuration.density)
        guard rank < count else { return inputs.models.map { _ in .none } }
        return try select(rank: rank, among: tensors).map { Trimming(atLeast: $0.magnitude) }
    }

    /// The `rank`-th largest magnitude of each model's task vector among `tensors`.
    private func select(
        rank: Int, among tensors: [MergeInputs.Tensor]
    ) throws -> [(magnitude: Float, larger: Int)] {
        var selections = inputs.models.map { _ in MagnitudeSelection(rank: rank) }
        for tensor in tensors {
            try inputs.forEachStretch(of: tensor) { stretch in
                stretch.subtractBase()
                for model in selections.indices {
                    selections[model].countUpperBits(of: stretch.models[model])
                }
            }
        }
        for model in selections.indices { selections[model].beginSecondPass() }
        for tensor in tensors {
            try inputs.forEachStretch(of: tensor) { stretch in
                stretch.subtractBase()
                for model in selections.indices {
                    selections[model].countLowerBits(of: stretch.models[model])
                }
            }
        }
        return selections.map { $0.result() }
    }

    /// The sign of most elected signs: what the paper's code gives to sums that are zero.
    private func majoritySign(
        _ tensors: [MergeInputs.Tensor], _ trimmings: [Trimming]
    ) throws -> Float {
        var mean = DisjointMean(weights: weights, signOfZero: 0)
        var trimmings = trimmings
        var balance = 0
        for tensor in tensors {
            try inputs.forEachStretch(of: tensor) { stretch in
                stretch.subtractBase()
                stretch.trim(&trimmings)
                balance += mean.signBalance(of: stretch.models)
            }
        }
        return Float(balance.signum())
    }
}
