import Autograd
import Ranks
import TensorCore

extension StableAdamW {
    /// Changes every parameter by the sum of the gradients of all lanes, which the ranks share by
    /// the optimizer's exchange: each rank updates its share, and all get all weights. Weights,
    /// moments and report have the bits of one process that steps on the sum by `SumTree.fold`.
    ///
    /// - Parameters:
    ///   - parts: for each of the exchange's `nodes` its value, a matrix of each parameter's shape;
    ///     nil where all of its lanes are absent.
    ///   - isPresent: for each lane whether it had a microbatch; at least one had.
    ///   - what: for messages: `step 812`.
    /// - Throws: `RankFailure`, after which parameters and moments must not be used.
    /// - Precondition: with an exchange, the rule cuts no gradients.
    @discardableResult
    package func step(
        parts: [[Matrix<Float>]?], isPresent: [Bool], learningRate: Double,
        during what: String = "an update", parallel: Parallel
    ) throws -> Report {
        guard let exchange, let share else {
            guard parts.count == 1, let gradients = parts[0] else {
                preconditionFailure("StableAdamW.step: \(parts.count) parts in one process")
            }
            return step(gradients: gradients, learningRate: learningRate, parallel: parallel)
        }
        precondition(
            configuration.gradientClip == nil,
            "StableAdamW.step: ranks cannot cut gradients to a norm")
        stepCount += 1
        let (firstDecay, secondDecay) = (
            debiased(configuration.firstDecay), debiased(configuration.secondDecay)
        )
        let epsilon = Float(configuration.epsilon)
        try exchange.reduce(
            parts: parts, isPresent: isPresent, during: what, parallel: parallel
        ) { run, gradient in
            updateMoments(
                run.slabs, gradient: gradient, first: share.first, second: share.second,
                at: run.shareOffset, firstDecay: firstDecay, secondDecay: secondDecay,
                epsilon: epsilon, partials: exchange.sums, from: run.sumRow, parallel: parallel)
        }
        let decided = decide(try exchange.gatherSums(during: what), learningRate: learningRate)
        let weights = parameters.map(\.tensor.value)
        let copies = parameters.map(\.lowPrecisionCopy)
        try exchange.spread(weights, rounded: copies, during: what, parallel: parallel) { run in
            updateParameters(
                run.slabs, of: weights, first: share.first, second: share.second,
                at: run.shareOffset, learningRates: decided.rates, keeps: decided.keeps,
                epsilon: epsilon, rounded: copies, parallel: parallel)
        }
        return decided.report
    }

    /// What becomes of each parameter, from the sums of all slabs: the first of g² / max(v, ε²), the
    /// second of g².
    private func decide(
        _ sums: [(first: Double, second: Double)], learningRate: Double
    ) -> (rates: [Float], keeps: [Float], report: Report) {
        var (rates, keeps): ([Float], [Float]) = ([], [])
        var tally = Tally()
        var squares = 0.0
        var rest = sums[...]
        for parameter in parameters {
            let own = rest.prefix((parameter.count + FlatSlab.capacity - 1) / FlatSlab.capacity)
            rest = rest.dropFirst(own.count)
            squares += own.reduce(0) { $0 + $1.second }
            let total = own.reduce(0) { $0 + $1.first }
            let mean = parameter.count == 0 ? 0 : total / Double(parameter.count)
            let (rate, keep) = tally.add(
                parameter, meanSquare: mean * share(of: parameter), learningRate: learningRate,
                rule: configuration)
            rates.append(rate)
            keeps.append(keep)
        }
        return (rates, keeps, tally.report(squares: squares))
    }
}
