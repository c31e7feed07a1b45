import Optimizers

/// StableAdamW's settings that hold for the whole run, the published ones by default; peak rates
/// belong to the phases.
public struct OptimizerRecipe: Sendable, Equatable {
    /// Decay of the first moment.
    public var beta1 = 0.9
    /// Decay of the second moment.
    public var beta2 = 0.95
    /// Added to the root of the second moment.
    public var epsilon = 1e-8
    /// Decoupled weight decay.
    public var weightDecay = 8e-5

    /// What the optimizer is made with in a phase with that peak rate.
    public func configuration(peakLearningRate: Double) -> StableAdamW.Configuration {
        StableAdamW.Configuration(
            firstDecay: beta1, secondDecay: beta2, epsilon: epsilon, weightDecay: weightDecay,
            peakLearningRate: peakLearningRate)
    }
}

extension OptimizerRecipe {
    /// The optimizers there are.
    private enum Name: String, CaseIterable {
        case stableAdamW = "stable-adamw"
    }

    static var form: Form<OptimizerRecipe> {
        .section("an optimizer", new: OptimizerRecipe(), familiar: familiarKeys) {
            // While there is one optimizer, its name need not be stored.
            Key(
                names: ["name"],
                read: { _, fields, _ in _ = try fields["name"]?.read(as: Form<Name>.choice) },
                write: { _ in .member("name", Name.stableAdamW) })
            Key("betas", \.betas, .betas(such: "[0.9, 0.95]"))
            Key("eps", \.epsilon, .positive(remedy: "The published one is 1e-8."))
            Key("weight_decay", \.weightDecay, .weightDecay)
        }
    }

    private static var familiarKeys: [String: String] {
        let clipping = "Leave it out: StableAdamW clips updates in place of gradients."
        let rate = "A phase has its own: learning_rate: {peak: 8e-4}."
        return [
            "grad_clip": clipping, "gradient_clipping": clipping, "max_grad_norm": clipping,
            "clip_grad_norm": clipping, "lr": rate, "learning_rate": rate,
        ]
    }

    private var betas: [Double] {
        get { [beta1, beta2] }
        set { (beta1, beta2) = (newValue[0], newValue[1]) }
    }
}

extension Form<[Double]> {
    /// Two ratios below 1; `example` is what is usual.
    static func betas(such example: String) -> Form {
        let remedy = "The usual ones are \(example)."
        return Form<Double>.number(
            expected: "a ratio from 0 to below 1", remedy: remedy, where: (0..<1).contains
        ).list(of: "two ratios").checked { betas, value in
            try value.require(betas.count == 2, expected: "a list of two ratios", remedy: remedy)
        }
    }
}
