import Curriculum
import Diagnostics
import Encoders

extension PhaseRecipe {
    /// Keys of a phase.
    enum Key: String, CaseIterable {
        case name, tokens, context
        case ropeTheta = "rope_theta"
        case mask, data
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
        case batch, variants
    }

    /// A phase of a run of `model`; without `rope_theta` its bases are `bases`, without
    /// `weight_decay` it decays by `weightDecay`.
    init(
        _ value: RecipeValue, model: ModernBERTConfiguration, bases: RotaryBases,
        weightDecay: Double
    ) throws {
        let fields = try value.fields(Key.self, of: "a phase")
        name = try fields.required(.name, remedy: "Checkpoints are named after it.").name()
        tokens = try fields.required(.tokens, remedy: "Write how long the phase is, such as 2.3T.")
            .tokens()
        let context = try fields.required(
            .context, remedy: "Write the longest sequence in tokens, such as 1024.")
        self.context = try context.tokens(atLeast: 8)
        guard self.context <= model.maximumPositions else {
            throw context.error(
                expected: "at most the model's \(model.maximumPositions) positions",
                remedy: "Raise model.max_positions, or lower the context.")
        }
        rotaryBases = try fields[.ropeTheta].map(RotaryBases.init) ?? bases
        mask = try MaskRecipe(
            fields.required(.mask, remedy: "Write how much is masked: {ratio: 0.3}."),
            tokens: tokens, inheriting: nil)
        data = try DataRecipe(
            fields.required(.data, remedy: "Write what is read: {manifest: PATH}."),
            tokens: tokens, inheriting: nil)
        learningRate = try LearningRateSchedule(
            fields.required(.learningRate, remedy: "Write {peak: 8e-4}."), tokens: tokens,
            inheriting: nil)
        self.weightDecay = try fields[.weightDecay]?.weightDecay() ?? weightDecay
        batch = try BatchRecipe(
            fields.required(.batch, remedy: "Write {tokens: 4.7M}."), phaseTokens: tokens,
            context: self.context)
        variants = []
        variants =
            try fields[.variants]?.list(of: "variants").map { element in
                try VariantRecipe(element, of: self)
            } ?? []
    }
}

extension VariantRecipe {
    /// Keys of a variant.
    enum Key: String, CaseIterable {
        case name, data, mask
        case learningRate = "learning_rate"
    }

    /// A name, or a mapping with a name and what differs from the phase.
    init(_ value: RecipeValue, of phase: PhaseRecipe) throws {
        (data, mask, learningRate) = (phase.data, phase.mask, phase.learningRate)
        guard value.node.mapping != nil else {
            name = try value.name()
            return
        }
        let fields = try value.fields(Key.self, of: "a variant")
        name = try fields.required(.name, remedy: "The merge and checkpoints use it.").name()
        if let value = fields[.data] {
            data = try DataRecipe(value, tokens: phase.tokens, inheriting: data)
        }
        if let value = fields[.mask] {
            mask = try MaskRecipe(value, tokens: phase.tokens, inheriting: mask)
        }
        if let value = fields[.learningRate] {
            learningRate = try LearningRateSchedule(
                value, tokens: phase.tokens, inheriting: learningRate)
        }
    }
}
