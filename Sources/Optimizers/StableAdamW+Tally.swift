import Autograd

extension StableAdamW {
    /// What a step has decided of the parameters so far.
    struct Tally {
        private var largestRatio = 0.0
        private var limitedCount = 0
        private var kept: [Double] = []

        /// Limits and decays the next parameter.
        ///
        /// - Parameters:
        ///   - meanSquare: r², the mean of g² / max(v, ε²).
        ///   - rule: the rule's numbers.
        /// - Returns: η, and what weight decay leaves of the parameter.
        mutating func add(
            _ parameter: Parameter, meanSquare: Double, learningRate: Double, rule: Configuration
        ) -> (rate: Float, keep: Float) {
            let ratio = meanSquare.squareRoot()
            largestRatio = max(largestRatio, ratio)
            let isLimited = rule.limitsRates && ratio > 1
            limitedCount += isLimited ? 1 : 0
            let rate = isLimited ? learningRate / ratio : learningRate
            let decay = parameter.decays ? rate / rule.peakLearningRate * rule.weightDecay : 0
            let keep = Float(1 - decay)
            kept.append(Double(keep))
            return (Float(rate), keep)
        }

        /// What the step did, with the sum of all squares of the gradients.
        func report(squares: Double) -> Report {
            Report(
                gradientNorm: squares.squareRoot(), largestRatio: largestRatio,
                limitedCount: limitedCount, kept: kept)
        }
    }
}
