import Curriculum

/// A branch of the last phase: what differs from the phase it belongs to.
public struct VariantRecipe: Sendable, Equatable {
    /// Its name; the stage is called `phase-name`.
    public var name = ""
    /// What it reads.
    public var data: DataRecipe
    /// How much is masked.
    public var mask: MaskRecipe
    /// Learning rate.
    public var learningRate: LearningRateSchedule
}

extension VariantRecipe {
    /// A name, or a mapping with a name and what differs from `phase`.
    static func form(of phase: PhaseRecipe) -> Form<VariantRecipe> {
        let new = VariantRecipe(
            data: phase.data, mask: phase.mask, learningRate: phase.learningRate)
        var form = Form.section("a variant", new: new) {
            Key("name", \.name, .name, required: "The merge and checkpoints use it.")
            Key("data", \.data, DataRecipe.form(within: phase.tokens))
            Key("mask", \.mask, MaskRecipe.form(within: phase.tokens))
            Key("learning_rate", \.learningRate, LearningRateSchedule.form(within: phase.tokens))
        }
        let readMapping = form.read
        form.read = { value, previous in
            guard !value.isMapping else { return try readMapping(value, previous) }
            var variant = new
            variant.name = try value.read(as: .name)
            return variant
        }
        return form
    }
}
