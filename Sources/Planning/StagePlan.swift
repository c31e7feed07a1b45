import Curriculum
import Encoders
import Formats
import Host
import Recipes
import TensorCore
import Training

/// What one phase, or one variant of the last phase, does and costs.
public struct StagePlan: Encodable, Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Name of the stage whose end it starts from.
    public let parent: String?
    /// Whether it is a variant: one of several stages with the same parent.
    public let isVariant: Bool
    /// Tokens before its beginning, and its own.
    public let startTokens, tokens: Int
    /// Longest sequence; bases of the rotary positions.
    public let context: Int
    public let globalRotaryBase, localRotaryBase: Double
    /// Optimizer steps, with microbatches filled to the last token.
    public let steps: Int
    /// Steps by batch size.
    public let batches: [BatchSegment]
    /// Tokens that go through the model at once.
    public let microbatchTokens: Int
    /// The schedules as lines through points.
    public let timeline: [TimelinePoint]
    /// The learning rate's settings.
    public let learningRate: LearningRateSchedule
    /// Mean share of tokens that are scored.
    public let meanMaskRatio: Double
    /// Exponent τ of the languages' shares at the beginning and at the end; of the first group's
    /// where there are groups, nil for UniMax.
    public let temperature, finalTemperature: Double?
    /// How often a language may be read through, in the first group if there are groups; nil for no
    /// limit.
    public let maximumEpochs: Double?
    /// The groups of the mixture; empty where the recipe writes none.
    public let groups: [GroupPlan]
    /// Every language, the most read first.
    public let languages: [LanguagePlan]
    /// Mean length of the sequences that tokens are in, for which operations are counted.
    public let sequenceLength: Double
    /// Operations of the whole stage.
    public let operations: OperationCount
    /// Memory of its steps, of a rank where there are several.
    public let memory: MemoryPlan
    /// How long it takes; nil without a calibration.
    public internal(set) var cost: CostPlan?
    /// What each rank does; nil for one process.
    public internal(set) var exchange: ExchangePlan?

    /// The plan of `stage`, with the memory of one of `ranks`, if there are some.
    init(
        _ stage: Stage, of recipe: Recipe, parent: StagePlan?, precision: Precision,
        selection: DataSelection, ranks: PlannedRanks?
    ) {
        let phase = stage.phase
        name = stage.name
        self.parent = parent?.name
        isVariant = stage.variant != nil
        startTokens = parent.map { $0.startTokens + $0.tokens } ?? 0
        tokens = phase.tokens
        context = phase.context
        globalRotaryBase = phase.rotaryBases.global
        localRotaryBase = phase.rotaryBases.local
        batches = stage.batchSegments
        steps = batches.reduce(0) { $0 + $1.steps }
        microbatchTokens = phase.batch.microbatchTokens
        learningRate = phase.learningRate
        meanMaskRatio = stage.meanMaskRatio
        let sampling = phase.data.groups[0].sampling
        temperature = sampling.temperature(at: 0, of: tokens)
        finalTemperature = sampling.temperature(at: tokens, of: tokens)
        maximumEpochs = phase.data.groups[0].maxEpochs
        let mixture = selection.mixture(tokens: phase.tokens)
        groups = GroupPlan.groups(of: mixture, phase.data, tokens: phase.tokens)
        languages = LanguagePlan.languages(
            of: mixture, entries: selection.groups.flatMap(\.entries),
            starvedBelow: phase.batch.size.tokens)
        timeline = stage.timeline(entries: languages.map(\.entersAt))
        sequenceLength = Self.sequenceLength(
            selection.sources.map(\.source), shares: mixture.portions.map(\.share),
            context: phase.context)
        operations =
            recipe.model.configuration.operationsPerToken(
                length: sequenceLength, scored: meanMaskRatio) * Double(phase.tokens)
        memory = MemoryPlan(
            recipe.model.configuration, precision: precision,
            isCheckpointing: recipe.activationCheckpointing,
            microbatchTokens: phase.batch.microbatchTokens, scored: stage.largestMaskRatio,
            lanes: recipe.lanes, ranks: ranks?.ranks ?? 1, machines: ranks?.machines ?? 1)
    }

    /// The mean over tokens of their sources' mean sample length, samples cut to the context.
    private static func sequenceLength(
        _ sources: [DataManifest.Source], shares: [Double], context: Int
    ) -> Double {
        zip(sources, shares).reduce(0) { sum, pair in
            let (source, share) = pair
            guard source.samples > 0 else { return sum + share * Double(context) }
            let mean = Double(source.tokens) / Double(source.samples)
            return sum + share * min(mean, Double(context))
        }
    }

    /// Codes of languages that `maximumEpochs` keeps low.
    public var cappedLanguages: [String] { languages.filter(\.isCapped).map(\.language) }
    /// Codes of languages of which less than one batch is read.
    public var starvedLanguages: [String] { languages.filter(\.isStarved).map(\.language) }
    /// Tokens of a full batch.
    public var fullBatchTokens: Int { batches.last?.batchTokens ?? 0 }
}
