import Autograd
import Foundation
import Ranks
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
    /// The running means, in the order of `parameters`; none where the ranks of a run share them.
    public let moments: [Moments]
    /// Steps taken so far: t of the last step.
    public internal(set) var stepCount = 0
    /// With whom gradients, moments and updates are shared; nil where one process has all.
    package let exchange: GradientExchange?
    /// The running means of this rank's share of all elements, where there is an exchange.
    let share: Moments?
    /// Numbers of elements of parameters of which only a part is here.
    private let counts: [String: Int]

    /// An optimizer before its first step.
    ///
    /// - Parameter counts: how many elements the parameters of these names have where only a part
    ///   of them is here, and the rest has no gradient: r is a mean over all.
    public convenience init(
        parameters: [Parameter], configuration: Configuration, counting counts: [String: Int] = [:]
    ) {
        self.init(
            parameters: parameters, configuration: configuration, counting: counts, exchange: nil)
    }

    /// An optimizer before its first step, whose work the ranks of a run share: with an exchange it
    /// keeps the moments of this rank's share alone.
    ///
    /// - Parameter exchange: of gradients of these parameters; nil for one process.
    package init(
        parameters: [Parameter], configuration: Configuration, counting counts: [String: Int] = [:],
        exchange: GradientExchange?
    ) {
        self.parameters = parameters
        self.configuration = configuration
        self.counts = counts
        self.exchange = exchange
        func zeros(_ shape: Matrix<Float>) -> Matrix<Float> {
            Matrix(rows: shape.rows, columns: shape.columns)
        }
        if let exchange {
            precondition(
                exchange.counts == parameters.map(\.count),
                "StableAdamW: an exchange of \(exchange.counts.count) other parameters")
            let count = max(1, exchange.shareCount)
            moments = []
            share = Moments(
                first: Matrix(rows: 1, columns: count), second: Matrix(rows: 1, columns: count))
        } else {
            moments = parameters.map { parameter in
                let value = parameter.tensor.value
                return Moments(first: zeros(value), second: zeros(value))
            }
            share = nil
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
        let gradients = parameters.map { parameter in
            guard let gradient = parameter.tensor.gradient else {
                preconditionFailure("StableAdamW.step: \(parameter.name) has no gradient")
            }
            return gradient
        }
        return step(gradients: gradients, learningRate: learningRate, parallel: parallel)
    }

    /// Changes every parameter by the gradient that is given for it, of its shape. The gradients are
    /// cut where the rule says so, and else left as they are.
    @discardableResult
    package func step(
        gradients: [Matrix<Float>], learningRate: Double, parallel: Parallel
    ) -> Report {
        precondition(
            exchange == nil && gradients.count == parameters.count,
            "StableAdamW.step: \(gradients.count) gradients of \(parameters.count) parameters")
        stepCount += 1
        var squares = configuration.gradientClip.map {
            clip(gradients, to: $0, parallel: parallel)
        }
        let measuresSquares = squares == nil
        var tally = Tally()
        for ((parameter, moments), gradient) in zip(zip(parameters, moments), gradients) {
            if measuresSquares {
                squares = (squares ?? 0) + sumOfSquares(gradient, parallel: parallel)
            }
            let square = updateMoments(
                gradient: gradient, first: moments.first, second: moments.second,
                firstDecay: debiased(configuration.firstDecay),
                secondDecay: debiased(configuration.secondDecay),
                epsilon: Float(configuration.epsilon), parallel: parallel)
            let (rate, keep) = tally.add(
                parameter, meanSquare: square * share(of: parameter), learningRate: learningRate,
                rule: configuration)
            updateParameter(
                parameter.tensor.value, first: moments.first, second: moments.second,
                learningRate: rate, keep: keep, epsilon: Float(configuration.epsilon),
                rounded: parameter.lowPrecisionCopy, parallel: parallel)
        }
        return tally.report(squares: squares ?? 0)
    }

    /// Cuts all gradients together to the norm `limit`; the sum of their squares before.
    ///
    /// Squares are added up row by row, so that rows of zeros, such as those of tokens that do not
    /// occur, change no bit.
    private func clip(
        _ gradients: [Matrix<Float>], to limit: Double, parallel: Parallel
    ) -> Double {
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

    /// How much of a parameter is here.
    func share(of parameter: Parameter) -> Double {
        counts[parameter.name].map { Double(parameter.count) / Double($0) } ?? 1
    }

    /// β̂ = (βᵗ − β) / (βᵗ − 1) of the present step: 0 in step 1, nearing β.
    func debiased(_ decay: Double) -> Float {
        let power = pow(decay, Double(stepCount))
        return Float((power - decay) / (power - 1))
    }
}
