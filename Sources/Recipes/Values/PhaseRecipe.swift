import Curriculum
import Streaming

/// One phase of a run: a context length, a mixture of languages, a mask ratio, a learning rate.
public struct PhaseRecipe: Sendable, Equatable {
    /// Name of the phase and of its checkpoints.
    public var name: String
    /// Tokens the phase reads.
    public var tokens: Int
    /// Longest sequence, in tokens.
    public var context: Int
    /// RoPE bases of global and local layers.
    public var rotaryBases: RotaryBases
    /// How much is masked, and with what.
    public var mask: MaskRecipe
    /// What is read.
    public var data: DataRecipe
    /// Learning rate over the phase.
    public var learningRate: LearningRateSchedule
    /// Decoupled weight decay at the peak rate.
    public var weightDecay: Double
    /// Batch size over the phase.
    public var batch: BatchRecipe
    /// Branches of the last phase, each trained from the same parent; empty for none.
    public var variants: [VariantRecipe]
}

/// RoPE bases θ.
public struct RotaryBases: Sendable, Equatable {
    /// Of layers that attend to the whole sequence.
    public var global: Double
    /// Of layers that attend to a window.
    public var local: Double

    /// The two bases.
    public init(global: Double, local: Double) {
        (self.global, self.local) = (global, local)
    }
}

/// How much of a sequence is masked, and what a masked token is replaced with.
public struct MaskRecipe: Sendable, Equatable {
    /// Share of tokens that are to be predicted, over the phase.
    public var ratio: Ramp
    /// What those tokens become.
    public var replacement: TokenMasker.Replacement
    /// Whether special tokens are scored like others, as in ModernBERT's packer.
    public var scoresSpecialTokens: Bool
    /// From which ids random tokens are drawn.
    public var randomTokens: TokenMasker.RandomTokens
}

/// Batch size over a phase, and how it is cut into microbatches.
public struct BatchRecipe: Sendable, Equatable {
    /// Tokens of a batch over the phase.
    public var size: BatchSizeSchedule
    /// Tokens that go through the model at once.
    public var microbatchTokens: Int
}

/// A branch of the last phase: what differs from the phase it belongs to.
public struct VariantRecipe: Sendable, Equatable {
    /// Its name; the stage is called `phase-name`.
    public var name: String
    /// What it reads.
    public var data: DataRecipe
    /// How much is masked.
    public var mask: MaskRecipe
    /// Learning rate.
    public var learningRate: LearningRateSchedule
}
