import Autograd
import Foundation
import TensorCore

/// AdamW whose learning rate is limited, per tensor, by how unexpected the gradient is (Wortsman
/// et al., "Stable and low-precision training for large-scale vision-language models", 2023), with
/// debiased decays and a weight decay that does not depend on the peak learning rate.
///
/// In step t, for a parameter p with gradient g, and β̂ = (βᵗ − β) / (βᵗ − 1):
///
///     m = β̂₁ m + (1 − β̂₁) g           v = β̂₂ v + (1 − β̂₂) g²
///     r = √mean(g² / max(v, ε²))       η = learning rate / max(1, r)
///     p = p − (η / peak) λ p − η m / (√v + ε)
///
/// The decay λ applies to matrices, the token table included, not to norms and biases.
///
/// Without the limit (r = 1), with a peak of 1 and gradients cut to a norm, it is PyTorch's AdamW
/// (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), as `Configuration.adamW`
/// makes it: m and v with debiased decays are PyTorch's moments with their bias corrected.
public final class StableAdamW {
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

    /// The running means of one parameter's gradient; write into them to restore a checkpoint.
    public struct Moments {
        /// m, the shape of the parameter: `exp_avg` in PyTorch.
        public let first: Matrix<Float>
        /// v, the shape of the parameter: `exp_avg_sq` in PyTorch.
        public let second: Matrix<Float>
    }

    /// What one step did.
    public struct Report: Sendable, Equatable {
        /// √Σ g² over all parameters, before a cut.
        public let gradientNorm: Double
        /// The largest r of any parameter; above 1 its learning rate was limited.
        public let largestRatio: Double
        /// How many parameters' learning rates were limited.
        public let limitedCount: Int
        /// What weight decay left of each parameter, 1 of those that do not decay.
        public let kept: [Double]
    }

    /// The rule's numbers; a phase with another peak learning rate changes them.
    public var configuration: Configuration
    /// What is trained, in the model's order.
    public let parameters: [Parameter]
    /// The running means, in the order of `parameters`.
    public let moments: [Moments]
    /// Steps taken so far: t of the last step.
    public private(set) var stepCount = 0
    /// Numbers of elements of parameters of which only a part is here.
    private let counts: [String: Int]

    /// An optimizer before its first step.
    ///
    /// - Parameter counts: how many elements the parameters of these names have where only a part
    ///   of them is here, and the rest has no gradient: r is a mean over all.
    public init(
        parameters: [Parameter], configuration: Configuration, counting counts: [String: Int] = [:]
    ) {
        self.parameters = parameters
        self.configuration = configuration
        self.counts = counts
        moments = parameters.map { parameter in
            let value = parameter.tensor.value
            return Moments(
                first: Matrix(rows: value.rows, columns: value.columns),
                second: Matrix(rows: value.rows, columns: value.columns))
        }
    }

    /// Resumes after step `stepCount` of a checkpoint whose moments have been written to `moments`.
    public func restore(stepCount: Int) {
        precondition(stepCount >= 0, "StableAdamW.restore: step \(stepCount)")
        self.stepCount = stepCount
    }

    /// Forgets all gradients, so that the next backward pass overwrites them.
    public func zeroGradients() {
        for parameter in parameters {
            parameter.tensor.discardGradient()
        }
    }

    /// Changes every parameter by its gradient. Gradients stay until `zeroGradients()`, cut if they
    /// were.
    ///
    /// - Precondition: every parameter has a gradient.
    @discardableResult
    public func step(learningRate: Double, parallel: Parallel) -> Report {
        stepCount += 1
        let firstDecay = Self.debiased(configuration.firstDecay, step: stepCount)
        let secondDecay = Self.debiased(configuration.secondDecay, step: stepCount)
        var squares = configuration.gradientClip.map { clip(to: $0, parallel: parallel) }
        let measuresSquares = squares == nil
        var largestRatio = 0.0
        var limitedCount = 0
        var kept: [Double] = []
        for (parameter, moments) in zip(parameters, moments) {
            let gradient = gradient(of: parameter)
            if measuresSquares {
                squares = (squares ?? 0) + sumOfSquares(gradient, parallel: parallel)
            }
            let square = updateMoments(
                gradient: gradient, first: moments.first, second: moments.second,
                firstDecay: firstDecay, secondDecay: secondDecay,
                epsilon: Float(configuration.epsilon), parallel: parallel)
            let share = counts[parameter.name].map { Double(gradient.count) / Double($0) } ?? 1
            let ratio = (square * share).squareRoot()
            largestRatio = max(largestRatio, ratio)
            let isLimited = configuration.limitsRates && ratio > 1
            limitedCount += isLimited ? 1 : 0
            let keep = update(
                parameter, moments, rate: isLimited ? learningRate / ratio : learningRate,
                parallel: parallel)
            kept.append(Double(keep))
        }
        return Report(
            gradientNorm: (squares ?? 0).squareRoot(), largestRatio: largestRatio,
            limitedCount: limitedCount, kept: kept)
    }

    /// Cuts all gradients together to the norm `limit`; the sum of their squares before.
    ///
    /// Squares are added up row by row, so that rows of zeros, such as those of tokens that do not
    /// occur, change no bit.
    private func clip(to limit: Double, parallel: Parallel) -> Double {
        let gradients = parameters.map(gradient)
        let squares = gradients.reduce(0.0) { sum, gradient in
            sumOfSquaresByRow(gradient, addedTo: sum, parallel: parallel)
        }
        let factor = limit / (squares.squareRoot() + 1e-6)
        if factor < 1 {
            for gradient in gradients {
                scale(gradient, by: Float(factor), parallel: parallel)
            }
        }
        return squares
    }

    private func gradient(of parameter: Parameter) -> Matrix<Float> {
        guard let gradient = parameter.tensor.gradient else {
            preconditionFailure("StableAdamW.step: \(parameter.name) has no gradient")
        }
        return gradient
    }

    /// Moves a parameter; what weight decay left of it.
    private func update(
        _ parameter: Parameter, _ moments: Moments, rate: Double, parallel: Parallel
    ) -> Float {
        let decay =
            parameter.decays
            ? rate / configuration.peakLearningRate * configuration.weightDecay : 0
        let keep = Float(1 - decay)
        updateParameter(
            parameter.tensor.value, first: moments.first, second: moments.second,
            learningRate: Float(rate), keep: keep, epsilon: Float(configuration.epsilon),
            rounded: parameter.lowPrecisionCopy, parallel: parallel)
        return keep
    }

    /// β̂ = (βᵗ − β) / (βᵗ − 1): 0 in step 1, nearing β.
    private static func debiased(_ decay: Double, step: Int) -> Float {
        let power = pow(decay, Double(step))
        return Float((power - decay) / (power - 1))
    }
}
