import Curriculum
import Recipes

/// What a stage reads of one group of its mixture.
public struct GroupPlan: Encodable, Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The share of the tokens that the recipe gives it.
    public let wantedShare: Double
    /// Its share of all tokens that the stage reads.
    public let share: Double
    /// Tokens the stage reads.
    public let tokens: Double
    /// How many sources it has.
    public let sources: Int
    /// Exponent τ of its sources' shares at the beginning and at the end; nil for UniMax.
    public let temperature, finalTemperature: Double?
    /// How often a source may be read through; nil for no limit.
    public let maximumEpochs: Double?
    /// Whether the caps of its sources keep it lower than its share would have it.
    public let isCapped: Bool

    /// The groups of a stage in the recipe's order; none where the recipe writes none.
    static func groups(
        of mixture: MixtureSchedule, _ data: DataRecipe, tokens: Int
    ) -> [GroupPlan] {
        guard data.onlyGroup == nil else { return [] }
        return zip(mixture.parts, data.groups).map { part, group in
            GroupPlan(
                name: part.name, wantedShare: part.wantedShare, share: part.share,
                tokens: part.tokens, sources: part.portions.count,
                temperature: group.sampling.temperature(at: 0, of: tokens),
                finalTemperature: group.sampling.temperature(at: tokens, of: tokens),
                maximumEpochs: group.maxEpochs,
                isCapped: part.isCapped)
        }
    }
}
