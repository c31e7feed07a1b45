extension StableAdamW {
    /// The numbers of the rule; mmBERT's by default.
    public struct Configuration: Sendable, Equatable {
        /// β₁, the decay of the gradient's mean.
        public var firstDecay: Double
        /// β₂, the decay of the gradient's mean square.
        public var secondDecay: Double
        /// ε, added to the root of the mean square.
        public var epsilon: Double
        /// λ, the share of a weight that a step at the peak learning rate takes away.
        public var weightDecay: Double
        /// The learning rate at which the whole of λ applies: the phase's peak.
        public var peakLearningRate: Double
        /// Whether r limits the learning rate.
        public var limitsRates = true
        /// c, to which the norm of all gradients together is cut: they are multiplied by
        /// min(1, c / (norm + 1e-6)), as `clip_grad_norm_` in PyTorch does. Nil for no cut.
        public var gradientClip: Double?

        /// The numbers of the rule.
        public init(
            firstDecay: Double = 0.9, secondDecay: Double = 0.95, epsilon: Double = 1e-8,
            weightDecay: Double = 8e-5, peakLearningRate: Double = 8e-4
        ) {
            self.firstDecay = firstDecay
            self.secondDecay = secondDecay
            self.epsilon = epsilon
            self.weightDecay = weightDecay
            self.peakLearningRate = peakLearningRate
        }

        /// PyTorch's AdamW, by default with the numbers of transformers' Trainer: a step takes
        /// away the learning rate times λ of a weight.
        public static func adamW(
            firstDecay: Double = 0.9, secondDecay: Double = 0.999, epsilon: Double = 1e-8,
            weightDecay: Double = 0, gradientClip: Double? = 1
        ) -> Configuration {
            var rule = Configuration(
                firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon,
                weightDecay: weightDecay, peakLearningRate: 1)
            (rule.limitsRates, rule.gradientClip) = (false, gradientClip)
            return rule
        }
    }
}
