import Curriculum

/// A stretch of training from a parent's weights: a phase, or a variant of the last phase.
public struct Stage: Sendable, Equatable {
    /// Its place in `Recipe.stages()`.
    public let index: Int
    /// `pretrain`, or `decay-english`.
    public let name: String
    /// The variant's own name, `english`; nil for a phase without variants.
    public let variant: String?
    /// The phase, with what the variant changes put in.
    public let phase: PhaseRecipe
    /// The stage it starts from; nil for the model's initial weights.
    public let parent: Int?
}

extension Recipe {
    /// The run as a list of stages, in the order they are trained.
    ///
    /// Each phase continues the one before; the variants of the last phase all start from the same
    /// parent.
    public func stages() -> [Stage] {
        var stages: [Stage] = []
        for phase in phases {
            let parent = stages.indices.last
            if phase.variants.isEmpty {
                stages.append(
                    Stage(
                        index: stages.count, name: phase.name, variant: nil, phase: phase,
                        parent: parent))
            }
            for variant in phase.variants {
                stages.append(
                    Stage(
                        index: stages.count, name: "\(phase.name)-\(variant.name)",
                        variant: variant.name, phase: phase.applying(variant), parent: parent))
            }
        }
        return stages
    }
}

extension PhaseRecipe {
    /// The phase as the variant trains it.
    func applying(_ variant: VariantRecipe) -> PhaseRecipe {
        var phase = self
        phase.data = variant.data
        phase.mask = variant.mask
        phase.learningRate = variant.learningRate
        phase.variants = []
        return phase
    }
}
