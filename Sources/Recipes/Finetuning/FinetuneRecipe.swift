import Curriculum
import Encoders
import Host
import Optimizers

/// Everything that decides what a fine-tuning run computes: the model, the labelled data, the
/// schedule.
///
/// Read from YAML with `FinetuneRecipe.read`. A recipe as read has every default filled in and
/// every path made absolute; `resolvedYAML()` writes that down, and reads back equal.
public struct FinetuneRecipe: Sendable, Equatable {
    /// What a head is trained for.
    public enum Task: String, Sendable, CaseIterable {
        /// Single texts are classified or scored.
        case text
        /// Pairs of texts are classified or scored.
        case pair
        /// One of several choices fits.
        case choice
        /// Words get tags.
        case tokens
        /// Answers are found in texts.
        case answers = "qa"
        /// Texts that belong together get vectors that are near.
        case embedding
    }

    /// How words become pieces.
    public enum Words: String, Sendable, CaseIterable {
        /// With the white space that stands before them in the text.
        case spaced
        /// Each for itself, as transformers' `is_split_into_words` does.
        case alone
    }

    /// What the model that is kept is: that of the last step, or the best by the development set.
    public enum Keep: String, Sendable, CaseIterable {
        case last, best
    }

    /// Name of the run, and of its folder.
    public var name = ""
    /// The task.
    public var task = Task.text
    /// The folder whose weights training starts from.
    public var model = ""
    /// Whether weights are random, of the shape of the folder's model.
    public var startsAtRandom = false
    /// The labelled files.
    public var data = LabelledData()
    /// Names of the labels, in the order of the classifier's rows; empty for those of the model's
    /// folder if they are the data's, else the data's in the order of their code points.
    public var labels: [String] = []
    /// What a head for texts and pairs is trained to say.
    public var objective = TaskHead.Objective.oneLabel
    /// How the state of a text is made of its tokens'; nil for what the model's folder says.
    public var pooling: TaskHead.Pooling?
    /// How texts become tokens, and answers are found.
    public var text = TextShape()
    /// What vectors are trained to be, and how they are made.
    public var vectors = VectorTraining()
    /// How often the training set is read.
    public var epochs = 3.0
    /// Examples a step.
    public var batch = ExampleBatch()
    /// The rate of each step.
    public var learningRate = StepSchedule()
    /// How gradients become updates.
    public var optimizer = FinetuneOptimizer()
    /// Which part is trained.
    public var trained = TrainedPart.all
    /// Dropout of the attention's output and before the classifier; nil for what the model's
    /// folder says.
    public var dropout = FinetuneDropout()
    /// The metric by which models are compared; nil for the task's own.
    public var metric: String?
    /// When the development set is measured, which model is kept, and when a run ends early.
    public var evaluate = FinetuneEvaluation()
    /// Minutes between two checkpoints; nil for none before the end of an epoch.
    public var checkpointMinutes: Double? = 10
    /// Arithmetic of the training step.
    public var precision = Precision.fp32
    /// Seed of everything random.
    public var seed: UInt64 = 1

    /// A recipe of defaults, without a name, a model and data.
    public init() {}
}

/// How texts become tokens.
public struct TextShape: Sendable, Equatable {
    /// The most tokens of a text, a pair or a window, special ones included.
    public var length = 128
    /// Tokens that two windows of a context share.
    public var stride = 128
    /// The most tokens of an answer.
    public var answerLength = 30
    /// Whether a question may have no answer.
    public var allowsNoAnswer = false
    /// How words become pieces.
    public var words = FinetuneRecipe.Words.spaced
    /// Whether long sentences are cut, in place of being tagged in parts.
    public var truncates = false
}

/// What vectors of texts are trained to be, and how they are made.
public struct VectorTraining: Sendable, Equatable {
    /// The loss.
    public var rule = ContrastiveRule()
    /// Whether the written folder gives vectors of length 1.
    public var normalizes = false
    /// What is put in front of every anchor, and of every other text.
    public var queryPrompt = "", documentPrompt = ""
    /// Negatives of each row; nil for all, of which every row then has as many.
    public var negatives: Int?
}

/// The examples of an optimizer step.
public struct ExampleBatch: Sendable, Equatable {
    /// Examples a step: texts, pairs, questions with their choices, sentences, windows.
    public var examples = 32
    /// The most tokens that go through the encoder together, unless one sequence is longer.
    public var microbatch = 4096
}

/// AdamW, or StableAdamW, as fine-tuning uses it.
public struct FinetuneOptimizer: Sendable, Equatable {
    /// The rules there are.
    public enum Name: String, Sendable, CaseIterable {
        case adamW = "adamw"
        case stableAdamW = "stable-adamw"
    }

    /// The rule.
    public var name = Name.adamW
    /// Decay of the first moment.
    public var beta1 = 0.9
    /// Decay of the second moment.
    public var beta2 = 0.999
    /// Added to the root of the second moment.
    public var epsilon = 1e-8
    /// Decoupled weight decay.
    public var weightDecay = 0.0
    /// The norm that gradients are cut to; nil for no cut.
    public var clip: Double? = 1

    /// What the optimizer is made with, in a run with that peak rate.
    public func configuration(peakLearningRate: Double) -> StableAdamW.Configuration {
        var rule = StableAdamW.Configuration.adamW(
            firstDecay: beta1, secondDecay: beta2, epsilon: epsilon, weightDecay: weightDecay,
            gradientClip: clip)
        if name == .stableAdamW {
            (rule.limitsRates, rule.peakLearningRate) = (true, peakLearningRate)
        }
        return rule
    }
}

/// Shares of numbers that are dropped in training.
public struct FinetuneDropout: Sendable, Equatable {
    /// Of the attention's output.
    public var attention = 0.0
    /// Before the classifier; nil for what the model's folder says.
    public var classifier: Double?
}

/// When the development set is measured, and what follows.
public struct FinetuneEvaluation: Sendable, Equatable {
    /// Steps between two measurements; nil for the end of each epoch.
    public var everySteps: Int?
    /// Which model is kept.
    public var keep = FinetuneRecipe.Keep.last
    /// The run ends after so many measurements in a row without a better one; nil for never.
    public var patience: Int?
}
